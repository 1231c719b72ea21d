"""What is embedded of an item: the whole, the whole in its context, and the passages of a long description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.model import Entry, PlanningArea
from search_app.search.catalog import area_ids, parents_of

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÄÖÜ„\"(•0-9-])|\n+")
_PASSAGE_CHARACTERS = 320
_SHORT_LABEL = 80
_MOST_CHARACTERS = 1_600
_MOST_PASSAGES = 24


@dataclass(frozen=True, slots=True)
class Indexed:
    """An item as the search index takes it: its texts, its context (labels above it) and its planning areas."""

    entry: Entry
    context: tuple[str, ...]
    areas: tuple[str, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """The texts to embed: the item, the item in its context where it is short, and passages of a long text."""
        item = self.entry.item
        whole = joined(item.label, item.description)[:_MOST_CHARACTERS]
        units = [whole]
        if self.context and len(whole) <= _SHORT_LABEL:
            units.append(f"{self.context[0]}: {whole}")
        if len(item.description) > _PASSAGE_CHARACTERS:
            units += [f"{item.label}: {passage}" for passage in passages(item.description)]
        return tuple(units)


def joined(label: str, description: str) -> str:
    """Label and description as one text."""
    return f"{label.rstrip('.')}. {description}" if description else label


def sentences(text: str) -> list[str]:
    """The sentences, list points and lines of a text."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def passages(text: str) -> list[str]:
    """Passages of whole sentences, about 320 characters each, at most 24."""
    found: list[str] = []
    for sentence in sentences(text):
        if found and len(found[-1]) + len(sentence) < _PASSAGE_CHARACTERS:
            found[-1] += f" {sentence}"
        else:
            found.append(sentence[:_MOST_CHARACTERS])
    return found[:_MOST_PASSAGES]


def with_context(entries: Iterable[Entry]) -> Iterator[Indexed]:
    """Adds to each item the labels above it, nearest first. Items of a plan follow one another, parents first."""
    labels: dict[str, str] = {}
    plan = ""
    for entry in entries:
        if entry.item.plan_id != plan:
            plan, labels = entry.item.plan_id, {}
        labels[entry.item.id] = entry.item.label
        above = tuple(labels[parent] for parent in parents_of(entry) if parent in labels)
        areas = tuple(labels[area] for area in area_ids(entry) if area in labels)
        yield Indexed(entry, () if isinstance(entry.item, PlanningArea) else above, areas)
