"""Runs of text become lines: what stands side by side without a column's gap between."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from operator import attrgetter

from ingest.pdf.drawn import RAISED, Area, Run, is_raised

_GAP = 1.0  # of the size: a wider gap between runs separates columns
_WORD_GAP = 0.2  # of the size: a narrower gap between runs is no space
_MARKER_GAP = 4.0  # of the size: how far a list marker may stand before its text
_SPOT = (0.15, 0.65)  # of the size: how wide a drawn bullet is
_EDGE, _NEXT, _SAME_SIZE = 0.3, 1.9, 0.08  # of the size: how near a justified line is to one of its width
_ALIKE, _WIDEST = 1.25, 5.0  # times the narrowest gap, and of the size: how wide gaps in a justified line may be
_HIGHER = 2.2  # times as high: runs that differ more stand on no common line
_INITIAL = 1.8  # times the size of what stands beside: a large first letter
_CHAPTER_DIGITS = 2
_SAME_ROW = 0.5  # share of the lower of two boxes that overlaps where they stand on one line
_PLACE, _LEFT = attrgetter("top", "x0"), attrgetter("x0")
MARKER = re.compile(
    r"(?:[•▪●○■□◦‣⁃–\-*►▶➢➔→✓✔»o\uf0a7\uf0b7\uf0d8\uf0fc§]|\(?\d{1,3}[.)]|\(?[a-z]\)|[A-Z][.)]|[IVX]{1,5}\.|(?:[A-Z]{1,3}[.\-]?)?\d{1,2}(?:\.\d{1,2}){1,3}[.:]?)$"
)


@cache
def _caption() -> re.Pattern[str]:
    words = tomllib.loads(files("ingest.pdf").joinpath("words.toml").read_text(encoding="utf-8"))["captions"]
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})\.?\s*[A-Z]?\d[\d.\-–]*\s*[:–-]?")


def is_caption(text: str) -> bool:
    """Whether the text begins as the caption of a figure or table does."""
    return _caption().match(text) is not None


def bullets(spots: Iterable[Area], runs: Sequence[Run]) -> list[Run]:
    """A list marker for each drawn spot that stands at mid-height right before text, beginning its line."""
    return [marker for spot in spots if (marker := _bullet(spot, runs)) is not None]


def _bullet(spot: Area, runs: Sequence[Run]) -> Run | None:
    middle, width = (spot.top + spot.bottom) / 2, spot.x1 - spot.x0
    level = [run for run in runs if run.top + 0.2 * run.size < middle < run.bottom - 0.1 * run.size]
    after = min((run for run in level if run.x0 >= spot.x1 - 1), key=lambda run: run.x0, default=None)
    if after is None or not _SPOT[0] * after.size <= width <= _SPOT[1] * after.size:
        return None
    if after.x0 - spot.x1 > _MARKER_GAP * after.size or any(
        -after.size < spot.x0 - run.x1 < after.size for run in level
    ):
        return None
    return Run("•", spot.x0, after.top, spot.x1, after.bottom, after.size)


def with_initials(runs: Sequence[Run]) -> list[Run]:
    """The runs with each large first letter, as high as two lines or more, put before the line that it begins."""
    left = list(runs)
    for letter in [run for run in runs if len(run.text) == 1 and run.text.isupper()]:
        beside = [run for run in left if run is not letter and _is_beside(run, letter)]
        first = min(beside, key=_PLACE, default=None)
        if first is not None and first.text[0].islower() and max(run.top for run in beside) > first.bottom - 1:
            left[left.index(first)] = replace(first, text=letter.text + first.text, x0=letter.x0)
            left.remove(letter)
    return left


def _is_beside(run: Run, letter: Run) -> bool:
    right = -_GAP * run.size < run.x0 - letter.x1 <= _GAP * run.size
    return right and letter.top < (run.top + run.bottom) / 2 < letter.bottom and letter.size >= _INITIAL * run.size


class Line:
    """Runs side by side, from left to right, with the box around them. The longest run gives size and height."""

    __slots__ = ("bold", "bottom", "runs", "size", "text", "top", "x0", "x1")

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = tuple(runs)
        longest = runs[0]
        if len(runs) == 1:
            self.text, self.x1, self.bold = longest.text.strip(), longest.x1, longest.bold
        else:
            longest = max(runs, key=lambda run: len(run.text))
            self.text, self.x1 = _spaced(runs), max([run.x1 for run in runs])
            heavy = sum([len(run.text) for run in runs if run.bold])
            self.bold = 2 * heavy > sum([len(run.text) for run in runs])
        self.x0, self.top, self.bottom, self.size = runs[0].x0, longest.top, longest.bottom, longest.size


def _spaced(runs: Sequence[Run]) -> str:
    """The runs' texts with a space wherever there is a gap, and raised numbers as such signs (¹)."""
    parts = [runs[0].text]
    for before, run in pairwise(runs):
        apart = run.x0 - before.x1 > _WORD_GAP * min(run.size, before.size)
        if apart and not parts[-1].endswith(" ") and not run.text.startswith(" "):
            parts.append(" ")
        raised = not apart and is_raised(run.size, run.bottom, before.size, before.bottom)
        parts.append(run.text.translate(RAISED) if raised else run.text)
    return "".join(parts).strip()


def lines(runs: Iterable[Run]) -> list[Line]:
    """The lines that these upright runs make, from top to bottom, then from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=_PLACE):
        row = _row_of(run, rows)
        if row is None:
            rows.append([run])
        else:
            row.insert(0 if run.size > row[0].size else len(row), run)  # the largest first
    laid = [[Line(part) for part in _parts(sorted(row, key=_LEFT))] for row in rows]
    found = [line for place, row in enumerate(laid) for line in (_justified(place, laid) if len(row) > 1 else row)]
    return sorted([line for line in found if line.text], key=_PLACE)


def _justified(place: int, rows: Sequence[Sequence[Line]]) -> Sequence[Line]:
    """The row with words as one line that were only set apart, evenly, to fill the width of a line above or below.

    In the PDF files of the corpus two lines for the default reader and four for the fast one, all rightly.
    """
    row = rows[place]
    if sum([" " not in line.text for line in row]) < len(row) // 2 + 1:
        return row
    for full in (line for other in (*rows[max(place - 2, 0) : place], *rows[place + 1 : place + 3]) for line in other):
        near = _EDGE * full.size
        words = [line for line in row if full.x0 - near <= line.x0 and line.x1 <= full.x1 + near]
        if len(words) > 1 < full.text.count(" ") and _fills(words, full, near):
            rest = [line for line in row if line not in words]
            return [Line([run for word in words for run in word.runs]), *rest]
    return row


def _fills(words: Sequence[Line], full: Line, near: float) -> bool:
    """Whether these are the words of one justified line as wide as `full`: its gaps are alike and not too wide."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(words)]
    return (
        abs(words[0].x0 - full.x0) <= near
        and abs(words[-1].x1 - full.x1) <= near
        and abs(words[0].bottom - full.bottom) <= _NEXT * full.size
        and all(abs(word.size - full.size) <= _SAME_SIZE * full.size and word.text[0].isalpha() for word in words)
        and max(gaps) <= min(_ALIKE * min(gaps), _WIDEST * full.size)
        and not any(" " in word.text for word in words)
    )


def _row_of(run: Run, rows: Sequence[list[Run]]) -> list[Run] | None:
    best, most = None, _SAME_ROW
    top, bottom = run.top, run.bottom
    height = bottom - top
    for row in rows[-1:-13:-1]:
        head, foot = row[0].top, row[0].bottom
        if foot <= top:
            continue
        other = foot - head
        lower, higher = (height, other) if height < other else (other, height)
        if higher > _HIGHER * lower:
            continue
        share = ((bottom if bottom < foot else foot) - (top if top > head else head)) / max(lower, 0.1)
        if share > most:
            best, most = row, share
    return best


def _parts(row: Sequence[Run]) -> Iterable[list[Run]]:
    part = [row[0]]
    right = row[0].x1
    for run in row[1:]:
        before, gap = part[-1], run.x0 - right
        size = max(run.size, before.size)
        if gap > _GAP * size and not (
            len(part) == 1 and gap <= _MARKER_GAP * size and _leads(before.text.strip(), run.text)
        ):
            yield part
            part, right = [], run.x1
        part.append(run)
        right = max(right, run.x1)
    yield part


def _leads(text: str, following: str) -> bool:
    """Whether the text may stand far before its line: a list marker, a caption's number, a chapter's number."""
    number = text.isdigit() and len(text) <= _CHAPTER_DIGITS and following[:1].isalpha()
    return number or is_caption(text) or MARKER.match(text) is not None
