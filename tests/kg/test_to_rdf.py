from __future__ import annotations

from dataclasses import replace

import pytest
from rdf_plans import BASE, DOCUMENT, PAGE, PLAN, TOWN, document
from rdflib import URIRef
from rdflib.namespace import DCTERMS, SKOS

from kg.errors import InvalidGraph
from kg.ids import make_id
from kg.model import Alignment, Evidence, Goal, LinkMethod, Plan, Review, Scheme
from kg.namespaces import INSEK
from kg.to_rdf import document_graph

GOAL = Goal(
    id=make_id("goal", PLAN, "x"),
    plan_id=PLAN,
    label="Ziele",
    evidence=(Evidence(DOCUMENT, 1, 0, 5, PAGE[:5]),),
)


def a_plan(*goals):
    return Plan(PLAN, TOWN.ags, "INSEK", (DOCUMENT,), goals=goals)


def link(**changes):
    made = Alignment(
        GOAL.id, "http://metadata.un.org/sdg/11", Scheme.SDG, "11", LinkMethod.LEXICAL, "1", 0.9, accepted=True
    )
    return replace(made, **changes)


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(DOCUMENT, 1, 1, 6, PAGE[:5]),
        Evidence(DOCUMENT, 9, 0, 5, PAGE[:5]),
        Evidence(make_id("document", "other"), 1, 0, 5, PAGE[:5]),
    ],
)
def test_a_quote_that_does_not_stand_on_its_page_is_refused(evidence):
    with pytest.raises(InvalidGraph, match=GOAL.id):
        document_graph(document(), a_plan(replace(GOAL, evidence=(evidence,))), (), TOWN, BASE)


def test_only_accepted_links_become_plain_triples():
    goal = URIRef(BASE + "id/goal/" + GOAL.id.removeprefix("goal-"))

    def contributes(alignment):
        graph = document_graph(document(), a_plan(GOAL), [alignment], TOWN, BASE)
        return [str(concept) for concept in graph.objects(goal, INSEK.contributesTo)]

    assert contributes(link()) == ["http://metadata.un.org/sdg/11"]
    assert contributes(link(accepted=False)) == []
    assert contributes(link(review=Review.REJECTED)) == []


def test_shared_topics_are_subjects():
    topic = link(concept="https://w3id.org/insek/scheme/topic/housing", scheme=Scheme.TOPIC, code="housing")
    graph = document_graph(document(), a_plan(GOAL), [topic], TOWN, BASE)
    assert list(graph.objects(None, DCTERMS.subject)) == [URIRef(topic.concept)]


@pytest.mark.parametrize(("how", "match"), [("exact", "exactMatch"), ("close", "closeMatch"), ("broad", "narrowMatch")])
def test_a_topic_of_the_plan_matches_the_shared_one(how, match):
    shared = "https://w3id.org/insek/scheme/topic/housing"
    topic = link(concept=shared, scheme=Scheme.TOPIC, code="housing", shares=((how, 1.0),))
    graph = document_graph(document(), a_plan(GOAL), [topic], TOWN, BASE)
    assert list(graph.objects(None, SKOS[match])) == [URIRef(shared)]
    refused = document_graph(document(), a_plan(GOAL), [replace(topic, review=Review.REJECTED)], TOWN, BASE)
    assert list(refused.objects(None, SKOS[match])) == []


def test_one_method_says_a_link_once():
    with pytest.raises(InvalidGraph, match="twice"):
        document_graph(document(), a_plan(GOAL), [link(), link(confidence=0.1)], TOWN, BASE)


def test_the_town_has_its_class_and_place():
    graph = document_graph(document(), a_plan(GOAL), (), TOWN, BASE)
    assert str(next(graph.objects(None, INSEK.populationClass))) == "small-town"
    assert "POINT(12.9962 51.5602)" in graph.serialize(format="turtle")
