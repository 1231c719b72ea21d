"""The counterparts of an item in other towns, and why two items are alike.

The score is a product of three factors, each between 0 and 1 and shown with the result: nearness of meaning, shared
concepts, and how comparable the towns are. It says how alike two plans are there, never which town does better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.errors import NotFound
from kg.model import Entry, Hit, Kind, Municipality, Why
from search_app.search.engine import Asked, Engine, SearchResult
from search_app.search.filters import SIZE_CLASSES, Filters, size_class
from search_app.search.query import parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

THRESHOLD = 0.45
"""Below this score an item is no counterpart."""

_CENTRE, _SLOPE = 4.0, 0.8
_CANDIDATES = 200
_WORDS = 4.0
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
    row = engine.catalog.row_of(entry.item.id)
    asked = Asked(
        engine.vectors.vector(row), engine.tokens.of_unit(engine.vectors.unit(row)) if engine.tokens else None
    )
    rows, meanings = nearest(engine, asked, entry.item.label, filters)
    hits = []
    for other, meaning in zip(engine.catalog.at(rows.tolist()), meanings, strict=True):
        shared = shared_concepts(entry, other)
        factors = (
            ("meaning", round(float(meaning), 4)),
            ("concepts", concept_factor(entry, other, shared)),
            ("comparability", comparability(entry.municipality, other.municipality)),
        )
        why = Why(sentence=other.item.label, concepts=shared, factors=factors)
        hits.append(Hit(other, 0, math.prod(value for _, value in factors), why))
    return sorted(hits, key=lambda hit: -hit.score)


def _of_text(engine: Engine, text: str, filters: Filters) -> list[Hit]:
    rows, meanings = nearest(engine, engine.asked(text), text, filters)
    entries = engine.catalog.at(rows.tolist())
    return [
        Hit(other, 0, float(meaning), Why(sentence=other.item.label, factors=(("meaning", round(float(meaning), 4)),)))
        for other, meaning in zip(entries, meanings, strict=True)
    ]


def nearest(engine: Engine, asked: Asked, label: str, filters: Filters) -> tuple[Ints, NDArray[np.float64]]:
    """Row numbers of the items nearest in meaning, best first, and how near they are between 0 and 1.

    Nearness adds up as in a search: sentence vectors, late interaction, matching words of the label.
    """
    import numpy as np

    allowed = engine.catalog.rows(filters)
    within = None if allowed is None else allowed.astype(np.int64)
    words, evidence = engine.words(engine.lexical.groups(parse(label)), filters, within)
    rows = np.union1d(words, engine.vectors.search(asked.vector, within, _CANDIDATES))
    if not len(rows):
        return rows, np.empty(0)
    mean, deviation = engine.vectors.spread(asked.vector)
    total = (engine.vectors.best(asked.vector, rows) - mean) / deviation + engine.near(asked, rows)[0]
    total[np.searchsorted(rows, words)] += _WORDS * evidence
    meanings = 1 / (1 + np.exp(-_SLOPE * (total - _CENTRE)))
    order = np.argsort(-meanings, kind="stable")
    return rows[order], meanings[order]


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


def comparability(a: Municipality, b: Municipality) -> float:
    """How comparable two towns are, 0.8 to 1: population class, Land and distance count alike; unknown is neutral."""
    parts = [1.0 if a.state == b.state else 0.0]
    sizes = size_class(a.population), size_class(b.population)
    if sizes[0] and sizes[1]:
        apart = abs(SIZE_CLASSES.index(sizes[0]) - SIZE_CLASSES.index(sizes[1]))
        parts.append(max(0.0, 1 - apart / 2))
    if (distance := distance_km(a, b)) is not None:
        parts.append(max(0.0, 1 - distance / _FAR_KM))
    return round(0.8 + 0.2 * sum(parts) / len(parts), 4)


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
