"""The default reader of PDF pages, on pdfminer.six. It draws no layout of its own: letters become runs as they come."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFNoOutlines, PDFPasswordIncorrect
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect

from ingest.pdf.drawn import THIN, UNKNOWN, Bookmark, Run, Sheet, add_box, add_line, add_sideways, add_spot, gap_after

logging.getLogger("pdfminer").setLevel(logging.ERROR)

_SPACE = 0.18  # of the font's size: a wider gap between two letters is a space,
_DRAWN_SPACE = 0.21  # but only this wide a gap where the font draws its spaces as letters
_COLUMN = 1.0  # of the font's size: a wider gap ends the run
_SLANT = 0.5  # of its height: how far a letter may lean that is only slanted
_SMALLEST_FRAME = 20.0  # points: smaller boxes with round corners are ornaments
_SIDES = 5  # a rectangle has four sides, and may be closed twice
_MOST_POINTS = 20  # of a path that may be a frame
_SYMBOLS = re.compile("symbol|dingbat|wingding|webding", re.IGNORECASE)
_BOLD = ("bold", "black", "heavy", "semibold", "demi")


def sheets(path: Path) -> Iterator[Sheet]:
    """The pages in order. Raises whatever pdfminer raises on a file that it cannot follow."""
    with path.open("rb") as file:
        document = _open(file)
        device = _Device(PDFResourceManager())
        interpreter = PDFPageInterpreter(device.rsrcmgr, device)
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            device.number = number
            interpreter.process_page(page)
            yield device.sheet


def bookmarks(path: Path) -> list[Bookmark]:
    """The document's outline, empty where it has none."""
    with path.open("rb") as file:
        document = _open(file)
        try:
            entries = list(document.get_outlines())
        except PDFNoOutlines:
            return []
        pages = {page.pageid: number for number, page in enumerate(PDFPage.create_pages(document), start=1)}
        return [
            Bookmark(level, title, pages.get(_page_id(document, target, action)))
            for level, title, target, action, _ in entries
            if isinstance(title, str) and title.strip()
        ]


def _open(file: BinaryIO) -> PDFDocument:
    return PDFDocument(PDFParser(file))


def is_protected(error: Exception) -> bool:
    """Whether the error means that the file wants a password."""
    return isinstance(error, PDFPasswordIncorrect)


def _page_id(document: PDFDocument, target: Any, action: Any) -> int | None:
    if target is None:
        resolved = resolve1(action)
        target = resolved.get("D") if isinstance(resolved, dict) else None
    target = resolve1(target)
    if isinstance(target, bytes | str):
        try:
            target = resolve1(document.get_dest(target))
        except Exception:  # noqa: BLE001 - a broken name of a place leaves the bookmark without its page
            return None
    if isinstance(target, dict):
        target = resolve1(target.get("D"))
    first = target[0] if isinstance(target, list) and target else None
    return first.objid if isinstance(first, PDFObjRef) else None


class _Device(PDFTextDevice):
    """Collects one sheet at a time."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager)
        self.number = 0
        self.sheet = Sheet(0, 0.0, 0.0)
        self._run: Run | None = None
        self._font: Any = None
        self._spacing: set[Any] = set()
        self.ctm: Any = None

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        x0, y0, x1, y1 = apply_matrix_rect(ctm, page.mediabox)
        self.sheet = Sheet(self.number, abs(x1 - x0), abs(y1 - y0))
        self._run = None

    def render_image(self, name: str, stream: Any) -> None:
        x0, y0, x1, y1 = apply_matrix_rect(self.ctm, (0, 0, 1, 1))
        area = max(self.sheet.width * self.sheet.height, 1.0)
        self.sheet.pictured += abs((x1 - x0) * (y1 - y0)) / area

    def render_char(
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        advance: float = font.char_width(cid) * fontsize * scaling
        text = self._text(font, cid)
        a, b, c, d, e, f = matrix
        upright = b == 0 and abs(c) < _SLANT * d and a > 0 and not font.is_vertical()
        foot = font.get_descent() * fontsize + rise
        if upright:
            x0, x1, y0, y1 = e, e + a * advance, f + d * foot, f + d * (foot + fontsize)
        else:
            x0, y0, x1, y1 = apply_matrix_rect(matrix, (0, foot, advance, foot + fontsize))
        if text:
            height = self.sheet.height
            self._add(text, min(x0, x1), height - max(y0, y1), max(x0, x1), height - min(y0, y1), font, upright)
        return advance

    def _text(self, font: Any, cid: int) -> str:
        """What the letter says: a symbol is a bullet, a letter that the font does not explain is `\\ufffd`."""
        try:
            text: str = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = UNKNOWN
        if "\ue000" <= text[:1] <= "\uf8ff" or (text == UNKNOWN and _SYMBOLS.search(str(font.fontname))):
            return "•"
        self.sheet.unknown += text == UNKNOWN
        return text

    def _add(self, text: str, x0: float, top: float, x1: float, bottom: float, font: Any, upright: bool) -> None:
        run = self._run
        size = bottom - top
        if "\u0300" <= text[:1] <= "\u036f" and run is not None and abs(x0 - run.x1) < size:
            run.text += text  # an accent, often of another font, belongs to the letter before it
            return
        if text == " ":
            self._spacing.add(font)
            if run is not None and run.text == UNKNOWN:
                run.text = "•"  # a lone sign before a space
        if run is None or font is not self._font or upright != run.upright:
            pass
        elif not upright:
            if add_sideways(run, text, x0, top, x1, bottom):
                return
        elif _follows(run, x0, top, size):
            drawn = font in self._spacing
            gap = x0 - run.x1
            if gap > (_DRAWN_SPACE if drawn else _SPACE) * size:
                run.text += _space(run.text, text, gap, size, drawn=drawn)
            run.text += text
            run.x0, run.x1 = min(run.x0, x0), max(run.x1, x1)
            run.top, run.bottom = min(run.top, top), max(run.bottom, bottom)
            return
        if text.isspace():
            return
        self._run = Run(text, x0, top, x1, bottom, size if upright else x1 - x0, self._is_bold(font), upright)
        self._font = font
        self.sheet.runs.append(self._run)

    def _is_bold(self, font: Any) -> bool:
        name = str(font.fontname).lower()
        return any(mark in name for mark in _BOLD)

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        if not stroke and (not fill or _is_white(graphicstate.ncolor)):
            return
        points: list[tuple[float, float]] = []
        curves = 0
        for step in path:
            if step[0] == "m":
                self._outline(points, curves, stroke)
                points, curves = [], 0
            if step[0] == "h":
                points += points[:1]
            else:
                points.append(apply_matrix_pt(self.ctm, step[-2:]))
                curves += step[0] not in "ml"
        self._outline(points, curves, stroke)

    def _outline(self, points: list[tuple[float, float]], curves: int, stroke: bool) -> None:
        """Keep what the path draws of lines along the page; a box with round corners counts as its rectangle."""
        if not 2 <= len(points) <= _MOST_POINTS:
            return
        xs, ys = [x for x, _ in points], [self.sheet.height - y for _, y in points]
        x0, top, x1, bottom = min(xs), min(ys), max(xs), max(ys)
        levels = [_is_level(a, b) for a, b in pairwise(points)]
        if not stroke and add_spot(self.sheet, x0, top, x1, bottom):
            return
        if min(x1 - x0, bottom - top) <= THIN:
            add_line(self.sheet, x0, top, x1, bottom)
        elif curves:
            if levels.count(True) >= curves >= 4 and min(x1 - x0, bottom - top) > _SMALLEST_FRAME:
                add_box(self.sheet, x0, top, x1, bottom, stroked=stroke)
        elif not stroke:
            if all(levels) and len(levels) <= _SIDES:
                add_box(self.sheet, x0, top, x1, bottom, stroked=False)
        else:
            for a, b in pairwise(zip(xs, ys, strict=True)):
                if _is_level(a, b):
                    add_line(self.sheet, min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))


def _is_level(a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether the line from a to b runs along the page."""
    return min(abs(a[0] - b[0]), abs(a[1] - b[1])) <= THIN


def _follows(run: Run, x0: float, top: float, size: float) -> bool:
    gap = x0 - run.x1
    return abs(top - run.top) < 0.1 * size and abs(size - run.size) < 0.1 * size and -0.5 * size < gap < _COLUMN * size


def _space(before: str, text: str, gap: float, size: float, *, drawn: bool) -> str:
    """What a gap adds before a letter: nothing beside a drawn space, but a space where letters are set apart."""
    if text == " ":
        return " " if before[-2:-1] in ("", " ") else ""
    if before[-1:] == " ":
        return ""
    return " " if drawn else gap_after(before, gap, size)


def _is_white(color: Any) -> bool:
    parts = color if isinstance(color, tuple | list) else (color,)
    if not all(isinstance(part, int | float) for part in parts):
        return False
    return all(part < 0.02 for part in parts) if len(parts) == 4 else all(part > 0.98 for part in parts)
