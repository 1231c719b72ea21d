"""Items as they are published, found and compared."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model.document import Evidence, Municipality
from kg.model.links import Alignment
from kg.model.plan import Excerpt, Goal, Kind, Measure, PlanningArea, Topic


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as it is published: with its town, plan, document and links."""

    item: Topic | PlanningArea | Goal | Measure | Excerpt
    kind: Kind
    municipality: Municipality
    plan_title: str
    document_id: str
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why an item was found: words that match, the nearest sentence, concepts shared, rank in each list.

    `factors` are the named parts that a counterpart's score is the product of, each between 0 and 1.
    """

    matched: tuple[str, ...] = ()
    sentence: str | None = None
    concepts: tuple[str, ...] = ()
    lexical_rank: int | None = None
    dense_rank: int | None = None
    factors: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a search: rank from 1, fused score (comparable within one result list only), and why.

    `duplicates` are the ids of items of the same town that say nearly the same and are not listed again. `passage`
    is where the text stands that answers best: a piece of the item's own evidence, or a passage under its heading.
    """

    entry: Entry
    rank: int
    score: float
    why: Why
    duplicates: tuple[str, ...] = ()
    passage: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Two items of two towns that are alike: how much (0 to 1), and why."""

    a: Entry
    b: Entry
    score: float
    why: Why
