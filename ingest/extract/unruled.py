"""Tables without rules: rows of labels that stand side by side, and what stands below them, made into cells.

A header is three or more labels of facts on one line of the page, among them a measure's or a goal's. Lines below it
belong to the column they overlap most, and to the row whose first line is the last above them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.extract.aligned import aligned_tables
from ingest.extract.fields import FACTS, label_fields
from ingest.extract.forms import forms
from ingest.extract.lines import Line
from ingest.extract.placed import Table, cell_of, top, with_boxes
from kg.model import Box, Document, Page, Passage, Role

_SAME_LINE = 4.0
_REACH = 15.0
_FEWEST_LABELS = 3
_FEWEST_ROWS = 2
_NUMBER = re.compile(r"[A-ZÄÖÜ]{0,3}[ .-]?\d{1,3}(?:\.\d{1,2}){0,3}[.)]?(?=\s|$)|[IVX]{1,4}[.-]")

Cells = dict[int, list[Line]]


@dataclass(frozen=True, slots=True)
class _Header:
    """The labels of a header row, left to right."""

    labels: tuple[Passage, ...]

    @property
    def starts(self) -> list[float]:
        """Where each column begins."""
        return [_box(label).x0 for label in self.labels]

    @property
    def bottom(self) -> float:
        """Where the header ends."""
        return max(_box(label).bottom for label in self.labels)

    def column(self, line: Line) -> int:
        """The column that a line overlaps most."""
        assert line.box is not None
        edges = [start - _REACH for start in self.starts] + [float("inf")]
        shares = [min(line.box.x1, right) - max(line.box.x0, left) for left, right in itertools.pairwise(edges)]
        return max(range(len(shares)), key=lambda at: shares[at])

    def crosses(self, passage: Passage) -> bool:
        """Whether a passage runs across the beginning of a column, so that it is no cell."""
        box = _box(passage)
        return any(box.x0 < start - _REACH and box.x1 > start + _REACH for start in self.starts)


def tabulated(document: Document) -> Document:
    """The document with the cells of such tables as cells; the same document where there are none.

    Measured on invented tables and slides only (`tests/extract/test_layouts.py`); the labelled documents have none, and
    no item of theirs changes.
    """
    first = max((passage.table for passage in document.passages if passage.table is not None), default=-1) + 1
    number = first
    passages: list[Passage] = []
    for page in document.pages:
        here = [passage for passage in document.passages if passage.place.page == page.number]
        tables = _distinct([*_tables(here, page), *forms(here, page), *aligned_tables(here, page)])
        passages += _with_cells(here, tables, number)
        number += len(tables)
    return replace(document, passages=tuple(passages)) if number > first else document


def _distinct(tables: Sequence[Table]) -> list[Table]:
    """The tables without those that share a passage with one before them."""
    kept: list[Table] = []
    for made_of, cells in tables:
        if not any(made_of & others for others, _ in kept):
            kept.append((made_of, cells))
    return kept


def _with_cells(passages: Sequence[Passage], tables: Sequence[Table], number: int) -> Iterator[Passage]:
    """The passages of a page with each table in the place of the first passage that it is made of."""
    made_of = {identifier: at for at, (used, _) in enumerate(tables) for identifier in used}
    done: set[int] = set()
    for passage in passages:
        at = made_of.get(passage.id)
        if at is None:
            yield passage
        elif at not in done:
            done.add(at)
            for row, cells in enumerate(tables[at][1]):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        yield replace(cell, role=Role.CELL, table=number + at, row=row, column=column)


def _box(passage: Passage) -> Box:
    assert passage.place.box is not None
    return passage.place.box


def _tables(passages: Sequence[Passage], page: Page) -> Iterator[Table]:
    free = [p for p in passages if p.place.box is not None and p.role not in (Role.CELL, Role.CAPTION)]
    headers = list(_headers(free))
    for at, header in enumerate(headers):
        following = headers[at + 1] if at + 1 < len(headers) else None
        below = _below(free, header, _box(following.labels[0]).top if following else float("inf"))
        rows = _rows(header, below)
        if len(rows) >= _FEWEST_ROWS:
            cells: list[list[Passage | None]] = [list(header.labels)]
            cells += [[cell_of(row.get(column), below, page) for column in range(len(header.labels))] for row in rows]
            yield frozenset(passage.id for passage in (*header.labels, *below)), cells


def _headers(passages: Sequence[Passage]) -> Iterator[_Header]:
    """Labels beside each other: at least three, with a title or goal and a fact or area among them."""
    labels = sorted((p for p in passages if label_fields(p.text)), key=lambda p: (_box(p).top, _box(p).x0))
    while labels:
        first = labels[0]
        beside = [p for p in labels if abs(_box(p).top - _box(first).top) <= _SAME_LINE]
        labels = [p for p in labels if p not in beside]
        fields = {field for label in beside for field in label_fields(label.text)}
        apart = all(_box(a).x1 < _box(b).x0 for a, b in itertools.pairwise(sorted(beside, key=lambda p: _box(p).x0)))
        named = {"title", "goal"} & fields and fields & {*FACTS, "area", "contents", "description"}
        if len(beside) >= _FEWEST_LABELS and apart and named:
            yield _Header(tuple(sorted(beside, key=lambda p: _box(p).x0)))


def _below(passages: Sequence[Passage], header: _Header, end: float) -> list[Passage]:
    """The passages under a header, up to one that runs across columns or the next header."""
    under = sorted(
        (p for p in passages if header.bottom - _SAME_LINE < _box(p).top < end and p not in header.labels),
        key=lambda p: _box(p).top,
    )
    return list(itertools.takewhile(lambda p: not header.crosses(p), under))


def _rows(header: _Header, below: Sequence[Passage]) -> list[Cells]:
    placed = [
        (line, header.column(line), line is lines[0]) for p in below for lines in [with_boxes(p)] for line in lines
    ]
    placed.sort(key=lambda entry: top(entry[0]))
    starts = _starts(placed, len(header.labels))
    rows: list[Cells] = [{} for _ in starts]
    for line, column, _ in placed:
        above = [at for at, start in enumerate(starts) if start <= top(line) + _SAME_LINE]
        if above:
            rows[above[-1]].setdefault(column, []).append(line)
    return rows


def _starts(placed: Sequence[tuple[Line, int, bool]], width: int) -> list[float]:
    """Where rows begin: where a number stands in the first column, else where half of the columns have a line and at
    least one begins a block there."""
    counted = [top(line) for line, column, _ in placed if column == 0 and _NUMBER.match(line.text)]
    if len(counted) >= _FEWEST_ROWS:
        return counted
    starts: list[float] = []
    for line, _, _ in placed:
        high = top(line)
        level = [(column, first) for other, column, first in placed if abs(top(other) - high) <= _SAME_LINE]
        filled = len({column for column, _ in level}) * 2 >= width and len({column for column, _ in level}) >= 2
        if filled and any(first for _, first in level) and (not starts or high - starts[-1] > _SAME_LINE):
            starts.append(high)
    return starts
