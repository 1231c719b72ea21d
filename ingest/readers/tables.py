"""Tables as data: CSV, XLSX and JSON records, each value a cell with row and column, the headers in row 0."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.outcome import Issue
from ingest.readers.assembly import assemble
from ingest.readers.composition import Composition
from ingest.readers.plain import decode
from kg.errors import SourceError
from kg.model import Document, Source
from kg.settings import Settings

_DELIMITERS = ";,\t|"
_SAMPLE_LINES = 30
_DEEPEST = 20


def read_csv(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of a CSV or TSV file: one table. The delimiter is the one that divides most lines alike."""
    text = decode(path.read_bytes(), source.location)
    csv.field_size_limit(settings.max_source_bytes)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise _broken(source, error) from error
    return _one_table(source, rows)


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = [sum(1 for _ in next(csv.reader([line], delimiter=delimiter), [])) for line in lines]
        usual = max(counts, key=counts.count, default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=agreement)


def read_json(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of JSON records: one table, a row a record, the keys as headers.

    Records inside a record follow it as rows of their own; the column `parent` holds the id of the record above.
    Raises SourceError where the file holds no list of records.
    """
    try:
        value = json.loads(decode(path.read_bytes(), source.location))
    except (ValueError, RecursionError) as error:
        raise _broken(source, error) from error
    records = list(_records(_list_of_records(value), None, 0))
    if not records:
        raise SourceError("{location}: the JSON holds no list of records", location=source.location)
    headers = list(dict.fromkeys(key for record in records for key in record))
    return _one_table(source, [headers, *([record.get(key, "") for key in headers] for record in records)])


def _list_of_records(value: Any) -> list[dict[str, Any]]:
    """The longest list of objects in the value, whether bare, below one key (as in GeoJSON), or the object itself."""
    if isinstance(value, list):
        return [record for record in value if isinstance(record, dict)]
    if not isinstance(value, dict):
        return []
    return max((_list_of_records(part) for part in value.values() if isinstance(part, list)), key=len, default=[value])


def _records(records: Iterable[dict[str, Any]], parent: str | None, depth: int) -> Iterator[dict[str, str]]:
    for record in records:
        row = {key: _scalar(value) for key, value in _flat(record) if not _is_records(value)}
        if parent is not None:
            row.setdefault("parent", parent)
        yield row
        for value in record.values():
            if _is_records(value) and depth < _DEEPEST:
                yield from _records(value, row.get("id") or row.get("number") or "", depth + 1)


def _flat(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", part) for name, part in value.items())
        else:
            yield key, value


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, dict) for part in value)


def _scalar(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list):
        return "; ".join(_scalar(part) for part in value)
    return value.replace("\r\n", "\n") if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_xlsx(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of a workbook: a page and a table for each visible sheet that holds any text."""
    from openpyxl import load_workbook

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        tables = [[[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)] for sheet in sheets]
        workbook.close()
    except Exception as error:
        raise _broken(source, error) from error
    composition = Composition()
    for rows in tables:
        if any(any(row) for row in rows):
            if composition.blocks:
                composition.new_page()
            composition.add_table(_from_first_full_row(rows))
    return assemble(source, composition.finished(), composition.blocks), ()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _from_first_full_row(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    return [row for row in rows if any(cell.strip() for cell in row)]


def _one_table(source: Source, rows: Sequence[Sequence[str]]) -> tuple[Document, tuple[Issue, ...]]:
    composition = Composition()
    composition.add_table(_from_first_full_row(rows))
    return assemble(source, composition.finished(), composition.blocks), ()


def _broken(source: Source, error: Exception) -> SourceError:
    reason = " ".join(str(error).split()) or type(error).__name__
    return SourceError("{location}: the table cannot be read: {reason}", location=source.location, reason=reason)
