"""What is embedded of an item: its text in passages, in its goal where it is short, and its points."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.model import Entry, Excerpt, Goal, Measure
from search_app.search.filters import terms_of
from search_app.search.relations import area_ids, parents_of

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÄÖÜ„\"(•0-9-])|\n+")
_CLAUSE_END = re.compile(r"(?<=[.!?;:,])\s+|\n+|\s[–-]\s")
_SHORTEST_CLAUSE = 30
_PASSAGE_CHARACTERS = 900
_SHORT = 80
_MOST_PASSAGES = 12
_POINT_END = re.compile(r";\s+|\n+")
_BULLETS = " \t•·▪‣*–-"
_FEWEST_POINTS, _MOST_POINTS = 4, 24
_LONGEST_POINT = 150


@dataclass(frozen=True, slots=True)
class Indexed:
    """An item as the indexes take it: the goal it serves, its topic and planning areas by label, its filter terms.

    `row` is its number; `counts_for` is the number of the item that an excerpt counts for, its own for an item,
    and -1 for an excerpt that stands for itself.
    """

    entry: Entry
    goal: str | None = None
    topic: str | None = None
    row: int = 0
    counts_for: int = 0
    terms: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The texts to embed: passages of the description below the label; a short item stands in its goal.

        Each content point of a description that lists several is a text too, with the label as its context: among ten
        others a point has little weight in the vector of the whole.
        """
        item = self.entry.item
        if isinstance(item, Excerpt):
            return (joined(item.label, item.description) if item.headings else item.description,)
        whole, *passages = _passages(item.label, item.description)
        if self.goal and len(whole) <= _SHORT:
            whole = f"{whole} ({self.goal})"
        return (whole, *passages, *(f"{point} ({item.label})" for point in points_of(item.description)))

    @property
    def shown(self) -> tuple[str, ...]:
        """Each unit as the plan has it, without the context it is embedded with."""
        item = self.entry.item
        if isinstance(item, Excerpt):
            return self.units
        return (*_passages(item.label, item.description), *points_of(item.description))


def _passages(label: str, description: str) -> list[str]:
    """The passages of the description, each below the label; the label alone where there is none."""
    return [joined(label, passage) for passage in in_pieces(description)[:_MOST_PASSAGES] or [""]]


def joined(label: str, description: str) -> str:
    """Label and description as one text."""
    return f"{label.rstrip('.')}. {description}" if description else label


def points_of(description: str) -> list[str]:
    """The first 24 content points of a description that is a list of at least four, by semicolons or lines.

    None where one of them is longer than 150 characters, which is running text.
    """
    parts = (part.lstrip(_BULLETS).rstrip(" .") for part in _POINT_END.split(description))
    found = [part for part in parts if any(map(str.isalpha, part))]
    a_list = len(found) >= _FEWEST_POINTS and max(map(len, found)) <= _LONGEST_POINT
    return found[:_MOST_POINTS] if a_list else []


def sentences(text: str) -> list[str]:
    """The sentences, list points and lines of a text."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def clauses(text: str) -> list[str]:
    """The clauses of a text; what is shorter than 30 characters stays with its sentence."""
    found: list[str] = []
    for part in filter(None, map(str.strip, _CLAUSE_END.split(text))):
        short = found and min(len(found[-1]), len(part)) < _SHORTEST_CLAUSE and found[-1][-1] not in ".!?:"
        if short:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def in_pieces(text: str) -> list[str]:
    """Passages of whole sentences, about 900 characters each."""
    found: list[str] = []
    for sentence in sentences(text):
        if found and len(found[-1]) + len(sentence) < _PASSAGE_CHARACTERS:
            found[-1] += f" {sentence}"
        else:
            found += textwrap.wrap(sentence, 2 * _PASSAGE_CHARACTERS) or [sentence]
    return found


@dataclass(slots=True)
class _OfPlan:
    """The items of one plan that have passed so far, by id."""

    plan: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    terms: dict[str, tuple[str, ...]] = field(default_factory=dict)


def with_context(entries: Iterable[Entry], first: int = 0) -> Iterator[Indexed]:
    """Numbers items from `first` and adds to each what stands above it.

    The items of a plan follow one another, parents first. An excerpt that counts for an item carries its terms.
    """
    known = _OfPlan()
    for row, entry in enumerate(entries, first):
        item = entry.item
        if item.plan_id != known.plan:
            known = _OfPlan(item.plan_id)
        owner = item.part_of if isinstance(item, Excerpt) and item.part_of in known.rows else None
        areas = tuple(known.labels[area] for area in area_ids(entry) if area in known.labels)
        terms = known.terms[owner] if owner else terms_of(entry, areas)
        topic = item.topic_id if isinstance(item, Goal | Measure) else None
        above = (known.labels[parent] for parent in parents_of(entry) if parent in known.labels and parent != topic)
        counts_for = row
        if isinstance(item, Excerpt):
            counts_for = known.rows[owner] if owner else -1
        else:
            known.labels[item.id], known.rows[item.id], known.terms[item.id] = item.label, row, terms
        yield Indexed(entry, next(above, None), known.labels.get(topic or ""), row, counts_for, terms)
