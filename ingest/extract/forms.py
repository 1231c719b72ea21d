"""Sheets set in two columns without rules: labels on the left, their values on the right, made into cells."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.extract.fields import label_fields
from ingest.extract.lines import Line
from ingest.extract.placed import Table, cell_of, top, with_boxes
from kg.model import Page, Passage, Role

_SAME_LINE, _SAME_EDGE = 4.0, 3.0
_FEWEST = 3
_ALIGNED = 0.6
_LONGEST_LABEL = 60


def forms(passages: Sequence[Passage], page: Page) -> Iterator[Table]:
    """The forms of a page: what each is made of, and its rows of label and value.

    A form is three or more known labels below each other of which most have a value beside them, all values with one
    left edge. A line of the label column without a value beside it goes on with the label above; an unknown label has
    one. A title between two forms divides them.
    """
    free = [p for p in passages if p.place.box is not None and p.role not in (Role.CELL, Role.CAPTION)]
    blocks = {p.id: with_boxes(p) for p in free}
    lines = [line for block in blocks.values() for line in block]
    for left in _label_edges(lines):
        labels = [line for line in lines if _at(line, left) and len(line.text) <= _LONGEST_LABEL]
        right = _value_edge(labels, lines, left)
        if right is not None:
            values = [line for line in lines if _at(line, right)]
            dividing = [p for p in free if _divides(p, left, right, blocks[p.id], values)]
            for part in _parts(labels, values, dividing):
                rows = _rows(part, values, dividing)
                used = {line.start for row in rows for cell in row for line in cell}
                made_of = frozenset(p.id for p in free if any(line.start in used for line in blocks[p.id]))
                if sum(bool(label_fields(_text(row[0]))) for row in rows) >= _FEWEST:
                    yield made_of, [[cell_of(cell, free, page) for cell in row] for row in rows]


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)


def _edge(line: Line) -> float:
    assert line.box is not None
    return line.box.x0


def _at(line: Line, edge: float) -> bool:
    return abs(_edge(line) - edge) <= _SAME_EDGE


def _label_edges(lines: Sequence[Line]) -> list[float]:
    """The left edges that three or more known labels share."""
    edges = Counter(round(_edge(line)) for line in lines if label_fields(line.text))
    return [float(edge) for edge, count in sorted(edges.items()) if count >= _FEWEST]


def _beside(label: Line, lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if abs(top(line) - top(label)) <= _SAME_LINE and _edge(line) > _edge(label) + 20]


def _value_edge(labels: Sequence[Line], lines: Sequence[Line], left: float) -> float | None:
    """The left edge of the values: that of the nearest lines beside most of the known labels, none a label itself."""
    known = [label for label in labels if label_fields(label.text)]
    nearest = [min(beside, key=_edge) for label in known if (beside := _beside(label, lines))]
    edges = Counter(round(_edge(line)) for line in nearest if not label_fields(line.text))
    if not edges:
        return None
    edge, count = edges.most_common(1)[0]
    return float(edge) if count >= _FEWEST and count >= _ALIGNED * len(known) else None


def _divides(passage: Passage, left: float, right: float, block: Sequence[Line], values: Sequence[Line]) -> bool:
    """Whether a passage between the rows belongs to neither column: a title over both, or one that begins before."""
    assert passage.place.box is not None
    box = passage.place.box
    across = box.x0 < right - _SAME_EDGE and box.x1 > right + _SAME_EDGE
    return (across or box.x0 < left - _SAME_EDGE) and not any(line in values for line in block)


def _parts(labels: Sequence[Line], values: Sequence[Line], dividing: Sequence[Passage]) -> Iterator[list[Line]]:
    """The label lines of each form: those between two dividing passages."""
    divides = {line.start for passage in dividing for line in with_boxes(passage)}
    kept = sorted((line for line in labels if line.start not in divides), key=top)
    tops = sorted(p.place.box.top for p in dividing if p.place.box)
    for _, part in itertools.groupby(kept, key=lambda line: sum(edge <= top(line) for edge in tops)):
        yield list(part)


def _rows(labels: Sequence[Line], values: Sequence[Line], dividing: Sequence[Passage]) -> list[list[list[Line]]]:
    rows: list[list[list[Line]]] = []
    for label in labels:
        if _beside(label, values) or not rows or label_fields(label.text):
            rows.append([[label], []])
        else:
            rows[-1][0].append(label)
    if not rows:
        return []
    tops = sorted(p.place.box.top for p in dividing if p.place.box and p.place.box.top > top(labels[0]))
    end = min(tops, default=float("inf"))
    for value in values:
        above = [row for row in rows if top(row[0][0]) <= top(value) + _SAME_LINE]
        if above and top(value) < end:
            above[-1][1].append(value)
    return rows
