"""Items as a table that spreadsheet programs open with umlauts intact."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from search_app.views.records import Record

COLUMNS = (
    "id", "kind", "municipality", "ags", "plan_title", "number", "label", "description", "topic", "areas", "priority",
    "period", "cost", "responsible", "partners", "status", "indicator", "page", "quote", "concepts", "iri",
)  # fmt: skip


def as_table(items: Iterable[Record]) -> Response:
    """The items as CSV (RFC 4180, UTF-8 with a byte order mark), one line each, lists joined by semicolons."""
    return _download(table_text(items))


def list_as_table(records: Iterable[Record], columns: Sequence[str]) -> Response:
    """Other records than items as CSV of the same form, with these of their fields."""
    return _download(_text(columns, ([record[name] for name in columns] for record in records)))


def _download(text: str) -> Response:
    answer = Response("\ufeff" + text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="insek.csv"'
    return answer


def table_text(items: Iterable[Record]) -> str:
    """The items as CSV text with a header line; no cell can act as a formula in a spreadsheet."""
    return _text(COLUMNS, map(_row, items))


def _text(columns: Sequence[str], rows: Iterable[list[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([_harmless(_cell(value)) for value in row] for row in rows)
    return buffer.getvalue()


def _row(item: Record) -> list[object]:
    first = item["evidence"][0] if item["evidence"] else {"page": None, "quote": None}
    flat = item | {
        "municipality": item["municipality"]["name"],
        "ags": item["municipality"]["ags"],
        "page": first["page"],
        "quote": first["quote"],
        "concepts": [link["code"] for link in item["alignments"] if link["accepted"]],
    }
    return [flat[name] for name in COLUMNS]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
