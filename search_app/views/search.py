"""Start page and search page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request, url_for

from kg.errors import InvalidRequest
from kg.model import Concept, Hit, Kind, Municipality, Scheme
from search_app.search.filters import Filters
from search_app.views import linked, records
from search_app.views.context import services
from search_app.views.download import as_table
from search_app.views.facets import FacetList, facet_lists
from search_app.views.selection import Selection, read_selection
from search_app.views.tables import counts_by_concept, counts_by_town

if TYPE_CHECKING:
    from search_app.search.engine import SearchResult
    from search_app.search.spelling import Meant

pages = Blueprint("search", __name__)

_EXAMPLES = ("Blühwiesen für Bienen", "sichere Wege mit dem Fahrrad", "Leerstand in der Innenstadt", "Kita-Plätze")
_MOST_CONCEPTS = 8
_SORTED_AT_MOST = 1_000
_NEAREST = 5
_DOWNLOADED_AT_MOST = 1_000
_DESCRIBED_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class StartPage:
    """What the start page shows; towns with their number of goals and measures."""

    examples: tuple[str, ...]
    towns: tuple[tuple[Municipality, int, int], ...]
    documents: int
    goals: int
    measures: int
    concepts: tuple[tuple[Concept, int], ...]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """What the search page shows."""

    selection: Selection
    hits: tuple[Hit, ...]
    nearest: tuple[Hit, ...]
    total: int
    pages: int
    facets: tuple[FacetList, ...]
    narrowed: bool
    meant: Meant | None
    previous: str | None
    next: str | None
    csv: str
    turtle: str
    json: str


@pages.get("/")
def start() -> str:
    """One search field, examples, and what is covered."""
    catalog = services().catalog
    counts = counts_by_town()
    found = counts_by_concept(Scheme.SDG)
    page = StartPage(
        examples=_EXAMPLES,
        towns=tuple(
            (town, counts[town.ags, Kind.GOAL], counts[town.ags, Kind.MEASURE]) for town in catalog.municipalities()
        ),
        documents=len(catalog.documents()),
        goals=catalog.count(Filters(kinds=(Kind.GOAL,))),
        measures=catalog.count(Filters(kinds=(Kind.MEASURE,))),
        concepts=tuple(sorted(found, key=lambda pair: -pair[1])[:_MOST_CONCEPTS]),
    )
    return render_template("start.html", page=page)


@pages.get("/search")
def results() -> str | Response:
    """Hits with reasons, facets with counts; `format` csv or turtle downloads what the filters leave."""
    selection = read_selection(request.args)
    match request.args.get("format", "html"):
        case "html":
            return _results_page(selection)
        case "csv":
            return as_table(_records(find(selection, _DOWNLOADED_AT_MOST).hits))
        case "turtle":
            hits = find(selection, _DESCRIBED_AT_MOST).hits
            return linked.turtle([records.item_iri(hit.entry, services().settings.base_iri) for hit in hits])
        case other:
            raise InvalidRequest("parameter format: {value!r} is neither html, csv nor turtle", value=other)


def find(selection: Selection, most: int | None = None) -> SearchResult:
    """What a selection finds, with the hits of its page or its first `most` hits.

    Orders other than by match sort the best thousand.
    """
    engine = services().engine
    if most is None and selection.order == "relevance":
        return engine.search(selection.query, selection.filters, selection.size, selection.offset)
    result = engine.search(selection.query, selection.filters, _SORTED_AT_MOST)
    ordered = _ordered(result.hits, selection.order)
    return replace(result, hits=ordered[:most] if most else ordered[selection.offset :][: selection.size])


def _ordered(hits: tuple[Hit, ...], order: str) -> tuple[Hit, ...]:
    keys: dict[str, Any] = {
        "town": lambda hit: (hit.entry.municipality.name, hit.rank),
        "label": lambda hit: hit.entry.item.label.casefold(),
    }
    return tuple(sorted(hits, key=keys[order])) if order in keys else hits


def _results_page(selection: Selection) -> str:
    found = find(selection)
    hits, total = found.hits, found.total
    reachable = total if selection.order == "relevance" else min(total, _SORTED_AT_MOST)
    pages_in_all = max(1, -(-reachable // selection.size))
    page = ResultsPage(
        selection=selection,
        hits=hits,
        nearest=() if hits else _without_filters(selection),
        total=total,
        pages=pages_in_all,
        facets=facet_lists(selection.filters, selection.query, found.rows),
        narrowed=selection.filters != Filters(),
        meant=found.meant,
        previous=_address(page=selection.page - 1) if selection.page > 1 else None,
        next=_address(page=selection.page + 1) if selection.page < pages_in_all else None,
        csv=_address(format="csv", page=None),
        turtle=_address(format="turtle", page=None),
        json=_address("api.search", page=None, sort=None),
    )
    return render_template("results.html", page=page)


def _without_filters(selection: Selection) -> tuple[Hit, ...]:
    """What the question finds when nothing narrows it."""
    if not selection.query:
        return ()
    return services().engine.search(selection.query, Filters(), _NEAREST).hits


def _address(endpoint: str = "search.results", **changes: object) -> str:
    arguments: dict[str, Any] = request.args.to_dict(flat=False)
    arguments.pop("lang", None)
    return url_for(endpoint, **(arguments | changes))


def _records(hits: tuple[Hit, ...]) -> list[records.Record]:
    current = services()
    return [records.item_record(hit.entry, current.catalog, current.settings.base_iri) for hit in hits]
