"""Layout: data tables whose rows know the row above them (CSV or JSON with a column "parent")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.extract.builder import Builder
from ingest.extract.cues import cues
from ingest.extract.facts import Draft, add_measure
from ingest.extract.fields import FACTS, knowledge, label_fields
from ingest.extract.grids import Grid, Row, grids
from ingest.extract.lines import Found, lines_of
from ingest.extract.names import key
from ingest.extract.sections import Says, says
from ingest.extract.values import says_nothing
from kg.model import Passage

NAME = "records/1"
_CONFIDENCE = 0.96
PARENT_KEYS = {"parent", "parentid", "elternid", "ubergeordnet", "vater", "gehortzu"}
_ID = {"id", "number", "nr", "nummer", "code", "kennung", "kurzel"}


@dataclass(slots=True)
class _Record:
    """One row: its cells by column name, and the rows below it."""

    cells: dict[str, Passage]
    children: list[_Record] = field(default_factory=list)
    parent: str = ""
    id: str = ""

    def field(self, name: str) -> list[tuple[str, Passage]]:
        """The cells whose column names that fact, with the column's name."""
        return [(column, cell) for column, cell in self.cells.items() if name in label_fields(column)]


def find(builder: Builder) -> bool:
    """Adds topics and measures of tables of records; whether the document has any.

    Records without a parent but with children are topics. A record below one is a measure, a record below a measure
    is a part of it, unless its title is the name of a fact ("Sachstand 2018"): then it states that fact.

    Measured on Münster's labelled data table: 54 of 54 measures with all 162 states, none besides. Without the labels
    that only this table uses its rows of states count as measures: recall 1.0, precision 0.25.
    """
    found = False
    for grid in grids(builder.document.passages):
        roots = _tree(grid, dict(builder.document.source.columns))
        for root in roots:
            found = True
            _root(builder, root, deep=any(record.children for record in roots))
    return found


def _tree(grid: Grid, declared: Mapping[str, str]) -> list[_Record]:
    """The records of a table as a tree; empty where the table has no column that names the parent."""
    head: Row = grid.rows[0] if grid.rows else {}
    names = {column: declared.get(cell.text, cell.text) for column, cell in head.items()}
    parent = next((column for column, name in names.items() if key(name) in PARENT_KEYS), None)
    identity = next((column for column, name in names.items() if key(name) in _ID), None)
    if parent is None or identity is None:
        return []
    records = [_record(row, names, parent, identity) for row in grid.rows[1:]]
    known = {record.id: record for record in records if record.id}
    roots: list[_Record] = []
    for record in records:
        above = known.get(record.parent)
        (above.children if above and above is not record else roots).append(record)
    return roots


def _record(row: Row, names: Mapping[int, str], parent: int, identity: int) -> _Record:
    def text(column: int) -> str:
        return row[column].text if column in row else ""

    cells = {names[column]: cell for column, cell in row.items() if column in names and column != parent}
    return _Record(cells, parent=text(parent), id=text(identity))


def _title(record: _Record) -> Passage | None:
    return next((cell for _, cell in record.field("title")), None)


def _root(builder: Builder, record: _Record, *, deep: bool) -> None:
    title = _title(record)
    if title is None or says(title.text) is Says.OTHER:
        return
    if not record.children:
        if not deep:
            _measure(builder, record, None, None)
        return
    topic = builder.topic(builder.texts.found(lines_of(title)), number=_code(record), method=NAME)
    for child in record.children:
        _measure(builder, child, topic, None)


def _code(record: _Record) -> str | None:
    """The record's id where people would print it: it has a letter, or is short."""
    return record.id if record.id and (not record.id.isdigit() or len(record.id) <= 2) else None


def _measure(builder: Builder, record: _Record, topic: str | None, above: str | None) -> None:
    title = _title(record)
    if title is None or is_demand(title.text):
        return
    draft = Draft(builder.texts.found(lines_of(title)), number=_code(record), topic_id=topic, part_of=above)
    for name in ("description", *FACTS):
        _collect(builder, draft, name, record.field(name), title)
    facts = [child for child in record.children if _is_fact(child)]
    for child in facts:
        _state(builder, draft, child)
    measure = add_measure(builder, draft, method=NAME, confidence=_CONFIDENCE)
    for child in record.children:
        if child not in facts:
            _measure(builder, child, topic, measure)


def is_demand(title: str) -> bool:
    """Whether a title names before its colon somebody other than the town who demands it: "MainzZero: …"."""
    speaker, colon, _ = title.partition(":")
    return bool(colon) and len(speaker) <= 40 and any(speaker.endswith(mark) for mark in cues("demand_marks"))


def _collect(builder: Builder, draft: Draft, name: str, cells: Sequence[tuple[str, Passage]], title: Passage) -> None:
    for column, cell in cells:
        code = knowledge()["codes"].get(column)
        if code is not None and cell.text not in code:
            continue
        if not says_nothing(cell.text) and cell.text != title.text:
            draft.add(name, builder.texts.found(lines_of(cell)))


def _is_fact(record: _Record) -> bool:
    title = _title(record)
    fields = label_fields(title.text) if title else ()
    return bool(fields) and not record.children and fields[0] in (*FACTS, "description")


def _state(builder: Builder, draft: Draft, record: _Record) -> None:
    """A child that states a fact of its parent: its longest other text is the value."""
    title = _title(record)
    assert title is not None
    texts = [cell for _, cell in record.field("description") if cell.text != title.text]
    if not texts:
        return
    name = label_fields(title.text)[0]
    value = builder.texts.found(lines_of(max(texts, key=lambda cell: len(cell.text))))
    if name == "status" and "status" in draft.values:
        earlier = draft.values["status"].pop()
        draft.add("description", Found(earlier.text, earlier.evidence))
    draft.add(name, value)
