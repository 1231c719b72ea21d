"""Tables in plain text whose columns are kept apart by tabs or runs of spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.extract.fields import FACTS, label_fields
from ingest.extract.placed import Table
from kg.model import Page, Passage, Role

_PART = re.compile(r"\S(?:[^\t\n]*?\S)??(?=\t| {2,}|\s*$)")
_FEWEST_LABELS = 3
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a line between gaps: its text, its first and last position in the line, its place in the passage."""

    text: str
    left: int
    right: int
    start: int
    tab: int | None


def aligned_tables(passages: Sequence[Passage], page: Page) -> Iterator[Table]:
    """The tables of a page of plain text: what they are made of, and their cells row by row.

    A table is one block of lines whose first line is labels, among them a measure's or a goal's. One with a line that
    fills fewer than two columns has broken cells, which cannot be told apart, and is left out.
    """
    for passage in passages:
        if passage.place.box is None and passage.role is Role.BODY and "\n" in passage.original:
            yield from _of(passage, page)


def _of(passage: Passage, page: Page) -> Iterator[Table]:
    lines = [_parts(line) for line in re.finditer(r"[^\n]*\S[^\n]*", passage.original)]
    head = lines[0]
    fields = {field for part in head for field in label_fields(part.text)}
    labelled = sum(bool(label_fields(part.text)) for part in head)
    named = {"title", "goal"} & fields and fields & {*FACTS, "area", "contents"}
    whole = all(len(parts) >= 2 for parts in lines)
    if labelled < _FEWEST_LABELS or labelled * 2 <= len(head) or not named or not whole or len(lines) <= _FEWEST_ROWS:
        return
    rows: list[list[Passage | None]] = []
    for parts in lines:
        row: list[Passage | None] = [None] * len(head)
        for part in parts:
            row[_column(part, head)] = _cell(part, passage, page)
        rows.append(row)
    yield frozenset({passage.id}), rows


def _parts(line: re.Match[str]) -> list[_Part]:
    text = line.group()
    found = list(_PART.finditer(text))
    tabs = [text.count("\t", 0, part.start()) if "\t" in text else None for part in found]
    return [
        _Part(part.group(), part.start(), part.end(), line.start() + part.start(), tab)
        for part, tab in zip(found, tabs, strict=True)
    ]


def _column(part: _Part, head: Sequence[_Part]) -> int:
    """The column by its tab, else the one whose label it overlaps, else the nearest."""
    if part.tab is not None:
        return min(part.tab, len(head) - 1)
    apart = [max(label.left - part.right, part.left - label.right, 0) for label in head]
    return min(range(len(head)), key=lambda at: (apart[at], abs(head[at].left - part.left)))


def _cell(part: _Part, passage: Passage, page: Page) -> Passage:
    start = passage.place.start + part.start
    end = start + len(part.text)
    place = replace(passage.place, start=start, end=end)
    return replace(passage, id=f"{passage.id}-{start}", text=part.text, original=page.text[start:end], place=place)
