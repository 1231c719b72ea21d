"""Collects what the layouts find in one document and makes the plan of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from rapidfuzz import fuzz

from ingest.extract.cues import cues
from ingest.extract.lines import Found, Texts, lines_of
from ingest.extract.names import fold, key, likeness
from ingest.extract.places import Area, Places, listed_areas
from ingest.extract.sections import Says, says
from ingest.extract.topics import names_goal, topic_lead
from ingest.outcome import Issue
from kg.ids import make_id
from kg.model import (
    Document,
    Evidence,
    Goal,
    Measure,
    Municipality,
    Passage,
    Plan,
    PlanningArea,
    Role,
    Stated,
    StatedTotal,
    Topic,
)

EMPTY = Found("", ())
NO_FACTS: Mapping[str, Stated | None] = MappingProxyType({})
_SAME_TOPIC = 0.8
_TOLD_TWICE = 60


def _told_twice(old: Measure, title: Found, number: str | None, method: str) -> bool:
    """Whether the measure is known: of another layout with the same title and no other number, or the same code of
    letters and digits and a title much like it; of the same layout with the same code and title."""
    if old.method == method:
        both = old.number is not None and number is not None and any(map(str.isalpha, number))
        return both and key(old.number or "") == key(number or "") and key(old.label) == key(title.text)
    if old.number is None or number is None:
        return key(old.label) == key(title.text)
    coded = any(map(str.isalpha, number)) and len(key(number)) >= 2
    alike = 100 if key(old.label) == key(title.text) else fuzz.ratio(key(old.label), key(title.text)) if coded else 0
    return key(old.number) == key(number) and alike >= _TOLD_TWICE


def _filled(
    old: Measure,
    number: str | None,
    description: Found,
    goal_ids: tuple[str, ...],
    topic_id: str | None,
    facts: Mapping[str, Stated | None],
    partners: tuple[Stated, ...],
) -> Measure:
    lacking: dict[str, Any] = {name: fact for name, fact in facts.items() if fact and getattr(old, name) is None}
    described = bool(old.description)
    return replace(
        old,
        number=old.number or number,
        description=old.description or description.text,
        evidence=old.evidence if described else (*old.evidence, *description.evidence),
        goal_ids=tuple(dict.fromkeys((*old.goal_ids, *goal_ids))),
        topic_id=old.topic_id or topic_id,
        partners=old.partners or partners,
        **lacking,
    )


Spans = dict[int, list[tuple[int, int]]]


def _overlap(spans: Spans, evidence: Sequence[Evidence]) -> bool:
    return any(start < new.end and new.start < end for new in evidence for start, end in spans.get(new.page, ()))


def _note(spans: Spans, evidence: Sequence[Evidence]) -> None:
    for quote in evidence:
        spans.setdefault(quote.page, []).append((quote.start, quote.end))


class Builder:
    """Gives every item its identifier and keeps the items of one document in the order found."""

    def __init__(self, document: Document, municipality: Municipality) -> None:
        self.document = document
        self.municipality = municipality
        self.texts = Texts(document)
        self.places = Places(listed_areas(self.texts))
        self.plan_id = make_id("plan", document.id)
        self.topics: dict[str, Topic] = {}
        self.areas: dict[str, PlanningArea] = {}
        self.goals: list[Goal] = []
        self.measures: list[Measure] = []
        self.totals: list[StatedTotal] = []
        self.issues: list[Issue] = []
        self._titles: Spans = {}
        self._used: Spans = {}
        self._seen: Counter[tuple[str, str | None, str]] = Counter()
        for area in self.places.listed:
            self.area(area, method="list of areas")

    def new_id(self, kind: str, number: str | None, label: str) -> str:
        """An identifier from the item's number and label; the second item of both gets another than the first."""
        name = (kind, number, key(label))
        self._seen[name] += 1
        return make_id(kind, self.plan_id, number, key(label), self._seen[name])

    def topic(
        self,
        label: Found,
        *,
        number: str | None = None,
        part_of: str | None = None,
        method: str,
    ) -> str:
        """The identifier of the topic of that name, new or already there.

        The word for topics and the number before the name are no part of it ("Handlungsfeld 2: Wohnen", "4.1 Wohnen").
        """
        if lead := topic_lead(label.text):
            lines = self.texts.lines_at(label.evidence)
            if lines and lines[0].text.startswith(lead.text) and len(lines[0].text) > len(lead.text):
                label = self.texts.found((lines[0].cut(len(lead.text)), *lines[1:]))
                number = number or lead.number
        for known in self.topics.values():
            if likeness(known.label, label.text) >= _SAME_TOPIC:
                return known.id
        identifier = self.new_id("topic", number, label.text)
        self.topics[identifier] = Topic(
            id=identifier,
            plan_id=self.plan_id,
            label=label.text,
            number=number,
            evidence=label.evidence,
            part_of=part_of,
            method=method,
            confidence=0.97,
        )
        return identifier

    def topic_above(self, headings: Sequence[str], *, method: str) -> str | None:
        """The topic that the nearest heading names which announces nothing else, and is short; None without one."""
        for heading in reversed(headings):
            if says(heading) is Says.NOTHING and len(heading) <= 100 and heading[-1] != ":" and not names_goal(heading):
                return self.topic_of_heading(heading, method=method)
        return None

    def topic_of_heading(self, heading: str, *, method: str) -> str | None:
        """The topic that a heading names, with the heading as evidence; None where no passage is that heading, or it
        names the plan itself."""
        town = key(self.municipality.name)
        if key(heading) in (town, f"stadt{town}", f"gemeinde{town}") or not re.search(r"[^\W\d_]{3}", heading):
            return None
        if any(fold(word) in fold(heading) for word in cues("plan_words")):
            return None
        for passage in self.document.passages:
            if passage.role is Role.HEADING and passage.text == heading:
                return self.topic(self.texts.found(lines_of(passage)), method=method)
        return None

    def goal_named(self, label: Found, *, topic_id: str | None, method: str, confidence: float) -> str:
        """The goal of that wording, new or already there."""
        for goal in self.goals:
            if key(goal.label) == key(label.text):
                return goal.id
        return self.goal(label, topic_id=topic_id, method=method, confidence=confidence)

    def area(self, area: Area, *, method: str) -> str:
        """The identifier of an area, new or already there."""
        name = "whole town" if area.whole_town else key(area.label.text)
        if name not in self.areas:
            identifier = self.new_id("area", area.code, area.label.text)
            self.areas[name] = PlanningArea(
                id=identifier,
                plan_id=self.plan_id,
                label=area.label.text,
                number=area.code,
                evidence=area.label.evidence,
                listed=area.listed,
                whole_town=area.whole_town,
                method=method,
                confidence=0.97 if area.listed else 0.9,
            )
        return self.areas[name].id

    def area_ids(self, areas: Iterable[Area], *, method: str) -> tuple[str, ...]:
        """The identifiers of areas, each once."""
        return tuple(dict.fromkeys(self.area(area, method=method) for area in areas))

    def claimed(self, evidence: Sequence[Evidence]) -> bool:
        """Whether the title of an item already found stands on any of these characters."""
        return _overlap(self._titles, evidence)

    def used(self, evidence: Sequence[Evidence]) -> bool:
        """Whether any part of an item, title, description or fact, stands on any of these characters."""
        return _overlap(self._used, evidence)

    def used_passage(self, passage: Passage) -> bool:
        """Whether any part of an item stands in a passage."""
        place = passage.place
        spans = self._used.get(place.page, ())
        return any(start < place.end and place.start < end for start, end in spans)

    def _mark(self, title: Found, *rest: Found | Stated | None) -> None:
        _note(self._titles, title.evidence)
        for part in (title, *rest):
            if part:
                _note(self._used, part.evidence)

    def goal(
        self,
        title: Found,
        *,
        number: str | None = None,
        description: Found = EMPTY,
        topic_id: str | None = None,
        area_ids: tuple[str, ...] = (),
        part_of: str | None = None,
        level: str | None = None,
        method: str,
        confidence: float,
    ) -> str:
        """Adds a goal and gives its identifier."""
        identifier = self.new_id("goal", number, title.text)
        self._mark(title, description)
        self.goals.append(
            Goal(
                id=identifier,
                plan_id=self.plan_id,
                label=title.text,
                description=description.text,
                number=number,
                evidence=(*title.evidence, *description.evidence),
                topic_id=topic_id,
                area_ids=area_ids,
                part_of=part_of,
                level=level,
                method=method,
                confidence=confidence,
            )
        )
        return identifier

    def measure(
        self,
        title: Found,
        *,
        number: str | None = None,
        description: Found = EMPTY,
        goal_ids: tuple[str, ...] = (),
        topic_id: str | None = None,
        area_ids: tuple[str, ...] = (),
        part_of: str | None = None,
        bundle: bool = False,
        facts: Mapping[str, Stated | None] = NO_FACTS,
        partners: tuple[Stated, ...] = (),
        method: str,
        confidence: float,
    ) -> str:
        """Adds a measure and gives its identifier.

        Where another layout has found a measure of that title, and no other number, both are one that the document
        tells twice (overview and sheet): what the first lacks is filled in.
        """
        known = next((at for at, old in enumerate(self.measures) if _told_twice(old, title, number, method)), None)
        if known is not None:
            self._mark(title, description, *facts.values(), *partners)
            self.measures[known] = _filled(
                self.measures[known], number, description, goal_ids, topic_id, facts, partners
            )
            return self.measures[known].id
        identifier = self.new_id("measure", number, title.text)
        self._mark(title, description, *facts.values(), *partners)
        self.measures.append(
            Measure(
                id=identifier,
                plan_id=self.plan_id,
                label=title.text,
                description=description.text,
                number=number,
                evidence=(*title.evidence, *description.evidence),
                goal_ids=goal_ids,
                topic_id=topic_id,
                area_ids=area_ids,
                part_of=part_of,
                bundle=bundle,
                partners=partners,
                method=method,
                confidence=confidence,
                **facts,
            )
        )
        return identifier

    def build(self, *, title: str, horizon: str | None, status: str | None, frameworks: tuple[str, ...]) -> Plan:
        """The plan of all that was found."""
        return Plan(
            id=self.plan_id,
            municipality=self.municipality.ags,
            title=title,
            documents=(self.document.id,),
            topics=tuple(self.topics.values()),
            areas=tuple(self.areas.values()),
            goals=tuple(self.goals),
            measures=tuple(self.measures),
            totals=tuple(self.totals),
            frameworks=frameworks,
            horizon=horizon,
            status=status,
        )
