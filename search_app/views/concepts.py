"""The shared goals and frameworks: all of them, and each with the items that serve it, by town."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from kg.errors import NotFound
from kg.model import Concept, Entry, Municipality, Scheme
from kg.vocabulary import concepts
from search_app.i18n import current_language
from search_app.search.filters import Filters
from search_app.views import linked, things
from search_app.views.context import services
from search_app.views.layout import concept_of, town_url
from search_app.views.tables import LINKED, counts_by_iri, matrix
from search_app.views.towns import Bar

pages = Blueprint("concepts", __name__)

_LISTED = 25
_OWN_PAGE = {Scheme.SDG_TARGET: Scheme.SDG}
Counted = tuple[Concept, int]


@dataclass(frozen=True, slots=True)
class ConceptsPage:
    """What the overview shows: for each scheme its top concepts with count and, below each, its narrower ones."""

    schemes: tuple[tuple[str, tuple[tuple[Concept, int, tuple[Counted, ...]], ...]], ...]


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """What the page of a concept shows."""

    concept: Concept
    definition: str | None
    broader: Concept | None
    narrower: tuple[Counted, ...]
    total: int
    towns: tuple[Bar, ...]
    groups: tuple[tuple[Municipality, tuple[Entry, ...], int], ...]


@pages.get("/concepts")
def index() -> str:
    """All schemes with their counts; SDG targets stand below their goal."""
    counts = counts_by_iri()
    schemes = []
    for scheme in Scheme:
        if scheme in _OWN_PAGE:
            continue
        tops = [found for found in concepts(scheme) if not _same_scheme_broader(found)]
        groups = tuple((top, counts[top.iri], _narrower(top, counts)) for top in tops)
        schemes.append((scheme.value, groups))
    return render_template("concepts.html", page=ConceptsPage(tuple(schemes)))


@pages.get("/scheme/<scheme>/<path:code>")
def page(scheme: str, code: str) -> str | Response:
    """A concept with all items that serve it, or its RDF where that is asked for."""
    try:
        found = _find(scheme, code)
    except NotFound:
        return things.page()  # a group of concepts has an IRI too
    return linked.as_asked([found.iri]) or render_template("concept.html", page=_concept_page(found))


def _find(scheme: str, code: str) -> Concept:
    for found in concepts():
        if found.notation == code and found.scheme.value.removesuffix("-target") == scheme.removesuffix("-target"):
            return found
    raise NotFound("no concept {code!r} in the scheme {scheme!r}", code=code, scheme=scheme)


def _concept_page(found: Concept) -> ConceptPage:
    counts = {ags: count for (ags, iri), count in matrix().items() if iri == found.iri}
    towns = sorted(
        (town for town in services().catalog.municipalities() if town.ags in counts), key=lambda town: town.name
    )
    groups = []
    for town in towns:
        own = Filters(municipalities=(town.ags,), concepts=(found.iri,), kinds=LINKED)
        entries, count = services().catalog.select(own, 0, _LISTED)
        groups.append((town, entries, count))
    return ConceptPage(
        concept=found,
        definition=dict(found.definitions).get(current_language()),
        broader=concept_of(found.broader) if found.broader else None,
        narrower=_narrower(found, counts_by_iri()),
        total=sum(counts.values()),
        towns=tuple((town.name, town.name, counts[town.ags], None, town_url(town)) for town in towns),
        groups=tuple(groups),
    )


def _same_scheme_broader(found: Concept) -> bool:
    broader = concept_of(found.broader) if found.broader else None
    return broader is not None and broader.scheme is found.scheme


def _narrower(top: Concept, counts: dict[str, int]) -> tuple[Counted, ...]:
    return tuple((found, counts.get(found.iri, 0)) for found in concepts() if found.broader == top.iri)
