"""Counts over the catalogue that several pages show."""

from __future__ import annotations

from collections import Counter

from kg.model import PLAN_KINDS, Concept, Kind, Scheme
from kg.vocabulary import concepts
from search_app.search.filters import Filters
from search_app.views.context import services

LINKED = (Kind.GOAL, Kind.MEASURE)


def counts_by_town() -> Counter[tuple[str, Kind]]:
    """How many items of each kind a town (AGS) has."""
    counts: Counter[tuple[str, Kind]] = Counter()
    for kind in PLAN_KINDS:
        for facet in services().catalog.facets(Filters(kinds=(kind,)), limit=20_000).get("town", ()):
            counts[facet.value, kind] = facet.count
    return counts


def matrix() -> dict[tuple[str, str], int]:
    """How many goals and measures of a town (AGS) are linked to a concept (IRI); pairs without any are left out."""
    return services().catalog.concept_counts(LINKED)


def counts_by_iri(ags: str | None = None) -> Counter[str]:
    """How many goals and measures are linked to each concept (IRI), in all towns or in one."""
    counts: Counter[str] = Counter()
    for (town, iri), count in matrix().items():
        if ags in (None, town):
            counts[iri] += count
    return counts


def counts_by_concept(scheme: Scheme, ags: str | None = None) -> list[tuple[Concept, int]]:
    """The concepts of a scheme, in its order, that goals or measures are linked to, with the number of these."""
    counts = counts_by_iri(ags)
    return [(found, counts[found.iri]) for found in concepts(scheme) if counts[found.iri]]
