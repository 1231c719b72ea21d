"""What does not stand on its page is refused, and nothing refers to it any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.evidence import refuse_unfounded
from kg.model import Document, Evidence, Goal, Measure, Page, Plan, Source, Stated, Topic

TEXT = "Klima\nBäume pflanzen\nPriorität: hoch"
SOURCE = Source("document-1", "14730310", "Plan", "plan.txt", "text/plain", "0" * 64, "2026-01-01")
DOCUMENT = Document("document-1", SOURCE, "de", (Page(1, TEXT),), ())


def quote(text: str, shift: int = 0) -> tuple[Evidence, ...]:
    start = TEXT.index(text)
    return (Evidence("document-1", 1, start + shift, start + shift + len(text), text),)


@pytest.fixture
def plan() -> Plan:
    topic = Topic(id="topic-1", plan_id="plan-1", label="Klima", evidence=quote("Klima"))
    goal = Goal(id="goal-1", plan_id="plan-1", label="Klima", topic_id="topic-1", evidence=quote("Klima"))
    measure = Measure(
        id="measure-1",
        plan_id="plan-1",
        label="Bäume pflanzen",
        goal_ids=("goal-1",),
        topic_id="topic-1",
        priority=Stated("hoch", evidence=quote("hoch")),
        evidence=quote("Bäume pflanzen"),
    )
    return Plan("plan-1", "14730310", "Plan", ("document-1",), topics=(topic,), goals=(goal,), measures=(measure,))


def test_a_sound_plan_stays_as_it_is(plan):
    assert refuse_unfounded(plan, DOCUMENT) == (plan, ())


@pytest.mark.parametrize("evidence", [(), quote("Klima", shift=1)], ids=["none", "one character off"])
def test_an_item_without_sound_evidence_is_refused_with_all_links_to_it(plan, evidence):
    broken = replace(plan, goals=(replace(plan.goals[0], evidence=evidence),))
    kept, issues = refuse_unfounded(broken, DOCUMENT)
    assert kept.goals == ()
    assert kept.measures[0].goal_ids == ()
    assert [issue.kind for issue in issues] == ["refused"]
    assert "Klima" in issues[0].message


def test_a_fact_without_sound_evidence_is_dropped_and_the_measure_stays(plan):
    fact = Stated("gering", evidence=quote("hoch", shift=-1))
    broken = replace(plan, measures=(replace(plan.measures[0], priority=fact),))
    kept, issues = refuse_unfounded(broken, DOCUMENT)
    assert kept.measures[0].priority is None
    assert kept.measures[0].label == "Bäume pflanzen"
    assert issues == ()
