"""Tables of data: what each column's heading was taken for, so that people can see it and declare it otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.extract.fields import NONE, knowledge, label_fields
from ingest.extract.grids import Grid, Row, grids, head_of
from ingest.extract.names import key
from ingest.extract.records import PARENT_KEYS
from ingest.media import XLSX
from ingest.outcome import Issue
from kg.errors import SourceError
from kg.model import Document

_DATA = {"text/csv", "text/tab-separated-values", "application/json", XLSX}
_PARENT = "parent"  # the column of `ingest.extract.records` that names the row above
_TOLD = 12


def check_declared(document: Document) -> None:
    """Raises SourceError where a column is declared as a field that does not exist."""
    fields = sorted({_PARENT, *(name.rstrip("?") for name in knowledge()["labels"])})
    for _, field in document.source.columns:
        if field not in fields:
            template = "{location}: columns: no field is called {field}; known are {known}"
            raise SourceError(template, location=document.source.location, field=field, known=", ".join(fields))


def column_remarks(document: Document) -> list[Issue]:
    """How the headings of a table of data were understood, one remark for each heading row; none for other documents.

    Columns that the source declares are left out. A declared heading that no table has is a remark as well.
    """
    if document.source.media_type not in _DATA:
        return []
    declared = dict(document.source.columns)
    heads = [_head_row(grid, declared) for grid in grids(document.passages) if grid.rows]
    headings = [cell.text for row in heads for cell in row.values()]
    remarks = [_missing(missing, headings) for missing in declared if missing not in headings]
    remarks += filter(None, (_remark(row, declared) for row in heads))
    return list(dict.fromkeys(remarks))


def _head_row(grid: Grid, declared: Mapping[str, str]) -> Row:
    return next((row for row in grid.rows if head_of(row, declared)), grid.rows[0])


def _remark(row: Row, declared: Mapping[str, str]) -> Issue | None:
    guessed = [row[column].text for column in sorted(row) if row[column].text not in declared]
    used = {heading: fields for heading in guessed if (fields := _used(heading))}
    unused = ("unused", _listed(heading for heading in guessed if heading not in used))
    read = ("read", ", ".join(f"{heading} → {' + '.join(fields)}" for heading, fields in used.items()))
    if not used:
        if declared:
            return None
        text = "no column heading is understood: {unused}; say what they are under columns in sources.toml"
        return Issue("columns", text, (unused,))
    if not unused[1]:
        return Issue("columns", "columns read as: {read}; change it under columns in sources.toml", (read,))
    text = "columns read as: {read}; not used: {unused}; change it under columns in sources.toml"
    return Issue("columns", text, (read, unused))


def _used(heading: str) -> list[str]:
    if key(heading) in PARENT_KEYS:
        return [_PARENT]
    return [field.rstrip("?") for field in label_fields(heading) if field != NONE]


def _missing(heading: str, found: Iterable[str]) -> Issue:
    text = "no column is headed {missing}, as columns in sources.toml says; the table has: {found}"
    return Issue("columns", text, (("missing", heading), ("found", _listed(found))))


def _listed(headings: Iterable[str]) -> str:
    """The headings on one line, cut to a length that people read."""
    told = [_short(heading) for heading in headings]
    return ", ".join(told[:_TOLD]) + (" …" if len(told) > _TOLD else "")


def _short(heading: str) -> str:
    return heading if len(heading) <= 40 else f"{heading[:39]}…"
