"""Made-up plans of a real plan's shape: 8 topics, 7 areas, 45 goals, some 460 measures with facts and evidence."""

from __future__ import annotations

from kg.ids import make_id
from kg.model import (
    Alignment,
    Document,
    Evidence,
    Goal,
    Item,
    LinkMethod,
    Measure,
    Page,
    Plan,
    PlanningArea,
    Scheme,
    Source,
    Span,
    Stated,
    Topic,
)

TOWN = "14730310"
_LINKS = (
    ("http://metadata.un.org/sdg/11", Scheme.SDG, "11"),
    ("http://metadata.un.org/sdg/11.2", Scheme.SDG_TARGET, "11.2"),
    ("https://w3id.org/insek/scheme/smart-city/mobility", Scheme.SMART_CITY, "mobility"),
)


class _Text:
    """Lines of a page; each can be quoted."""

    def __init__(self, document_id: str) -> None:
        self.document_id, self.text = document_id, ""

    def line(self, text: str) -> tuple[Evidence, ...]:
        start = len(self.text)
        self.text += text + "\n"
        return (Evidence(self.document_id, 1, start, start + len(text), text),)


def synthetic(number: int, measures: int = 460) -> tuple[Document, Plan, tuple[Alignment, ...]]:
    """Plan number so and so, the same each time, with its document and links."""
    document_id = make_id("document", "synthetic", number)
    plan_id = make_id("plan", document_id)
    page = _Text(document_id)
    topics = tuple(_topic(page, plan_id, at) for at in range(8))
    areas = tuple(_area(page, plan_id, at) for at in range(7))
    goals = tuple(_goal(page, plan_id, at, topics, areas) for at in range(45))
    found = tuple(_measure(page, plan_id, at, goals) for at in range(measures))
    source = Source(document_id, TOWN, f"Plan {number}", f"{number}.txt", "text/plain", f"{number:064x}", "2026-01-01")
    document = Document(document_id, source, "de", (Page(1, page.text),), ())
    plan = Plan(plan_id, TOWN, f"Plan {number}", (document_id,), topics, areas, goals, found)
    return document, plan, tuple(_link(item, at) for item in [*goals, *found] for at in range(len(_LINKS)))


def _topic(page: _Text, plan_id: str, at: int) -> Topic:
    label = f"Thema {at}"
    return Topic(id=make_id("topic", plan_id, at), plan_id=plan_id, label=label, evidence=page.line(label))


def _area(page: _Text, plan_id: str, at: int) -> PlanningArea:
    label = f"Gebiet {at}"
    return PlanningArea(id=make_id("area", plan_id, at), plan_id=plan_id, label=label, evidence=page.line(label))


def _goal(page: _Text, plan_id: str, at: int, topics: tuple[Topic, ...], areas: tuple[PlanningArea, ...]) -> Goal:
    label = f"Förderung der Arten- und Biotopvielfalt im Gebiet {at}"
    return Goal(
        id=make_id("goal", plan_id, at),
        plan_id=plan_id,
        label=label,
        evidence=page.line(label),
        topic_id=topics[at % len(topics)].id,
        area_ids=(areas[at % len(areas)].id,),
    )


def _measure(page: _Text, plan_id: str, at: int, goals: tuple[Goal, ...]) -> Measure:
    label, goal = f"Bau eines Radwegs an der Straße {at}", goals[at % len(goals)]
    return Measure(
        id=make_id("measure", plan_id, at),
        plan_id=plan_id,
        label=label,
        description="Die Stadt baut einen Weg und pflanzt Bäume. " * 3,
        evidence=page.line(label),
        topic_id=goal.topic_id,
        area_ids=goal.area_ids,
        goal_ids=(goal.id,),
        priority=Stated("hoch", "high", page.line("hoch")) if at % 3 == 0 else None,
        cost=Stated("ca. 250 T€", "250000 EUR", page.line("ca. 250 T€")) if at % 4 == 0 else None,
        responsible=Stated("Bauamt", None, page.line("Bauamt")) if at % 2 else None,
    )


def _link(item: Item, at: int) -> Alignment:
    iri, scheme, code = _LINKS[at]
    return Alignment(
        item.id,
        iri,
        scheme,
        code,
        LinkMethod.SEMANTIC,
        "1",
        confidence=0.8,
        accepted=True,
        evidence=(Span(0, 3, item.label[:3]),),
    )
