"""The counterparts of an item in other towns, and why two items are alike.

The score is a product of factors, each between 0 and 1 and shown with the result: nearness of meaning, shared
concepts, and how comparable the towns are in size, Land, central-place rank and distance. It says how alike two plans
are there, never which town does better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from kg.errors import NotFound
from kg.model import Entry, Hit, Kind, Municipality, Why
from search_app.search.engine import Engine, SearchResult
from search_app.search.filters import SIZE_CLASSES, Filters, size_class
from search_app.search.likeness import asked_of, nearest, nearest_of_each

THRESHOLD = 0.47
"""Below this score an item is no counterpart."""

CENTRAL_PLACES = ("Grundzentrum", "Mittelzentrum", "Oberzentrum", "Metropole")
"""Ranks of regional planning, from the lowest to the highest."""

_WEIGHT = 0.05
_EARTH_KM = 6371.0
_FAR_KM = 400.0
_COMPARED = (Kind.GOAL, Kind.MEASURE)


def similar(
    engine: Engine,
    item: str,
    filters: Filters | None = None,
    k: int = 5,
    *,
    per_town: int = 3,
    threshold: float = THRESHOLD,
) -> SearchResult:
    """Counterparts of a published item (by id), in other towns, or of a free text, in any town.

    At most `per_town` of one town and none below the threshold: an empty result means there is no counterpart.
    """
    engine.check_page(k, 0)
    filters = filters or Filters()
    filters = filters if filters.kinds else replace(filters, kinds=_COMPARED)
    try:
        entry = engine.catalog.get(item)
    except NotFound:
        found = _of_text(engine, item, filters)
    else:
        own = (*filters.excluded_municipalities, entry.municipality.ags)
        found = of_entry(engine, entry, replace(filters, excluded_municipalities=own))
    kept: list[Hit] = []
    for hit in found:
        same_town = sum(other.entry.municipality.ags == hit.entry.municipality.ags for other in kept)
        if hit.score >= threshold and same_town < per_town:
            kept.append(replace(hit, rank=len(kept) + 1))
    return SearchResult(len(kept), tuple(kept[:k]))


def of_entry(engine: Engine, entry: Entry, filters: Filters) -> list[Hit]:
    """All candidates for one item with their factors, best first."""
    asked = asked_of(engine, engine.catalog.row_of(entry.item.id))
    rows, meanings = nearest(engine, asked, entry.item.label, filters)
    others = engine.catalog.at(rows.tolist())
    hits = [counterpart(entry, other, float(meaning)) for other, meaning in zip(others, meanings, strict=True)]
    return sorted(hits, key=lambda hit: -hit.score)


def candidates_of_each(engine: Engine, own: Sequence[Entry], filters: Filters) -> list[list[Hit]]:
    """For each item the nearest of those that pass the filters as counterparts, in no order."""
    near = nearest_of_each(engine, own, filters)
    rows = sorted({row for candidates, _ in near for row in candidates.tolist()})
    others = dict(zip(rows, engine.catalog.at(rows), strict=True))
    return [
        [
            counterpart(entry, others[row], meaning)
            for row, meaning in zip(candidates.tolist(), meanings.tolist(), strict=True)
        ]
        for entry, (candidates, meanings) in zip(own, near, strict=True)
    ]


def counterpart(entry: Entry, other: Entry, meaning: float) -> Hit:
    """Another town's item as a counterpart of an item, with its factors; `meaning` is their nearness, 0 to 1."""
    shared = shared_concepts(entry, other)
    factors = (
        ("meaning", round(meaning, 4)),
        ("concepts", concept_factor(entry, other, shared)),
        *comparability(entry.municipality, other.municipality),
    )
    why = Why(sentence=other.item.label, concepts=shared, factors=factors)
    return Hit(other, 0, math.prod(value for _, value in factors), why)


def _of_text(engine: Engine, text: str, filters: Filters) -> list[Hit]:
    rows, meanings = nearest(engine, engine.meaning.asked(text), text, filters)
    entries = engine.catalog.at(rows.tolist())
    return [
        Hit(other, 0, float(meaning), Why(sentence=other.item.label, factors=(("meaning", round(float(meaning), 4)),)))
        for other, meaning in zip(entries, meanings, strict=True)
    ]


def shared_concepts(a: Entry, b: Entry) -> tuple[str, ...]:
    """IRIs of the concepts that both items are aligned to."""
    others = set(_accepted(b))
    return tuple(concept for concept in _accepted(a) if concept in others)


def _accepted(entry: Entry) -> list[str]:
    return [alignment.concept for alignment in entry.alignments if alignment.accepted]


def concept_factor(a: Entry, b: Entry, shared: Sequence[str]) -> float:
    """1 when all concepts are shared, 0.7 when none is, 1 where either item has none: absence says nothing."""
    smaller = min(len(set(_accepted(a))), len(set(_accepted(b))))
    return round(0.7 + 0.3 * len(shared) / smaller, 4) if smaller else 1.0


def comparability(a: Municipality, b: Municipality) -> tuple[tuple[str, float], ...]:
    """How comparable two towns are, in factors of 0.95 to 1: size class, Land, central-place rank, distance.

    A factor that is unknown of one of them is left out.
    """
    likeness = {
        "size": _likeness_of_steps(size_class(a.population), size_class(b.population), SIZE_CLASSES),
        "state": 1.0 if a.state == b.state else 0.0,
        "rank": _likeness_of_steps(a.central_place, b.central_place, CENTRAL_PLACES),
        "distance": None if (distance := distance_km(a, b)) is None else max(0.0, 1 - distance / _FAR_KM),
    }
    return tuple((name, round(1 - _WEIGHT * (1 - like), 4)) for name, like in likeness.items() if like is not None)


def _likeness_of_steps(a: str | None, b: str | None, steps: Sequence[str]) -> float | None:
    """1 for the same step, one half for neighbouring steps, else 0; None where one is not known."""
    if a not in steps or b not in steps:
        return None
    return max(0.0, 1 - abs(steps.index(a) - steps.index(b)) / 2)


def distance_km(a: Municipality, b: Municipality) -> float | None:
    """Kilometres between two towns as the crow flies, None where a position is unknown."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    north, east = math.radians(b.latitude - a.latitude), math.radians(b.longitude - a.longitude)
    chord = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(a.latitude)) * math.cos(math.radians(b.latitude)) * math.sin(east / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(chord))
