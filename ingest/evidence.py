"""No statement without its quote: items and facts whose evidence does not stand on its page are refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from ingest.outcome import Issue
from kg.model import Document, Evidence, Goal, Item, Measure, Plan, Stated, Topic

ItemT = TypeVar("ItemT", bound=Item)


def refuse_unfounded(plan: Plan, document: Document) -> tuple[Plan, tuple[Issue, ...]]:
    """The plan without items that lack evidence or quote what does not stand on its page, and an issue for each.

    Links to refused items are dropped too; a fact of a measure with such evidence is dropped, the measure stays.
    """
    refused = [item for item in plan.items() if not _founded(item.evidence, document)]
    dropped = {item.id for item in refused}
    kept = replace(
        plan,
        topics=tuple(_topic(topic, dropped) for topic in _kept(plan.topics, dropped)),
        areas=_kept(plan.areas, dropped),
        goals=tuple(_goal(goal, dropped) for goal in _kept(plan.goals, dropped)),
        measures=tuple(_measure(measure, dropped, document) for measure in _kept(plan.measures, dropped)),
        totals=tuple(total for total in plan.totals if _founded(total.evidence, document)),
    )
    return kept, tuple(_issue(item) for item in refused)


def _founded(evidence: tuple[Evidence, ...], document: Document) -> bool:
    return bool(evidence) and all(quote.stands_in(document) for quote in evidence)


def _kept(items: Iterable[ItemT], dropped: set[str]) -> tuple[ItemT, ...]:
    return tuple(item for item in items if item.id not in dropped)


def _link(identifier: str | None, dropped: set[str]) -> str | None:
    return None if identifier in dropped else identifier


def _links(identifiers: Iterable[str], dropped: set[str]) -> tuple[str, ...]:
    return tuple(identifier for identifier in identifiers if identifier not in dropped)


def _topic(topic: Topic, dropped: set[str]) -> Topic:
    return replace(topic, part_of=_link(topic.part_of, dropped))


def _goal(goal: Goal, dropped: set[str]) -> Goal:
    return replace(
        goal,
        topic_id=_link(goal.topic_id, dropped),
        part_of=_link(goal.part_of, dropped),
        area_ids=_links(goal.area_ids, dropped),
    )


def _measure(measure: Measure, dropped: set[str], document: Document) -> Measure:
    return replace(
        measure,
        topic_id=_link(measure.topic_id, dropped),
        part_of=_link(measure.part_of, dropped),
        goal_ids=_links(measure.goal_ids, dropped),
        area_ids=_links(measure.area_ids, dropped),
        partners=tuple(partner for partner in measure.partners if _fact(partner, document)),
        priority=_fact(measure.priority, document),
        period=_fact(measure.period, document),
        cost=_fact(measure.cost, document),
        responsible=_fact(measure.responsible, document),
        status=_fact(measure.status, document),
        indicator=_fact(measure.indicator, document),
    )


def _fact(fact: Stated | None, document: Document) -> Stated | None:
    return fact if fact and _founded(fact.evidence, document) else None


def _issue(item: Item) -> Issue:
    return Issue(
        kind="refused",
        template="refused {label!r}: its quote does not stand on its page",
        params=(("label", item.label),),
    )
