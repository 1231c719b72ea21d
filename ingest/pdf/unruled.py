"""Tables without lines between their columns: found by a header row, read by the header's places and by row anchors.

A header row has three columns or more, two of which bear words that tables of plans have above their columns
(`words.toml`). What stands below belongs to the column over which it stands, down to a line that crosses columns.

Measured on 40 typeset tables of 249 rows, with and without numbers, space or lines between rows, bold headers, and
cells of up to three lines: 243 rows read whole with both readers. In the corpus one such table is found, rightly.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise

from ingest.pdf.drawn import Ruling, Run
from ingest.pdf.grid import Cell
from ingest.pdf.lines import Line
from ingest.pdf.regions import paragraphs
from ingest.pdf.tables import Field, Table

_GAP = 0.9  # of the size: a wider gap between runs separates columns
_GUTTER = 0.3  # of the size: columns do not come nearer to each other
_FEWEST = 3  # columns
_KNOWN = 2  # columns with a known word above them
_LONGEST_HEAD = 45  # letters above a column
_LONGEST_ADDITION = 14  # letters after the known words: "(in T€)", "bis 2030"
_NEXT = 1.5  # of the size: lines of one header cell stand no further apart, from foot to foot
_END = 4.5  # of the size: a wider step ends the table
_BAND = 1.2  # times the usual step: a wider one divides rows
_LARGER = 1.15  # times the header's size: larger text is a title, not a cell
_LEFT = 6.0  # points between left edges of one column on two pages
_WIDTH = 0.6  # of the table's width: a line that divides rows is at least so long
_PROSE = 4  # lines in each column from which these may be running text
_GOING_ON = 0.25  # share of lines in running text that begin with a small letter
_GOES_ON = re.compile(r"(?:[;,-]|\b(?:und|oder|der|die|des|für))$")  # a line in running text, not a header
_ID = re.compile(r"(?:[A-ZÄÖÜ]{1,3}[ .-]?)?\d{1,3}(?:[.\-]\d{1,3}){0,3}[.)]?$")


@dataclass(slots=True)
class _Column:
    """A column in the making: what it spans so far, and its lines from top to bottom."""

    x0: float
    x1: float
    head: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@cache
def _known() -> re.Pattern[str]:
    stems = tomllib.loads(files("ingest.pdf").joinpath("words.toml").read_text(encoding="utf-8"))["columns"]
    return re.compile(rf"(?:{'|'.join(stems)})(?!\w)", re.IGNORECASE)


def has_header(lines: Sequence[Line]) -> bool:
    """Whether one of the lines is a header row."""
    return _may_have_header(lines) and any(_is_header(row) for row in _rows(lines))


def _may_have_header(lines: Iterable[Line]) -> bool:
    return sum(_known().match(line.text) is not None for line in lines) >= _KNOWN


def unruled_tables(lines: Sequence[Line], bars: Iterable[Ruling], before: Table | None) -> tuple[list[Table], set[int]]:
    """The tables among the lines, from top to bottom, and the `id` of every run in them.

    `bars` are lines and edges along the page. `before` is a table at the end of the page before, which may go on
    here without a header.
    """
    goes_on = before is not None and not before.ruled
    if not goes_on and not _may_have_header(lines):
        return [], set()
    rows = _rows(lines)
    level = [bar for bar in bars if bar.horizontal]
    found: list[Table] = []
    used: set[int] = set()
    place = 0
    while place < len(rows):
        columns, below = _opened(rows, place, before if not found else None)
        if columns:
            end = _fill(columns, rows, below)
            table = _table(columns, level, before if columns[0].head == [] else None)
            if table is not None:
                found.append(table)
                used |= {id(run) for column in columns for line in (*column.head, *column.lines) for run in line.runs}
                place = end
                continue
        place += 1
    return found, used


def _rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines cut at every wide gap, side by side in rows from top to bottom."""
    rows: list[list[Line]] = []
    for piece in sorted((piece for line in lines for piece in _pieces(line)), key=lambda line: line.top + line.bottom):
        middle = (piece.top + piece.bottom) / 2
        if rows and abs(middle - (rows[-1][0].top + rows[-1][0].bottom) / 2) <= 0.4 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _pieces(line: Line) -> Iterable[Line]:
    part: list[Run] = []
    for run in line.runs:
        if part and run.x0 - max(other.x1 for other in part) > _GAP * line.size:
            yield Line(part)
            part = []
        part.append(run)
    yield Line(part)


def _is_header(row: Sequence[Line]) -> bool:
    if len(row) < _FEWEST or len({line.bold for line in row}) > 1:
        return False
    if any(len(line.text) > _LONGEST_HEAD or _GOES_ON.search(line.text) for line in row):
        return False
    return sum(_is_known(line.text) for line in row) >= _KNOWN


def _is_known(text: str) -> bool:
    """Whether the text is words that stand above columns, with no more than a short addition."""
    match = _known().match(text)
    return match is not None and len(text) - match.end() <= _LONGEST_ADDITION


def _opened(rows: Sequence[list[Line]], place: int, before: Table | None) -> tuple[list[_Column], int]:
    """The columns of a table that begins in that row, none where none does, and the first row below its header."""
    row = rows[place]
    if _is_header(row):
        columns = [_Column(line.x0, line.x1, [line]) for line in row]
        if place and _continues_header(rows[place - 1], row, columns):
            for line in rows[place - 1]:
                _place(line, columns, head=True)
        below = place + 1
        while below < len(rows) and row[0].bold and _continues_header(rows[below - 1], rows[below], columns):
            for line in rows[below]:
                _place(line, columns, head=True)
            below += 1
        return columns, below
    if before is not None and not before.ruled and len(row) >= min(_FEWEST, len(before.columns) - 1):
        lefts = before.columns[:-1]
        if all(any(abs(line.x0 - left) <= _LEFT for left in lefts) for line in row):
            return [_Column(left, left) for left in lefts], place
    return [], place


def _continues_header(above: Sequence[Line], below: Sequence[Line], columns: Sequence[_Column]) -> bool:
    """Whether two rows are lines of the same header cells."""
    near = 0 < below[0].bottom - above[0].bottom <= _NEXT * below[0].size
    alike = all(line.bold and len(line.text) <= _LONGEST_HEAD for line in (*above, *below))
    added = above if below[0] in [line for column in columns for line in column.head] else below
    return near and alike and all(len(_under(line, columns)) == 1 for line in added)


def _under(line: Line, columns: Sequence[_Column]) -> list[_Column]:
    return [column for column in columns if line.x0 < column.x1 and line.x1 > column.x0]


def _place(line: Line, columns: Sequence[_Column], *, head: bool = False) -> bool:
    """Put the line into its column, which grows with it; False where it would meet another column."""
    under = _under(line, columns)
    if not under:
        left = [column for column in columns if column.x0 <= line.x0 + _LEFT]
        under = left[-1:] or [columns[0]]
    if len(under) > 1:
        return False
    column = under[0]
    x0, x1 = min(column.x0, line.x0), max(column.x1, line.x1)
    gutter = _GUTTER * line.size
    if any(other is not column and x0 < other.x1 + gutter and x1 > other.x0 - gutter for other in columns):
        return False
    column.x0, column.x1 = x0, x1
    (column.head if head else column.lines).append(line)
    return True


def _fill(columns: Sequence[_Column], rows: Sequence[list[Line]], place: int) -> int:
    """Put the rows from `place` on into the columns; the first row that does not belong to the table."""
    heads = [line for column in columns for line in column.head]
    foot = max((line.bottom for line in heads), default=rows[place][0].bottom if place < len(rows) else 0.0)
    size = max((line.size for line in heads), default=rows[place][0].size if place < len(rows) else 10.0)
    while place < len(rows):
        row = rows[place]
        if row[0].bottom - foot > _END * size or row[0].size > _LARGER * size or _is_header(row):
            break
        if any(len(_under(line, columns)) > 1 for line in row) or not _all_placed(row, columns):
            break
        foot = max(line.bottom for line in row)
        place += 1
    return place


def _all_placed(row: Sequence[Line], columns: Sequence[_Column]) -> bool:
    """Whether all lines of the row found their columns; else none is put anywhere."""
    kept = [(column, column.x0, column.x1, len(column.lines)) for column in columns]
    if all(_place(line, columns) for line in row):
        return True
    for column, x0, x1, count in kept:
        column.x0, column.x1 = x0, x1
        del column.lines[count:]
    return False


def _table(columns: Sequence[_Column], bars: Sequence[Ruling], before: Table | None) -> Table | None:
    """The table of these columns, None where fewer than one row below the header has two cells."""
    body = sorted((line for column in columns for line in column.lines), key=lambda line: line.top)
    if not body or _is_prose(columns):
        return None
    left, right = min(column.x0 for column in columns), max(column.x1 for column in columns)
    starts = _row_starts(
        columns, body, [bar for bar in bars if min(bar.x1, right) - max(bar.x0, left) >= _WIDTH * (right - left)]
    )
    edges = before.columns if before is not None else (*(column.x0 for column in columns), right)
    fields: list[Field] = []
    for column, (x0, x1) in zip(columns, pairwise(edges), strict=True):
        if column.head:
            fields.append(_field(0, len(fields), column.head, x0, x1))
    first = 1 if fields else 0
    for number, (start, end) in enumerate(pairwise([*starts, float("inf")]), start=first):
        for place, (column, (x0, x1)) in enumerate(zip(columns, pairwise(edges), strict=True)):
            inside = [line for line in column.lines if start <= (line.top + line.bottom) / 2 < end]
            if inside:
                fields.append(_field(number, place, inside, x0, x1))
    filled = [sum(entry.cell.row == number for entry in fields) for number in range(first, first + len(starts))]
    if not any(count > 1 for count in filled):
        return None
    top, bottom = min(entry.cell.top for entry in fields), max(entry.cell.bottom for entry in fields)
    return Table(tuple(fields), edges, left, top, right, bottom, ruled=False)


def _is_prose(columns: Iterable[_Column]) -> bool:
    """Whether each column is running text: no shorter than the others, most lines going on in the next."""
    counts = [len(column.lines) for column in columns]
    if min(counts) < _PROSE or min(counts) < 0.6 * max(counts):
        return False
    return all(_goes_on(column.lines) >= _GOING_ON for column in columns)


def _goes_on(lines: Sequence[Line]) -> float:
    """The share of lines that begin with a small letter or follow a broken word."""
    return sum(below.text[:1].islower() or above.text.endswith("-") for above, below in pairwise(lines)) / len(lines)


def _field(row: int, column: int, inside: Sequence[Line], x0: float, x1: float) -> Field:
    lines = sorted(inside, key=lambda line: line.top)
    box = (
        min(x0, *(line.x0 for line in lines), x0),
        lines[0].top,
        max(x1, *(line.x1 for line in lines), x1),
        lines[-1].bottom,
    )
    return Field(Cell(row, column, *box), tuple(paragraphs(lines)))


def _row_starts(columns: Sequence[_Column], body: Sequence[Line], bars: Sequence[Ruling]) -> list[float]:
    """Where the rows below the header begin, from top to bottom: at lines, at wider steps, or at anchors."""
    top = body[0].top - 1
    places = sorted({bar.top for bar in bars if top < bar.top < body[-1].bottom})
    ruled = _divided(body, [top, *places])
    if len(ruled) > 1:
        return ruled
    anchors = [line.top - 1 for line in columns[0].lines if _ID.match(line.text)]
    bands = _bands(body)
    if len(anchors) > 1 and 5 * len(anchors) >= 4 * len(columns[0].lines):
        return bands if len(bands) == len(anchors) else [min(top, anchors[0]), *anchors[1:]]
    if len(bands) > 1:
        return bands
    filled = [
        column.lines for column in columns if column.lines and abs(column.lines[0].top - body[0].top) <= body[0].size
    ]
    fewest = min(filled, key=len, default=[])
    return [min(top, line.top - 1) if line is fewest[0] else line.top - 1 for line in fewest] or [top]


def _divided(body: Sequence[Line], places: Sequence[float]) -> list[float]:
    """The places below which a line stands before the next place."""
    return [
        start
        for start, end in pairwise([*places, float("inf")])
        if any(start <= (line.top + line.bottom) / 2 < end for line in body)
    ]


def _bands(body: Sequence[Line]) -> list[float]:
    """Where rows begin that a wider step divides from what stands above."""
    tops = [body[0].top]
    for line in body:
        if line.top - tops[-1] > 0.4 * line.size:
            tops.append(line.top)
    steps = [below - above for above, below in pairwise(tops)]
    if not steps:
        return [tops[0] - 1]
    usual = min(steps)
    return [tops[0] - 1, *(top - 1 for top, step in zip(tops[1:], steps, strict=True) if step > _BAND * usual)]
