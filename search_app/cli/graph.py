"""`insek query` and `insek export`: the graph for researchers."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import SourceError
from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.output import to_csv, write_table

if TYPE_CHECKING:
    from kg.sparql.result import Result


@click.command("query", cls=InsekCommand)
@click.argument("file", metavar="FILE|-")
@click.option("--format", "form", help="json, xml, csv, tsv; turtle, ntriples, jsonld, rdfxml for graphs.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds until the query is stopped.")
@click.pass_obj
def query_command(session: Session, file: str, form: str | None, timeout: float | None) -> None:
    """Run a SPARQL query over the published graph. All named graphs together are the default graph.

    Example: echo 'SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g' | insek query -
    """
    from kg.sparql import formats
    from search_app.services.serving import open_services

    services = open_services(session.settings(query_seconds=timeout))
    try:
        result = services.query(_text(file))
    finally:
        services.close()
    if form is None and result.kind == "bindings":
        _print_rows(result)
    else:
        chosen = formats.by_name(form, result.kind) if form else formats.formats(result.kind)[0]
        click.echo(formats.serialise(result, chosen).decode(), nl=False)
    if result.truncated:
        limit = services.settings.query_rows
        click.echo(speak("Cut at {rows} rows; there are more (setting query_rows).").format(rows=limit), err=True)


def _text(file: str) -> str:
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", errors="replace")
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("{file}: cannot be read: {reason}", file=file, reason=error) from error


def _print_rows(result: Result) -> None:
    rows = [[getattr(term, "value", str(term)) if term is not None else "" for term in row] for row in result.rows()]
    write_table(result.variables, rows)


@click.command("export", cls=InsekCommand)
@click.option(
    "--format",
    "form",
    type=click.Choice(["turtle", "nquads", "trig", "jsonld", "csv"]),
    default="turtle",
    show_default=True,
    help="Form of the answer.",
)
@click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: stdout.")
@click.pass_obj
def export_command(session: Session, form: str, output: Path | None) -> None:
    """Write the whole graph, or all items as a table.

    Example: insek export --format trig -o insek.trig
    """
    settings = session.settings()
    pieces = [_items(session)] if form == "csv" else _graph(session, form)
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        return
    from search_app.services.stages import write_atomically

    size = write_atomically(output, pieces)
    told = speak("{bytes} bytes written to {path} from {workspace}.")
    click.echo(told.format(bytes=size, path=output, workspace=settings.workspace), err=True)


def _graph(session: Session, form: str) -> Iterable[bytes]:
    from kg.export import dump
    from kg.store.oxigraph import open_read_only
    from search_app.services.generation import current

    return dump(open_read_only(current(session.settings().workspace).store), form)


def _items(session: Session) -> bytes:
    from search_app.search.filters import Filters
    from search_app.services.serving import open_services
    from search_app.views import records

    services = open_services(session.settings(), light=True)
    base = services.settings.base_iri
    entries, _ = services.catalog.select(Filters(), 0, services.catalog.size)
    found = [records.item_record(entry, services.catalog, base, session.language) for entry in entries]
    return to_csv(found).encode()
