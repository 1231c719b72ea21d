"""Tables of a document as rows of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ingest.extract.fields import FACTS, label_fields
from kg.model import Passage, Role

Row = dict[int, Passage]
_LONGEST_HEAD = 160


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: rows of cells by column, top to bottom, the headings above it, and the passage right before it."""

    number: int
    rows: tuple[Row, ...]
    headings: tuple[str, ...]
    above: Passage | None = None

    def pairs(self, row: Row) -> bool:
        """Whether a row is labels and values by turns ("Priorität | hoch | Beginn | 2026") in a table of such rows."""
        return len(row) >= 4 and _by_turns(row) and sum(_by_turns(other) for other in self.rows) >= 2

    @property
    def headed(self) -> bool:
        """Whether its first row is a header."""
        return bool(self.rows) and head_of(self.rows[0]) is not None

    @property
    def is_form(self) -> bool:
        """Whether most rows begin with a label, as in a sheet."""
        first = [row[min(row)] for row in self.rows if len(row) > 1]
        return len(first) >= 3 and sum(bool(label_fields(cell.text)) for cell in first) * 2 > len(first)

    @property
    def width(self) -> int:
        """How many columns any row reaches."""
        return max((max(row) + 1 for row in self.rows if row), default=0)


@dataclass(frozen=True, slots=True)
class Head:
    """A header row: the facts that each of its columns holds; columns without a known label have none.

    `texts` are pairs of facts and the header's wording, which may name a unit; `goals` the columns of goals and their
    wording.
    """

    columns: tuple[tuple[int, tuple[str, ...]], ...]
    declared: bool = False
    texts: tuple[tuple[tuple[str, ...], str], ...] = ()
    goals: tuple[tuple[int, str], ...] = ()

    @property
    def fields(self) -> set[str]:
        """All facts that the header names."""
        return {field for _, fields in self.columns for field in fields}

    @property
    def facts(self) -> int:
        """How many columns hold facts that only measures have."""
        return sum(bool(set(fields) & set(FACTS)) for _, fields in self.columns)

    def below(self, other: Head) -> Head:
        """Both as one header where the other has a second row that divides columns of this one."""
        columns = dict(self.columns) | dict(other.columns)
        texts = tuple(pair for pair in self.texts if pair[0] in columns.values()) + other.texts
        return Head(tuple(sorted(columns.items())), self.declared, texts)


def grids(passages: Sequence[Passage]) -> Iterator[Grid]:
    """The tables in the order of the document."""
    tables: dict[int, list[Passage]] = {}
    above: dict[int, Passage | None] = {}
    before: Passage | None = None
    for passage in passages:
        if passage.role is Role.CELL and passage.table is not None:
            tables.setdefault(passage.table, []).append(passage)
            above.setdefault(passage.table, before)
        else:
            before = passage
    for number, cells in tables.items():
        rows: dict[int, Row] = {}
        for cell in cells:
            rows.setdefault(cell.row or 0, {})[cell.column or 0] = cell
        yield Grid(number, tuple(rows[at] for at in sorted(rows)), cells[0].headings, above[number])


def _by_turns(row: Row) -> bool:
    labelled = [bool(label_fields(row[column].text)) for column in sorted(row)]
    return len(labelled) % 2 == 0 and all(labelled[::2]) and not any(labelled[1::2])


def head_of(row: Row, declared: Mapping[str, str] = MappingProxyType({})) -> Head | None:
    """The header that a row is: two or more labels, most of its cells, and nothing long beside them.

    `declared` names the fields of headers as whoever gave the source declared them, "none" for a column without use;
    such a header is one in any case.
    """
    known = {
        column: (declared[cell.text],) if cell.text in declared else label_fields(cell.text)
        for column, cell in row.items()
    }
    if any(cell.text in declared for cell in row.values()):
        return Head(tuple(sorted(known.items())), declared=True)
    labelled = [column for column, fields in known.items() if fields]
    if len(labelled) < 2 or any(len(cell.text) > _LONGEST_HEAD for cell in row.values() if not label_fields(cell.text)):
        return None
    fields = {field for found in known.values() for field in found}
    if len(labelled) * 2 < len(row) and not ({"title", "goal"} & fields and len(labelled) >= 3):
        return None
    texts = tuple((fields, row[column].text) for column, fields in sorted(known.items()))
    goals = tuple((column, row[column].text) for column, fields in sorted(known.items()) if fields == ("goal",))
    return Head(tuple(sorted(known.items())), texts=texts, goals=goals)
