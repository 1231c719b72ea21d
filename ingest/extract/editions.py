"""Two editions of one plan compared: what is kept, changed, dropped and new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ingest.extract.names import key
from kg.model import Goal, Measure, Plan, Stated

_SAME = 92
_CHANGED = 70
_FIELDS = ("label", "number", "description", "priority", "period", "cost", "responsible", "status")


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an item and its value before and after, None where nothing is stated."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The same item in both editions, and what differs."""

    before: Goal | Measure
    after: Goal | Measure
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """All goals and measures of two editions, each in exactly one of the four groups."""

    kept: tuple[Pair, ...]
    changed: tuple[Pair, ...]
    dropped: tuple[Goal | Measure, ...]
    new: tuple[Goal | Measure, ...]


def diff(before: Plan, after: Plan) -> Diff:
    """The older and the newer edition item by item.

    Items are the same where their titles are (nearly) equal, or have the same number and are alike; goals pair with
    goals and measures with measures, each once, best first.
    """
    pairs = [*_pairs(before.goals, after.goals), *_pairs(before.measures, after.measures)]
    compared = [Pair(old, new, _changes(old, new)) for old, new in pairs]
    paired = {item.id for pair in pairs for item in pair}
    return Diff(
        kept=tuple(pair for pair in compared if not pair.changes),
        changed=tuple(pair for pair in compared if pair.changes),
        dropped=tuple(item for item in _items(before) if item.id not in paired),
        new=tuple(item for item in _items(after) if item.id not in paired),
    )


def _items(plan: Plan) -> tuple[Goal | Measure, ...]:
    return (*plan.goals, *plan.measures)


def _pairs(
    before: Sequence[Goal | Measure], after: Sequence[Goal | Measure]
) -> list[tuple[Goal | Measure, Goal | Measure]]:
    ranked = []
    for at, old in enumerate(before):
        for other, new in enumerate(after):
            alike = fuzz.ratio(key(old.label), key(new.label))
            numbered = old.number is not None and old.number == new.number
            if alike >= _SAME or (numbered and alike >= _CHANGED):
                ranked.append((alike + numbered, -abs(at - other), at, other))
    pairs: list[tuple[Goal | Measure, Goal | Measure]] = []
    used: set[int] = set()
    taken: set[int] = set()
    for _, _, at, other in sorted(ranked, reverse=True):
        if at not in used and other not in taken:
            used.add(at)
            taken.add(other)
            pairs.append((before[at], after[other]))
    return sorted(pairs, key=lambda pair: before.index(pair[0]))


def _changes(old: Goal | Measure, new: Goal | Measure) -> tuple[Change, ...]:
    changes = []
    for field in _FIELDS:
        left, right = _value(old, field), _value(new, field)
        if key(left or "") != key(right or ""):
            changes.append(Change(field, left, right))
    return tuple(changes)


def _value(item: Goal | Measure, field: str) -> str | None:
    value = getattr(item, field, None)
    return value.text if isinstance(value, Stated) else value or None
