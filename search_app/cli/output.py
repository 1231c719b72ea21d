"""Answers on stdout: a table for people, JSON, JSON lines or CSV for programs, always UTF-8."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from search_app.cli.language import speak

FORMATS = ("table", "json", "jsonl", "csv")
Record = Mapping[str, Any]
F = TypeVar("F", bound=Callable[..., Any])


def format_option(*formats: str) -> Callable[[F], F]:
    """The option `--format`; the first is the default."""
    chosen = formats or FORMATS
    return click.option(
        "--format", "form", type=click.Choice(chosen), default=chosen[0], show_default=True, help="Form of the answer."
    )


def write_records(records: Iterable[Record], form: str, columns: Mapping[str, str]) -> None:
    """Writes objects: as they are in JSON forms; `columns` names the fields of the table and their headings."""
    if form == "json":
        write_json(list(records))
    elif form == "jsonl":
        for record in records:
            click.echo(json.dumps(record, ensure_ascii=False))
    elif form == "csv":
        click.echo(to_csv(records), nl=False)
    else:
        write_table(columns.values(), ([_text(record.get(field)) for field in columns] for record in records))


def write_json(value: object) -> None:
    """Writes one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def to_csv(records: Iterable[Record]) -> str:
    """Objects as CSV with a header; lists are joined by `; `, nested objects are JSON."""
    rows = list(records)
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({field: _text(value) for field, value in row.items()} for row in rows)
    return out.getvalue()


def write_table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes a table that fits the terminal; where there is none, lines are not cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=10_000)
    table = Table(*[speak(heading) for heading in headings], box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*[Text(cell) for cell in row])
    console.print(table)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "; ".join(value)
    if isinstance(value, (dict, list)):
        name = value.get("name") if isinstance(value, dict) else None
        return str(name) if name else json.dumps(value, ensure_ascii=False)
    return str(value)
