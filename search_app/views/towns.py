"""Towns: list with map, and the profile of one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from flask_babel import LazyString, ngettext

from kg.errors import NotFound
from kg.model import PLAN_KINDS, Concept, Item, Kind, Municipality, Plan, Reading, Scheme
from kg.vocabulary import concepts
from search_app.compare import against_size_class
from search_app.i18n import current_language
from search_app.search.catalog import DocumentRecord
from search_app.search.filters import Filters, size_class
from search_app.views import labels, linked
from search_app.views.colours import sdg_colour
from search_app.views.context import services
from search_app.views.layout import concept_url
from search_app.views.tables import counts_by_concept, counts_by_town
from search_app.views.townmap import TownMap, town_map

pages = Blueprint("towns", __name__)

_ITEMS_OF_PROFILE = 5_000
_SHORT = 46
_WORTH_SHOWING = 0.05
_MOST_DIFFERENCES = 10
_FEWEST_PEERS = 3
Bar = tuple[str, str, int, str | None, str | None]


@dataclass(frozen=True, slots=True)
class TownRow:
    """A town with its number of goals and measures."""

    town: Municipality
    goals: int
    measures: int


@dataclass(frozen=True, slots=True)
class TownsPage:
    """What the list of towns shows."""

    rows: tuple[TownRow, ...]
    map: TownMap


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A plan with its topics and planning areas."""

    plan: Plan
    topics: tuple[Item, ...]
    areas: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A document with what is wrong with its reading, if anything."""

    record: DocumentRecord
    warning: str


@dataclass(frozen=True, slots=True)
class TownPage:
    """What the profile of a town shows; the bars are label, short label, count, colour and address."""

    town: Municipality
    items: int
    counts: tuple[tuple[str, int], ...]
    sdgs: tuple[Bar, ...]
    profiles: tuple[tuple[str | LazyString, tuple[Bar, ...]], ...]
    differences: tuple[tuple[Concept, float, float], ...]
    plans: tuple[PlanPart, ...]
    documents: tuple[DocumentPart, ...]


@pages.get("/towns")
def index() -> str:
    """All towns of the collection, as a table and on a map."""
    counts = counts_by_town()
    towns = services().catalog.municipalities()
    rows = tuple(TownRow(town, counts[town.ags, Kind.GOAL], counts[town.ags, Kind.MEASURE]) for town in towns)
    return render_template("towns.html", page=TownsPage(rows, town_map(towns)))


@pages.get("/id/municipality/<ags>")
def page(ags: str) -> str | Response:
    """The profile of a town, or its RDF where that is asked for."""
    found = [town for town in services().catalog.municipalities() if town.ags == ags]
    if not found:
        raise NotFound("no town with the key {ags!r} is in this collection", ags=ags)
    iri = f"{services().settings.base_iri}id/municipality/{ags}"
    return linked.as_asked([iri]) or render_template("town.html", page=_town_page(found[0]))


def _town_page(town: Municipality) -> TownPage:
    catalog = services().catalog
    own = Filters(municipalities=(town.ags,))
    counts = tuple(
        (kind.value, catalog.count(Filters(municipalities=(town.ags,), kinds=(kind,)))) for kind in PLAN_KINDS
    )
    profiles = (
        (labels.SCHEMES[scheme.value], bars(scheme, town.ags))
        for scheme in (Scheme.TOPIC, Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER)
    )
    return TownPage(
        town=town,
        items=catalog.count(own),
        counts=counts,
        sdgs=bars(Scheme.SDG, town.ags),
        profiles=tuple((title, rows) for title, rows in profiles if rows),
        differences=_differences(town),
        plans=tuple(_plan_part(plan) for plan in catalog.plans(town.ags)),
        documents=tuple(DocumentPart(record, _warning(record.id)) for record in catalog.documents(town.ags)),
    )  # fmt: skip


def bars(scheme: Scheme, ags: str | None = None) -> tuple[Bar, ...]:
    """The concepts of a scheme with their counts, as rows of a bar chart."""
    language = current_language()
    rows = []
    for concept, count in counts_by_concept(scheme, ags):
        label = concept.label(language)
        if scheme in (Scheme.SDG, Scheme.SDG_TARGET):
            label = f"{concept.notation} {label}"
        rows.append((label, shortened(label), count, sdg_colour(concept), concept_url(concept)))
    return tuple(rows)


def shortened(label: str) -> str:
    """A label short enough to stand beside a bar."""
    return label if len(label) <= _SHORT else f"{label[: _SHORT - 1].rstrip()}…"


def _differences(town: Municipality) -> tuple[tuple[Concept, float, float], ...]:
    """Topics whose share of the town's plan differs most from that in the plans of other towns of its size."""
    if _peers(town) < _FEWEST_PEERS:
        return ()
    beside = against_size_class(services().catalog, town.ags)
    shares = {row.concept: (row.cells[0].share, others) for row, others in beside}
    rows = [(found, *shares[found.iri]) for found in concepts(Scheme.TOPIC) if found.iri in shares]
    wide = [row for row in rows if abs(row[1] - row[2]) >= _WORTH_SHOWING]
    return tuple(sorted(wide, key=lambda row: row[2] - row[1])[:_MOST_DIFFERENCES])


def _peers(town: Municipality) -> int:
    """How many other towns of its size have a plan that could be read."""
    size, counts = size_class(town.population), counts_by_town()
    others = [other for other in services().catalog.municipalities() if other.ags != town.ags]
    return sum(size_class(other.population) == size and counts[other.ags, Kind.MEASURE] > 0 for other in others)


def _plan_part(plan: Plan) -> PlanPart:
    entries, _total = services().catalog.select(
        Filters(plans=(plan.id,), kinds=(Kind.TOPIC, Kind.AREA)), 0, _ITEMS_OF_PROFILE
    )
    topics = tuple(entry.item for entry in entries if entry.kind is Kind.TOPIC)
    areas = tuple(entry.item for entry in entries if entry.kind is Kind.AREA)
    return PlanPart(plan, topics, areas)


def _warning(document_id: str) -> str:
    document = services().document(document_id)
    unread = sum(page.reading is Reading.NOT_READ for page in document.pages)
    scanned = sum(page.reading is Reading.OCR for page in document.pages)
    parts = []
    if unread:
        parts.append(ngettext("%(num)s page could not be read.", "%(num)s pages could not be read.", unread))
    if scanned:
        parts.append(
            ngettext(
                "%(num)s page was read from a scan; letters may be wrong.",
                "%(num)s pages were read from scans; letters may be wrong.",
                scanned,
            )
        )
    return " ".join(parts)
