"""The page of a topic, area, goal or measure; its address is the path of its IRI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import LazyString, gettext

from kg import mapping
from kg.errors import NotFound
from kg.ids import iri_path
from kg.model import PLAN_KINDS, Alignment, Concept, Entry, Hit, Kind, Measure, Scheme, Stated, item_text
from kg.vocabulary import concepts
from search_app.editing import Change
from search_app.search.counterparts import similar
from search_app.search.filters import Filters
from search_app.search.relations import parents_of
from search_app.views import labels, linked
from search_app.views.access import editing, editor
from search_app.views.context import services
from search_app.views.evidence import PlaceOnPage, places
from search_app.views.layout import concept_of

pages = Blueprint("items", __name__)

_COUNTERPARTS = 5


@dataclass(frozen=True, slots=True)
class Link:
    """An alignment with its concept and the words that carry it."""

    concept: Concept
    alignment: Alignment
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """What the page of an item shows. `missing` names the facts that the document does not state, `why` is what the
    methods say of the one concept that was asked for."""

    entry: Entry
    iri: str
    facts: tuple[tuple[str | LazyString, tuple[Stated, ...]], ...]
    missing: tuple[str | LazyString, ...]
    parents: tuple[tuple[str | LazyString, tuple[Entry, ...]], ...]
    children: tuple[tuple[str | LazyString, tuple[Entry, ...]], ...]
    places: tuple[PlaceOnPage, ...]
    links: tuple[tuple[str, tuple[Link, ...]], ...]
    unsure: tuple[Link, ...]
    why: Link | None
    counterparts: tuple[Hit, ...]
    citation: str
    schema_org: dict[str, Any]
    history: tuple[Change, ...]
    linkable: tuple[tuple[str, tuple[Concept, ...]], ...]


@pages.get("/id/<any(topic, area, goal, measure):kind>/<digits>")
def page(kind: str, digits: str) -> str | Response:
    """The item as a page, or as RDF where that is asked for."""
    identifier = f"{kind}-{digits}"
    entry = services().catalog.get(identifier)
    iri = services().settings.base_iri + iri_path(identifier)
    return linked.as_asked([iri]) or render_template("item.html", page=_item_page(entry, iri))


def _item_page(entry: Entry, iri: str) -> ItemPage:
    item = entry.item
    facts, missing = _facts(entry)
    links = [_link(alignment, found) for alignment in entry.alignments if (found := concept_of(alignment.concept))]
    links.sort(key=lambda link: -link.alignment.confidence)
    return ItemPage(
        entry=entry,
        iri=iri,
        facts=facts,
        missing=missing,
        parents=_by_kind([parent for name in (*parents_of(entry), *_areas(entry)) if (parent := _entry(name))]),
        children=_by_kind(services().catalog.children(item.id), plural=True),
        places=places(item.evidence),
        links=_by_scheme([link for link in links if link.alignment.accepted]),
        unsure=tuple(link for link in links if not link.alignment.accepted),
        why=_why(entry),
        counterparts=_counterparts(entry),
        citation=_citation(entry, iri),
        schema_org=_schema_org(entry, iri),
        history=editing().history(item.id) if editor() else (),
        linkable=tuple((scheme.value, concepts(scheme)) for scheme in Scheme) if editor() else (),
    )


def _facts(
    entry: Entry,
) -> tuple[tuple[tuple[str | LazyString, tuple[Stated, ...]], ...], tuple[str | LazyString, ...]]:
    if not isinstance(entry.item, Measure):
        return (), ()
    stated, missing = [], []
    for name, label in labels.FACTS.items():
        value = getattr(entry.item, name)
        values = value if isinstance(value, tuple) else (value,) if value else ()
        if values:
            stated.append((label, values))
        else:
            missing.append(label)
    return tuple(stated), tuple(missing)


def _areas(entry: Entry) -> tuple[str, ...]:
    return getattr(entry.item, "area_ids", ())


def _entry(identifier: str) -> Entry | None:
    try:
        return services().catalog.get(identifier)
    except NotFound:
        return None


def _by_kind(
    entries: list[Entry] | tuple[Entry, ...], plural: bool = False
) -> tuple[tuple[str | LazyString, tuple[Entry, ...]], ...]:
    names = labels.KINDS_PLURAL if plural else labels.KINDS
    return tuple(
        (names[kind.value], found)
        for kind in PLAN_KINDS
        if (found := tuple(entry for entry in entries if entry.kind is kind))
    )


def _link(alignment: Alignment, found: Concept) -> Link:
    return Link(found, alignment, tuple(dict.fromkeys(span.text for span in alignment.evidence)))


def _why(entry: Entry) -> Link | None:
    code = request.args.get("why", "").strip()
    if not code:
        return None
    alignment = mapping.explain(item_text(entry.item), code, services().engine.encoder)
    found = concept_of(alignment.concept)
    return _link(alignment, found) if found else None


def _by_scheme(links: list[Link]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    return tuple(
        (scheme.value, found)
        for scheme in Scheme
        if (found := tuple(link for link in links if link.concept.scheme is scheme))
    )


def _counterparts(entry: Entry) -> tuple[Hit, ...]:
    if entry.kind not in (Kind.GOAL, Kind.MEASURE):
        return ()
    elsewhere = Filters(kinds=(Kind.GOAL, Kind.MEASURE), excluded_municipalities=(entry.municipality.ags,))
    return similar(services().engine, entry.item.id, elsewhere, _COUNTERPARTS).hits


def _citation(entry: Entry, iri: str) -> str:
    pages_cited = sorted({evidence.page for evidence in entry.item.evidence})
    where = gettext("p. %(pages)s", pages=", ".join(map(str, pages_cited))) if pages_cited else ""
    number = f"{entry.item.number} " if entry.item.number else ""
    parts = [f"{entry.municipality.name}: {entry.plan_title}", f"„{number}{entry.item.label}“", where]
    return f"{', '.join(filter(None, parts))}. INSEK-Graph, {iri}"


def _schema_org(entry: Entry, iri: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@id": iri,
        "@type": "CreativeWork",
        "name": entry.item.label,
        "description": entry.item.description or entry.item.label,
        "inLanguage": "de",
        "isPartOf": {"@type": "CreativeWork", "name": entry.plan_title},
        "spatialCoverage": {"@type": "City", "name": entry.municipality.name, "identifier": entry.municipality.ags},
    }
