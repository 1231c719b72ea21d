"""Lines of a page at their places, and cells made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.extract.lines import Line, lines_of
from kg.model import Box, Page, Passage

Table = tuple[frozenset[str], list[list[Passage | None]]]
"""The passages that a table is made of, by their ids, and its cells row by row."""


def with_boxes(passage: Passage) -> list[Line]:
    """The lines of a passage, each with the box where it must stand if all are equally far apart."""
    lines, box = lines_of(passage), passage.place.box
    if box is None:
        return list(lines)
    size = (box.bottom - box.top) / (1.25 * len(lines) - 0.25)
    step = (box.bottom - box.top - size) / max(1, len(lines) - 1)
    tops = [box.top + at * step for at in range(len(lines))]
    return [replace(line, box=Box(box.x0, high, box.x1, high + size)) for line, high in zip(lines, tops, strict=True)]


def top(line: Line) -> float:
    """Where a line begins on its page, in points from above."""
    assert line.box is not None
    return line.box.top


def cell_of(lines: Sequence[Line] | None, passages: Sequence[Passage], page: Page) -> Passage | None:
    """A cell of lines that follow each other in the page's text; None where there are none."""
    if not lines:
        return None
    start, end = min(line.start for line in lines), max(line.end for line in lines)
    of = next(p for p in passages if p.place.start <= start < p.place.end)
    original = page.text[start:end]
    place = replace(of.place, start=start, end=end)
    return replace(of, id=f"{of.id}-{start}", text=" ".join(original.split()), original=original, place=place)
