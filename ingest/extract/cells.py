"""What the cells of a table's row hold: the lines of each fact, titles and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.extract.builder import Builder
from ingest.extract.cues import cues
from ingest.extract.fields import NONE, inline_label, label_fields
from ingest.extract.grids import Head, Row
from ingest.extract.lines import Block, Found, Line, lines_of
from ingest.extract.names import fold
from ingest.extract.numbering import numbered
from ingest.extract.values import says_nothing
from kg.model import Passage

_LONGEST_TITLE = 300
_ONCE = {"number", "title", "topic", "priority"}
_BULLET = re.compile(r"(?:[-–•▪►■\uf0b7\uf0a7]|\d{1,2}[.)])\s+(?=\S)")


def titles(block: Block) -> list[Block]:
    """The measures that one cell lists: a bullet begins each; a cell without bullets is one measure."""
    parts: list[list[Line]] = []
    for line in block:
        bullet = _BULLET.match(line.text)
        if bullet or not parts:
            parts.append([])
        parts[-1].append(line.cut(bullet.end()) if bullet else line)
    listed = sum(bool(_BULLET.match(line.text)) for line in block)
    return [tuple(part) for part in parts] if listed >= 2 else [block]


def is_title(text: str) -> bool:
    """Whether a cell can be a measure's title: words, not too long, no total, no label, nothing that says nothing."""
    total = any(re.match(rf"{re.escape(fold(word))}\b", fold(text)) for word in cues("total_rows"))
    worded = re.search(r"[^\W\d_]{3}", text)
    return (
        bool(worded) and not total and not says_nothing(text) and len(text) <= _LONGEST_TITLE and not label_fields(text)
    )


def by_field(builder: Builder, row: Row, head: Head) -> dict[str, Block]:
    """The lines of a row's cells by the field of their column."""
    starts = [column for column, _ in head.columns]
    under: dict[int, list[Passage]] = {}
    for column in sorted(row):
        above = [start for start in starts if start <= column]
        if above:
            under.setdefault(above[-1], []).append(row[column])
    found: dict[str, Block] = {}
    titled = title_column(head)
    for start, fields in head.columns:
        names = ("title",) if start == titled else fields
        if start in under and names:
            for name, block in _share(names, under[start]):
                if name not in _ONCE or name not in found:
                    found[name] = (*found.get(name, ()), *block)
    return {name: block for name, block in found.items() if name != NONE and block}


def title_column(head: Head) -> int | None:
    """The column of titles where no label names it, in a table of measures' facts: the description, else the first
    without a label."""
    if "title" in head.fields or "goal" in head.fields or head.facts < 2:
        return None
    described = next((column for column, fields in head.columns if fields == ("description",)), None)
    unnamed = next((column for column, fields in head.columns if not fields), None)
    return unnamed if described is None else described


def _share(names: tuple[str, ...], cells: Sequence[Passage]) -> list[tuple[str, Block]]:
    """The lines of the cells below one header cell, which may name several fields ("Titel / Zuständigkeit")."""
    if len(cells) == len(names) or len(names) == 1:
        pairs = list(zip(names, cells, strict=False)) if len(cells) == len(names) else [(names[0], c) for c in cells]
        return [(name, lines_of(cell)) for name, cell in pairs]
    lines = tuple(line for cell in cells for line in lines_of(cell))
    if all(inline_label(line.text) for line in lines):
        parts = [(inline, line) for line in lines if (inline := inline_label(line.text))]
        return [(fields[0], (line.cut(begin),)) for (fields, begin), line in parts]
    if len(lines) >= 2 and names[-1] == "number":
        return [(names[0], lines[:-1]), ("number", lines[-1:])]
    if len(lines) == len(names):
        return [(name, (line,)) for name, line in zip(names, lines, strict=True)]
    return [(names[0], lines)]


def number(builder: Builder, block: Block, title: Block, label: Found) -> tuple[str | None, Found]:
    """The number in its own cell, else the code before the title; and the title without it."""
    if block:
        printed = builder.texts.join(block).strip(" .:")
        return (printed if any(c.isdigit() for c in printed) and len(printed) <= 15 else None), label
    code = numbered(title[0].text)
    if code and code.is_code:
        return code.printed, builder.texts.found((title[0].cut(code.length), *title[1:]))
    return None, label
