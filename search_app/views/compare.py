"""Towns side by side: what they share, what only one or nobody plans, and how they spread over shared goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from kg.errors import InvalidRequest
from kg.model import Concept, Municipality, Scheme
from kg.vocabulary import concepts
from search_app.clusters import Cluster
from search_app.compare import Cell, Comparison, Coverage, MatrixRow, beside_average
from search_app.search.catalog import Catalog
from search_app.search.filters import size_class
from search_app.views.context import services
from search_app.views.layout import concept_of
from search_app.views.selection import town_key

pages = Blueprint("compare", __name__)

_MOST_TOWNS = 8
_SHADES = 5
_MATRICES = (Scheme.SDG, Scheme.SDG_TARGET, Scheme.TOPIC, Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell of the heat map: `shade` from 0 to 5, or None where the town's plan is not available."""

    cell: Cell
    shade: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A concept over all towns; `difference` is the widest between their shares, in percentage points.

    `average` is the mean share of the other towns of the same size class where one town alone is shown, else None.
    """

    concept: Concept
    cells: tuple[HeatCell, ...]
    difference: int
    average: float | None = None


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What the comparison shows; `comparison` is that of the first two towns.

    `size` is the size class that one town alone is held against, `nobody` are the concepts that no town shown plans,
    and `alike` the groups of towns with like plans, shown where no town is chosen yet.
    """

    published: tuple[Municipality, ...]
    towns: tuple[Municipality, ...]
    scheme: Scheme
    schemes: tuple[Scheme, ...]
    difference: int
    rows: tuple[HeatRow, ...]
    hidden: int
    comparison: Comparison | None
    size: str | None
    nobody: tuple[Concept, ...]
    alike: tuple[Cluster, ...]


@pages.get("/compare")
def page() -> str:
    """The comparison of the towns given (`municipality`, several; one: with its size class), or a form to choose."""
    catalog = services().catalog
    chosen = _chosen(catalog)
    scheme = _scheme(request.args.get("scheme", Scheme.SDG.value))
    difference = _difference(request.args.get("difference", "0"))
    rows = _rows(catalog, chosen, scheme) if chosen else []
    shown = tuple(row for row in rows if row.difference >= difference)
    return render_template(
        "compare.html",
        page=ComparePage(
            published=catalog.municipalities(),
            towns=chosen,
            scheme=scheme,
            schemes=_MATRICES,
            difference=difference,
            rows=shown,
            hidden=len(rows) - len(shown),
            comparison=services().compare(chosen[0].ags, chosen[1].ags) if len(chosen) > 1 else None,
            size=size_class(chosen[0].population) if len(chosen) == 1 else None,
            nobody=_nobody(scheme, rows),
            alike=() if chosen else tuple(group for group in services().clusters if len(group.towns) > 1),
        ),
    )


def _chosen(catalog: Catalog) -> tuple[Municipality, ...]:
    wanted = dict.fromkeys(town_key(name) for name in request.args.getlist("municipality") if name)
    if len(wanted) > _MOST_TOWNS:
        raise InvalidRequest("at most {most} towns can be compared at a time", most=_MOST_TOWNS)
    towns = {town.ags: town for town in catalog.municipalities()}
    return tuple(towns[ags] for ags in wanted)


def _scheme(value: str) -> Scheme:
    if value not in set(Scheme):
        raise InvalidRequest(
            "parameter {name}: {value!r} is not one of {known}", name="scheme", value=value, known=", ".join(Scheme)
        )
    return Scheme(value)


def _difference(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 4 and int(value) <= 100):
        raise InvalidRequest("parameter difference: {value!r} is not a whole number from 0 to 100", value=value)
    return int(value)


def _rows(catalog: Catalog, towns: Sequence[Municipality], scheme: Scheme) -> list[HeatRow]:
    keys = [town.ags for town in towns]
    found = [
        (concept, row, average)
        for row, average in beside_average(catalog, keys)
        if (concept := concept_of(row.concept)) and concept.scheme is scheme
    ]
    most = max((cell.share for _, row, _ in found for cell in row.cells), default=0.0)
    rows = [
        HeatRow(concept, _cells(row, keys, most), _spread(row, average), average) for concept, row, average in found
    ]
    order = {concept.iri: position for position, concept in enumerate(concepts(scheme))}
    return sorted(rows, key=lambda row: order[row.concept.iri])


def _cells(row: MatrixRow, towns: Sequence[str], most: float) -> tuple[HeatCell, ...]:
    return tuple(
        HeatCell(cell, _shade(cell, most), _examples(ags, row.concept) if cell.count else None)
        for ags, cell in zip(towns, row.cells, strict=True)
    )


def _shade(cell: Cell, most: float) -> int | None:
    if cell.coverage in (Coverage.NOT_EXTRACTED, Coverage.NOT_AVAILABLE):
        return None
    return min(_SHADES, 1 + int(_SHADES * cell.share / most)) if cell.count else 0


def _examples(ags: str, concept: str) -> str:
    return url_for("search.results", municipality=ags, concept=concept, kind=["goal", "measure"])


def _nobody(scheme: Scheme, rows: Sequence[HeatRow]) -> tuple[Concept, ...]:
    planned = {row.concept.iri for row in rows}
    return tuple(concept for concept in concepts(scheme) if concept.iri not in planned) if rows else ()


def _spread(row: MatrixRow, average: float | None = None) -> int:
    """The widest difference between the shares of towns whose plans could be read, in percentage points."""
    known = [cell.share for cell in row.cells if cell.coverage in (Coverage.PLANNED, Coverage.NOT_MENTIONED)]
    known += [] if average is None else [average]
    return round(100 * (max(known) - min(known))) if known else 0
