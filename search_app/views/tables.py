"""Counts over the catalogue that several pages show."""

from __future__ import annotations

from collections import Counter

from kg.model import Concept, Kind, Scheme
from kg.vocabulary import concepts
from search_app.views.context import services

LINKED = (Kind.GOAL, Kind.MEASURE)


def counts_by_town() -> Counter[tuple[str, Kind]]:
    """How many items of each kind a town (AGS) has."""
    return Counter(services().catalog.tally.by_kind())


def matrix() -> dict[tuple[str, str], int]:
    """How many goals and measures of a town (AGS) are linked to a concept (IRI); pairs without any are left out."""
    return services().catalog.tally.by_town(LINKED)


def counts_by_iri(ags: str | None = None) -> Counter[str]:
    """How many goals and measures are linked to each concept (IRI), in all towns or in one."""
    tally = services().catalog.tally
    if ags is None:
        return Counter(tally.by_concept(LINKED))
    return Counter({iri: count for (_, iri), count in tally.by_town(LINKED, (ags,)).items()})


def counts_by_concept(scheme: Scheme, ags: str | None = None) -> list[tuple[Concept, int]]:
    """The concepts of a scheme, in its order, that goals or measures are linked to, with the number of these."""
    counts = counts_by_iri(ags)
    return [(found, counts[found.iri]) for found in concepts(scheme) if counts[found.iri]]
