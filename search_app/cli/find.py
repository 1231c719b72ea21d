"""`insek search`, `similar` and `classify`: what a planner asks."""

from __future__ import annotations

import json
import sys

import click

from kg.errors import InvalidRequest
from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.options import concept_option, filters_from, kind_option, municipality_option
from search_app.cli.output import Record, format_option, write_json, write_records

_HITS = {"rank": "Rank", "municipality": "Town", "kind": "Kind", "label": "Title", "reason": "Why", "id": "Id"}


@click.command("search", cls=InsekCommand)
@click.argument("query")
@kind_option
@municipality_option
@concept_option
@click.option("-k", default=10, show_default=True, help="Number of results.")
@format_option("table", "json", "jsonl", "csv")
@click.pass_obj
def search_command(
    session: Session, query: str, kind: str | None, municipality: str | None, concept: str | None, k: int, form: str
) -> None:
    """Find goals and measures by meaning and by words.

    "…" asks for an exact phrase, -word leaves out, word* is the beginning of a word.

    Example: insek search "Blühwiesen für Bienen" --kind goal
    """
    from search_app.services.serving import open_services
    from search_app.views import records

    services = open_services(session.settings(), light=True)
    filters = filters_from(services, kind=kind, municipality=municipality, concept=concept)
    found = services.engine.search(query, filters, k=k)
    if found.meant:
        told = speak("Searched for “{meant}”; put words in quotes to have them as typed.")
        click.echo(told.format(meant=found.meant.read), err=True)
    _write_hits(records.hits_record(query, found), form)


@click.command("similar", cls=InsekCommand)
@click.argument("item", metavar="ID|TEXT")
@municipality_option
@click.option("-k", default=5, show_default=True, help="Number of results.")
@format_option("table", "json", "jsonl", "csv")
@click.pass_obj
def similar_command(session: Session, item: str, municipality: str | None, k: int, form: str) -> None:
    """Find what is like an item, or like a text, in other towns.

    Example: insek similar "Sanierung der Radwege" -k 3
    """
    from search_app.search.counterparts import similar
    from search_app.services.serving import open_services
    from search_app.views import records

    services = open_services(session.settings(), light=True)
    filters = filters_from(services, municipality=municipality)
    found = similar(services.engine, item, filters, k=k)
    _write_hits(records.hits_record(item, found), form)


def _write_hits(record: Record, form: str) -> None:
    if form == "json":
        write_json(record)
        return
    rows = [hit | {"reason": _reason(hit["why"])} if form == "table" else hit for hit in record["hits"]]
    write_records(rows, form, _HITS)


def _reason(why: Record) -> str:
    return ", ".join(why["matched"]) or why["sentence"] or ""


@click.command("classify", cls=InsekCommand)
@click.option("--scheme", "schemes", multiple=True, help="Only links to this scheme, such as sdg; may be repeated.")
@click.option("--floor", type=click.FloatRange(0, 1), help="Show near misses too, down to this confidence.")
@click.pass_obj
def classify_command(session: Session, schemes: tuple[str, ...], floor: float | None) -> None:
    """Link texts to the shared concepts: JSON lines {"id", "text"} on stdin, {"id", "alignments"} on stdout.

    Example: echo '{"id": 1, "text": "Ausbau der Radwege"}' | insek classify
    """
    from kg import mapping
    from search_app.search import encoder
    from search_app.views import records

    cases = [_case(number, line) for number, line in enumerate(sys.stdin.buffer, 1) if line.strip()]
    engine = encoder.load(session.settings().encoder, light=True)
    found = mapping.classify([text for _, text in cases], engine, schemes=schemes or None, floor=floor)
    for (identifier, _), alignments in zip(cases, found, strict=True):
        links = [records.alignment_record(alignment, session.language) for alignment in alignments]
        click.echo(json.dumps({"id": identifier, "alignments": links}, ensure_ascii=False))


def _case(number: int, line: bytes) -> tuple[object, str]:
    try:
        case = json.loads(line)
        return case["id"], str(case["text"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRequest(
            'line {number}: not a JSON object with "id" and "text": {reason}', number=number, reason=error
        ) from error
