"""What is embedded of an item: its text, in passages where it is long, in its goal where it is short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Entry, Goal, Measure
from search_app.search.relations import area_ids, parents_of

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÄÖÜ„\"(•0-9-])|\n+")
_PASSAGE_CHARACTERS = 900
_SHORT = 80
_MOST_PASSAGES = 12


@dataclass(frozen=True, slots=True)
class Indexed:
    """An item as the search index takes it: the goal it serves, its topic and its planning areas by their labels."""

    entry: Entry
    goal: str | None = None
    topic: str | None = None
    areas: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The texts to embed: passages of the description below the label; a short item stands in its goal."""
        item = self.entry.item
        first, *rest = passages(item.description) or [""]
        whole = joined(item.label, first)
        if self.goal and len(whole) <= _SHORT:
            whole = f"{whole} ({self.goal})"
        return (whole, *(joined(item.label, passage) for passage in rest))


def joined(label: str, description: str) -> str:
    """Label and description as one text."""
    return f"{label.rstrip('.')}. {description}" if description else label


def sentences(text: str) -> list[str]:
    """The sentences, list points and lines of a text."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def passages(text: str) -> list[str]:
    """Passages of whole sentences, about 900 characters each, at most 12."""
    found: list[str] = []
    for sentence in sentences(text):
        if found and len(found[-1]) + len(sentence) < _PASSAGE_CHARACTERS:
            found[-1] += f" {sentence}"
        else:
            found.append(sentence[: 2 * _PASSAGE_CHARACTERS])
    return found[:_MOST_PASSAGES]


def with_context(entries: Iterable[Entry]) -> Iterator[Indexed]:
    """Adds to each item what stands above it. The items of a plan follow one another, parents first."""
    labels: dict[str, str] = {}
    plan = ""
    for entry in entries:
        if entry.item.plan_id != plan:
            plan, labels = entry.item.plan_id, {}
        labels[entry.item.id] = entry.item.label
        topic = entry.item.topic_id if isinstance(entry.item, Goal | Measure) else None
        above = (labels[parent] for parent in parents_of(entry) if parent in labels and parent != topic)
        areas = tuple(labels[area] for area in area_ids(entry) if area in labels)
        yield Indexed(entry, next(above, None), labels.get(topic or ""), areas)
