"""What one document says that its town plans."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.model.checks import require
from kg.model.document import Evidence


class Kind(StrEnum):
    """What a search may find: the four kinds of item that a plan is made of, and passages beside them."""

    TOPIC = "topic"
    AREA = "area"
    GOAL = "goal"
    MEASURE = "measure"
    PASSAGE = "passage"


PLAN_KINDS = (Kind.TOPIC, Kind.AREA, Kind.GOAL, Kind.MEASURE)
"""The kinds of item that a plan is made of."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as the document words it (`text`), its normal form where there is one, and its evidence."""

    text: str
    normal: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What topics, areas, goals and measures have in common.

    `label` is the cleaned title and `description` the cleaned text below it, empty where there is none;
    `number` is as printed ("6.1", "A1.2") or, if the page order alone gives it, None. `method` names the rule
    with its version, and `confidence` is the share of such items that are right on the labelled documents.
    """

    id: str
    plan_id: str
    label: str
    description: str = ""
    number: str | None = None
    evidence: tuple[Evidence, ...] = ()
    method: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        require(bool(self.label.strip()), f"item {self.id} has a label")
        require(0.0 <= self.confidence <= 1.0, f"a confidence lies between 0 and 1, not {self.confidence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Item):
    """A field of action, as the plan names it."""

    part_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningArea(Item):
    """A part of the town. `listed` is False for a name that items use and the plan's own list of areas lacks.

    `whole_town` marks "Gesamtstadt". `number` holds the plan's code, such as "PG I".
    """

    aliases: tuple[str, ...] = ()
    listed: bool = True
    whole_town: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Item):
    """What a town wants to reach. `part_of` is the id of the goal above it, `level` its name in the plan's
    hierarchy ("Leitziel", "Teilziel")."""

    topic_id: str | None = None
    area_ids: tuple[str, ...] = ()
    part_of: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Item):
    """What a town wants to do. `bundle` marks a content focus that stands for several measures of its goal."""

    goal_ids: tuple[str, ...] = ()
    topic_id: str | None = None
    area_ids: tuple[str, ...] = ()
    part_of: str | None = None
    bundle: bool = False
    priority: Stated | None = None
    period: Stated | None = None
    cost: Stated | None = None
    responsible: Stated | None = None
    partners: tuple[Stated, ...] = ()
    status: Stated | None = None
    indicator: Stated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt(Item):
    """Text of a document that is no part of an item, so that search finds it; it stands in no plan and no graph.

    `headings` is the path of headings above it, `part_of` the item under whose heading it stands, if any.
    """

    headings: tuple[str, ...] = ()
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A count that the document itself prints, kept as printed and compared with what was found.

    `value` is None where the print cannot be read as a number; `doubtful` where it can but does not add up.
    """

    label: str
    counted: str
    printed: str
    value: int | None
    topic_id: str | None = None
    found: int | None = None
    doubtful: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a person changed: the field of an item ("label", "cost" …, "dropped") or its link to a `concept` ("link").

    `before` and `after` are the values as worded; for a link what was said of it, "confirmed" or "rejected" after.
    An empty value means that nothing was stated. `date` is an ISO date or time.
    """

    item_id: str
    field: str
    before: str
    after: str
    author: str
    date: str
    concept: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one document says that its town plans. `framework` names concept IRIs that the plan says it follows."""

    id: str
    municipality: str
    title: str
    documents: tuple[str, ...]
    topics: tuple[Topic, ...] = ()
    areas: tuple[PlanningArea, ...] = ()
    goals: tuple[Goal, ...] = ()
    measures: tuple[Measure, ...] = ()
    totals: tuple[StatedTotal, ...] = ()
    frameworks: tuple[str, ...] = ()
    edition: str | None = None
    horizon: str | None = None
    status: str | None = None

    def items(self) -> tuple[Item, ...]:
        """Topics, areas, goals and measures, in this order."""
        return (*self.topics, *self.areas, *self.goals, *self.measures)


def item_text(item: Item) -> str:
    """What an item says, for mapping and search: its label, a line break, its description."""
    return f"{item.label}\n{item.description}" if item.description else item.label
