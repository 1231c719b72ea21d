"""The types that pass between the modules: frozen, checked on construction, standard library only.

The data goes `Source` → `Document` (pages of passages, with their place) → `Plan` (topics, areas, goals and
measures, each with evidence) → `Alignment` (links to shared concepts) → `Entry` (an item as published) → `Hit`.
An absent fact is `None` or an empty tuple: it means "not stated" and is never guessed.
"""

from __future__ import annotations

from kg.model.document import Box, Document, Evidence, Municipality, Page, Passage, Place, Reading, Role, Source
from kg.model.links import Alignment, Concept, LinkMethod, Review, Scheme, Span
from kg.model.plan import (
    PLAN_KINDS,
    Change,
    Excerpt,
    Goal,
    Item,
    Kind,
    Measure,
    Plan,
    PlanningArea,
    Stated,
    StatedTotal,
    Topic,
    item_text,
)
from kg.model.results import Counterpart, Entry, Hit, Why

__all__ = [
    "PLAN_KINDS",
    "Alignment",
    "Box",
    "Change",
    "Concept",
    "Counterpart",
    "Document",
    "Entry",
    "Evidence",
    "Excerpt",
    "Goal",
    "Hit",
    "Item",
    "Kind",
    "LinkMethod",
    "Measure",
    "Municipality",
    "Page",
    "Passage",
    "Place",
    "Plan",
    "PlanningArea",
    "Reading",
    "Review",
    "Role",
    "Scheme",
    "Source",
    "Span",
    "Stated",
    "StatedTotal",
    "Topic",
    "Why",
    "item_text",
]
