from __future__ import annotations

import pytest

from kg.errors import InvalidRequest, NotFound
from kg.mapping import align, classify, explain, lexical
from kg.mapping.combine import LONGEST
from kg.model import Goal, LinkMethod, Measure, Plan, Scheme, Topic
from search_app.search.encoder import load

TEXTS = (
    "Lückenschluss im Radwegenetz",
    "Blühwiesen für Bienen",
    "Neubau einer Kita im Süden",
    "Erhöhung der Hebesätze",
)


@pytest.fixture(scope="module")
def encoder():
    return load("builtin:e5-small", light=True)


def codes(links, scheme):
    return [link.code for link in links if link.scheme is scheme]


def test_goals_targets_dimensions_and_topics_are_linked(encoder):
    cycling, bees, childcare, rates = classify(TEXTS, encoder)
    assert codes(cycling, Scheme.SDG_TARGET) == ["11.2"]
    assert codes(cycling, Scheme.SMART_CITY)[0] == "mobility"
    assert codes(bees, Scheme.SDG)[0] == "15"
    assert codes(bees, Scheme.LEIPZIG_CHARTER) == ["green"]
    assert codes(childcare, Scheme.SDG)[0] == "4"
    assert codes(childcare, Scheme.TOPIC) == ["education"]
    assert codes(rates, Scheme.SDG_TARGET) == ["17.1"]


def test_a_link_is_explained(encoder):
    (links,) = classify(["Blühwiesen für Bienen"], encoder)
    link = next(link for link in links if link.code == "15.5")
    assert [span.text for span in link.evidence] == ["Blühwiesen", "Bienen"]
    assert sum(share for _, share in link.shares) == pytest.approx(1.0)
    assert link.nearest is not None
    assert "Blüh" in link.nearest
    assert link.version == lexical.VERSION
    assert link.concept == "http://metadata.un.org/sdg/15.5"


def test_a_target_brings_its_goal(encoder):
    for links in classify(TEXTS, encoder):
        assert {code.partition(".")[0] for code in codes(links, Scheme.SDG_TARGET)} <= set(codes(links, Scheme.SDG))


def test_what_the_text_states_is_certain():
    (links,) = classify(["Beitrag zu SDG 4.2 und zur gerechten Stadt"], None)
    stated = {link.code: link for link in links if link.method is LinkMethod.STATED}
    assert set(stated) == {"4", "4.2", "just"}
    assert all(link.confidence == 1.0 and link.accepted for link in stated.values())


def test_near_misses_and_refused_links_are_told_on_request(encoder):
    text = "Ausbau des Radwegenetzes"
    (plain,), (wide,) = classify([text], encoder), classify([text], encoder, floor=0.05)
    assert all(link.accepted for link in plain)
    assert any(not link.accepted for link in wide)
    refused = explain(text, "13", encoder)
    assert not refused.accepted
    assert 0 < refused.confidence < 0.5
    assert refused.nearest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "12 34 56 789",
        "1.234,5 € (17 %)",
        "\0\0",
        "🙂",
        "Tel. 0123 456-0",
        "Der Ausschuss tagt am Dienstag.",
        "Mesut dün pazardan elma aldı ve eve döndü.",
        "The quick brown fox jumps over the lazy dog",
        "Lorem ipsum dolor sit amet",
        "Radweg " * LONGEST,
    ],
)
def test_text_that_is_no_measure_gets_no_link(text, encoder):
    assert classify([text], encoder) == [()]


def test_other_languages_are_understood(encoder):
    english, turkish = classify(
        ["Extension of the cycle network", "Şehir merkezinde bisiklet yollarının genişletilmesi"], encoder
    )
    assert "11" in codes(english, Scheme.SDG)
    assert "11" in codes(turkish, Scheme.SDG)


def test_without_an_encoder_terms_still_speak():
    cycling, bees, *_ = classify(TEXTS, None)
    assert codes(cycling, Scheme.SDG_TARGET) == ["11.2"]
    assert all(link.method is LinkMethod.LEXICAL for link in (*cycling, *bees))


def test_an_encoder_that_the_head_does_not_know_is_not_used():
    assert classify(TEXTS, load("dummy")) == classify(TEXTS, None)


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(InvalidRequest, match="smart-city"):
        classify(["Radweg"], None, schemes=["giffinger"])
    with pytest.raises(NotFound):
        explain("Radweg", "11.99", None)


def test_items_of_a_plan_are_linked_and_inherit_a_single_topic(encoder):
    topics = (
        Topic(id="topic-1", plan_id="plan-1", label="Kultur"),
        Topic(id="topic-2", plan_id="plan-1", label="Zentrales Vorhaben"),
    )
    plan = Plan(
        id="plan-1",
        municipality="14730310",
        title="INSEK",
        documents=("document-1",),
        topics=topics,
        goals=(Goal(id="goal-1", plan_id="plan-1", label="Erhalt der Einrichtungen", topic_id="topic-1"),),
        measures=(Measure(id="measure-1", plan_id="plan-1", label="Neubau einer Kita", topic_id="topic-2"),),
    )
    links = align(plan, encoder)
    topics_of = {
        item: {x.code for x in links if x.item_id == item and x.scheme is Scheme.TOPIC}
        for item in ("topic-1", "topic-2", "goal-1", "measure-1")
    }
    assert topics_of["topic-1"] == {"culture"}
    assert topics_of["topic-2"] == set()
    assert "culture" in topics_of["goal-1"]
    assert topics_of["measure-1"] == {"education"}
    assert len({(link.item_id, link.concept) for link in links}) == len(links)
