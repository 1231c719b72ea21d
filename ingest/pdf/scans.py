"""Pages that are pictures: found, and read with Tesseract where it is installed."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from time import monotonic

from ingest.pdf.drawn import Run, Sheet

_PICTURED = 0.3  # share of the page under pictures from which it may be a scan
_FEW_LETTERS = 150  # fewer than these, beside such pictures, are a stamp or a running head
_MANY_MORE = 2  # times the letters that the page had
_ALIKE = 0.35  # relative difference to the usual height within which lines count as equally high
_DPI = 200
_LINE, _WORD = "4", "5"
_SECONDS = 60.0  # for one page


def is_scan(sheet: Sheet) -> bool:
    """Whether the page's text is in a picture: a large picture and hardly any letters."""
    letters = sum(len(run.text) for run in sheet.runs)
    return sheet.pictured >= _PICTURED and letters < _FEW_LETTERS


@cache
def tesseract() -> str | None:
    """The path of Tesseract with its German data, None where either is missing."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    return program if "deu" in listed.stdout.split() else None


def read_scans(path: Path, sheets: Sequence[Sheet], seconds: float) -> dict[int, tuple[Sheet, float]]:
    """Scanned pages by number, as read: words as runs, and the mean confidence of their words, 0 to 1.

    A page stays out where recognition does not find many more letters than the page had, and when the seconds for
    all pages are over. Empty without Tesseract.
    """
    program, scans = tesseract(), [sheet for sheet in sheets if is_scan(sheet)]
    if program is None or not scans:
        return {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        end = monotonic() + seconds
        tables = pool.map(lambda picture: _recognise(program, picture, end), _pictures(path, scans))
        read = {sheet.number: _words(table) for sheet, table in zip(scans, tables, strict=True)}
    found = {}
    for sheet in scans:
        runs = read[sheet.number]
        if sum(len(run.text) for run in runs) > _MANY_MORE * sum(len(run.text) for run in sheet.runs):
            weights = [(run.sure or 0.0, len(run.text)) for run in runs]
            sure = sum(share * letters for share, letters in weights) / sum(letters for _, letters in weights)
            found[sheet.number] = replace(sheet, runs=runs), sure
    return found


def _pictures(path: Path, scans: Iterable[Sheet]) -> Iterator[bytes]:
    import pypdfium2

    with closing(pypdfium2.PdfDocument(path)) as document:
        for sheet in scans:
            picture = io.BytesIO()
            document[sheet.number - 1].render(scale=_DPI / 72, grayscale=True).to_pil().save(picture, "PNG")
            yield picture.getvalue()


def _recognise(program: str, picture: bytes, end: float) -> str:
    """Tesseract's table of lines and words; empty where it fails or takes too long."""
    command = [program, "stdin", "stdout", "-l", "deu", "--dpi", str(_DPI), "--psm", "3", "tsv"]
    left = min(_SECONDS, end - monotonic())
    if left <= 0:
        return ""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=left, check=False, env=environment)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _words(table: str) -> list[Run]:
    """A run for each word, as high as its line.

    A recognised line is as high as its letters happen to be, so lines of about the usual height all get that height;
    higher words, such as those that run sideways, keep their own.
    """
    lined: list[tuple[dict[str, str], dict[str, str]]] = []
    line: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == _LINE:
            line = row
        elif row["level"] == _WORD and (row["text"] or "").strip() and float(row["conf"]) >= 0:
            lined.append((row, line))
    heights = sorted(int(line["height"]) for _, line in lined)
    usual = heights[len(heights) // 2] if heights else 0
    return [_run(word, line, usual) for word, line in lined]


def _run(word: dict[str, str], line: dict[str, str], usual: int) -> Run:
    scale = 72 / _DPI
    alike = abs(int(line["height"]) - usual) <= _ALIKE * usual
    own = int(word["height"])
    height = usual if alike or own <= (1 + _ALIKE) * usual else own
    bottom = int(line["top"]) + int(line["height"]) if alike else int(word["top"]) + int(word["height"])
    x0, x1 = int(word["left"]) * scale, (int(word["left"]) + int(word["width"])) * scale
    box = x0, (bottom - height) * scale, x1, bottom * scale
    return Run(word["text"].strip(), *box, height * scale, sure=float(word["conf"]) / 100)
