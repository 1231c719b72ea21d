"""The lists on the search page that narrow a search, with counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import LazyString

from kg.model import Scheme
from kg.vocabulary import concepts
from search_app.i18n import current_language
from search_app.search.catalog import Facet
from search_app.search.filters import Filters
from search_app.views import labels
from search_app.views.context import services

if TYPE_CHECKING:
    from search_app.search.engine import Ints

_FIELDS = {"town": "municipality", "state": "state", "size": "size", "status": "status", "year": "year", "area": "area"}
_ALWAYS_OPEN = ("kind", "municipality")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One box to tick: the parameter's value, what it is called, how many items it leaves, and whether it is ticked."""

    value: str
    label: str | LazyString
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetList:
    """The values of one parameter."""

    name: str
    label: str | LazyString
    values: tuple[FacetValue, ...]
    open: bool


def facet_lists(filters: Filters, query: str = "", known: Ints | None = None) -> tuple[FacetList, ...]:
    """All lists with at least two values or one that is ticked; concepts by scheme, in the scheme's order.

    Counts are of what the question finds; `known` are the rows that it found already.
    """
    found = services().engine.facets(query, filters, limit=2_000, known=known)
    lists = [_kinds(found.get("kind", ()), filters)]
    lists += [_plain(field, found.get(field, ()), filters) for field in _FIELDS]
    counts = {facet.value: facet.count for facet in found.get("concept", ())}
    lists += [_concepts(scheme, counts, filters) for scheme in Scheme]
    return tuple(facet for facet in lists if len(facet.values) > 1 or (facet.open and facet.values))


def _kinds(found: tuple[Facet, ...], filters: Filters) -> FacetList:
    chosen = {kind.value for kind in filters.kinds}
    counts = {facet.value: facet.count for facet in found}
    values = [
        FacetValue(kind, label, counts.get(kind, 0), kind in chosen)
        for kind, label in labels.KINDS_PLURAL.items()
        if kind in counts or kind in chosen
    ]
    return FacetList("kind", labels.FACETS["kind"], tuple(values), True)


def _plain(field: str, found: tuple[Facet, ...], filters: Filters) -> FacetList:
    name = _FIELDS[field]
    chosen = {str(value) for value in _chosen(field, filters)}
    counts = dict.fromkeys(chosen, 0) | {facet.value: facet.count for facet in found[:_LONGEST]}
    names = _names(field)
    values = [
        FacetValue(value, names.get(value, value[:1].upper() + value[1:]), count, value in chosen)
        for value, count in counts.items()
    ]
    return FacetList(name, labels.FACETS[name], tuple(values), name in _ALWAYS_OPEN or bool(chosen))


def _chosen(field: str, filters: Filters) -> tuple[object, ...]:
    return {
        "town": filters.municipalities,
        "state": filters.states,
        "size": filters.sizes,
        "status": filters.statuses,
        "year": filters.years,
        "area": filters.areas,
    }[field]


def _names(field: str) -> dict[str, str | LazyString]:
    if field == "town":
        return {town.ags: town.name for town in services().catalog.municipalities()}
    return dict(labels.SIZES) if field == "size" else {}


def _concepts(scheme: Scheme, counts: dict[str, int], filters: Filters) -> FacetList:
    language = current_language()
    values = []
    for concept in concepts(scheme):
        chosen, count = concept.iri in filters.concepts, counts.get(concept.iri, 0)
        if chosen or count:
            label = _with_code(concept.notation, concept.label(language), scheme)
            values.append(FacetValue(concept.iri, label, count, chosen))
    return FacetList("concept", labels.SCHEMES[scheme.value], tuple(values), any(value.chosen for value in values))


def _with_code(code: str, label: str, scheme: Scheme) -> str:
    if scheme in (Scheme.SDG, Scheme.SDG_TARGET):
        return f"SDG {code}: {label}"
    return label
