"""`insek items` and `insek show`: what was extracted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kg.ids import id_from_iri
from kg.model import item_text
from search_app.cli.command import InsekCommand, Session
from search_app.cli.language import speak
from search_app.cli.options import concept_option, filters_from, kind_option, municipality_option
from search_app.cli.output import Record, format_option, write_json, write_records, write_table

if TYPE_CHECKING:
    from kg.model import Entry, Item
    from search_app.search.catalog import Catalog
    from search_app.search.filters import Filters

_COLUMNS = {"municipality": "Town", "kind": "Kind", "number": "No.", "label": "Title", "topic": "Topic", "id": "Id"}
_PAGE = 500


@click.command("items", cls=InsekCommand)
@kind_option
@municipality_option
@concept_option
@click.option("--document", help="Only items of this document (id).")
@format_option("table", "jsonl", "json", "csv")
@click.pass_obj
def items_command(
    session: Session, kind: str | None, municipality: str | None, concept: str | None, document: str | None, form: str
) -> None:
    """List what was extracted: topics, areas, goals and measures with all their facts.

    Example: insek items --kind goal --municipality Torgau --format csv > ziele.csv
    """
    from search_app.services.serving import open_services
    from search_app.views import records

    services = open_services(session.settings(), light=True)
    filters = filters_from(services, kind=kind, municipality=municipality, concept=concept, document=document)
    base = services.settings.base_iri
    entries = _all(services.catalog, filters)
    found = (records.item_record(entry, services.catalog, base, session.language) for entry in entries)
    write_records(found, form, _COLUMNS)


def _all(catalog: Catalog, filters: Filters) -> Iterator[Entry]:
    offset = 0
    while True:
        page, total = catalog.select(filters, offset, _PAGE)
        yield from page
        offset += _PAGE
        if offset >= total:
            return


@click.command("show", cls=InsekCommand)
@click.argument("item", metavar="ID|IRI")
@click.option("--why", help="Why the item is linked to this concept, or why not: IRI, or code such as 11.2.")
@format_option("table", "json")
@click.pass_obj
def show_command(session: Session, item: str, why: str | None, form: str) -> None:
    """Show one item with its facts, evidence, links and counterparts in other towns.

    Example: insek show goal-12ab34cd56ef --why 11.2
    """
    from search_app.search import counterparts
    from search_app.services.serving import open_services
    from search_app.views import records

    services = open_services(session.settings(), light=True)
    entry = services.catalog.get(id_from_iri(item) or item)
    if why:
        _explain(entry.item, why, session, form)
        return
    record = records.item_record(entry, services.catalog, services.settings.base_iri, session.language)
    similar = counterparts.similar(services.engine, entry.item.id, k=5).hits
    record["counterparts"] = [records.hit_record(hit) for hit in similar]
    if form == "json":
        write_json(record)
        return
    _print_item(record)


def _explain(item: Item, code: str, session: Session, form: str) -> None:
    """Prints what each method says of an item and a concept, whether they are linked or not."""
    from kg import mapping
    from search_app.search import encoder
    from search_app.views import records

    engine = encoder.load(session.settings().encoder, light=True)
    link = records.alignment_record(mapping.explain(item_text(item), code, engine), session.language)
    if form == "json":
        write_json(link)
        return
    verdict = speak("linked") if link["accepted"] else speak("not linked")
    click.echo(f"{link['scheme']} {link['code']} {link['label']}: {verdict} ({link['confidence']:.2f})")
    shares = [[name, f"{share:.2f}"] for name, share in link["shares"].items()]
    write_table(("Method", "Share"), [*shares])
    click.echo(f"{speak('Words')}: {_words(link) or '–'}")
    click.echo(f"{speak('Nearest labelled example')}: {link['nearest'] or '–'}")


def _print_item(record: Record) -> None:
    click.echo(f"{record['municipality']['name']} · {record['plan_title']}")
    click.echo(" ".join(filter(None, (record["number"], record["label"]))))
    if record["description"]:
        click.echo(f"\n{record['description']}")
    facts = ("kind", "topic", "areas", "priority", "period", "cost", "responsible", "partners", "status", "iri")
    stated = [(name, record[name]) for name in facts if record.get(name)]
    rows = [
        [speak(name.capitalize()), "; ".join(value) if isinstance(value, list) else value] for name, value in stated
    ]
    write_table(("Fact", "As stated"), rows)
    quotes = [[str(quote["page"]), f"{quote['start']}–{quote['end']}", quote["quote"]] for quote in record["evidence"]]
    write_table(("Page", "Characters", "Evidence"), quotes)
    links = [_link(link) for link in record["alignments"] if link["accepted"]]
    headings = ("Scheme", "Code", "Concept", "Method", "Confidence", "Words", "Nearest labelled example")
    write_table(headings, links)
    others = [[hit["municipality"]["name"], hit["label"], hit["id"]] for hit in record["counterparts"]]
    write_table(("Town", "Counterpart", "Id"), others)


def _link(link: Record) -> list[str]:
    shares = ", ".join(f"{name} {share:.2f}" for name, share in link["shares"].items())
    method = f"{link['method']} ({shares})" if shares else link["method"]
    confidence = f"{link['confidence']:.2f}"
    return [link["scheme"], link["code"], link["label"] or "", method, confidence, _words(link), link["nearest"] or ""]


def _words(link: Record) -> str:
    """The evidence words, each with its characters in the item's text."""
    return ", ".join(f"{span['text']} {span['start']}–{span['end']}" for span in link["evidence"])
