"""What an item belongs to, whatever its kind."""

from __future__ import annotations

from kg.model import Entry, Goal, Measure, PlanningArea


def area_ids(entry: Entry) -> tuple[str, ...]:
    """The ids of the planning areas an item belongs to."""
    return entry.item.area_ids if isinstance(entry.item, Goal | Measure) else ()


def parents_of(entry: Entry) -> tuple[str, ...]:
    """The ids an item hangs below: the item it is part of, goals it serves, its topic."""
    item = entry.item
    found: list[str | None] = [None if isinstance(item, PlanningArea) else item.part_of]
    if isinstance(item, Measure):
        found += item.goal_ids
    if isinstance(item, Goal | Measure):
        found.append(item.topic_id)
    return tuple(dict.fromkeys(parent for parent in found if parent))
