from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest
import rdf_plans as plans
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_plans import BASE, TOWN

from kg.errors import InvalidGraph
from kg.from_rdf import read_changes, read_document
from kg.namespaces import INSEK
from kg.to_rdf import document_graph, document_triples, municipality_triples


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_was_written_is_read_back(data):
    plan = data.draw(plans.plans())
    alignments = data.draw(plans.alignments(plan))
    document = plans.document()
    changes = data.draw(plans.changes())
    graph = document_graph(document, plan, alignments, TOWN, BASE, changes)
    assert read_document(graph, BASE) == (plan, alignments, document.source, TOWN)
    assert read_changes(graph) == changes


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_it_survives_turtle(data):
    # Written by Oxigraph: rdflib's own writer keeps seven digits of a number.
    plan = data.draw(plans.plans())
    alignments = data.draw(plans.alignments(plan))
    document = plans.document()
    written = ox.serialize(
        [*document_triples(document, plan, alignments, BASE), *municipality_triples(TOWN, BASE)],
        format=ox.RdfFormat.TURTLE,
    )
    graph = rdflib.Graph().parse(data=written, format="turtle")
    assert read_document(graph, BASE) == (plan, alignments, document.source, TOWN)


@settings(max_examples=5, deadline=None)
@given(plans.plans())
def test_the_graph_is_the_same_each_time(plan):
    graphs = [document_graph(plans.document(), plan, (), TOWN, BASE) for _ in range(2)]
    assert set(graphs[0]) == set(graphs[1])
    assert str(graphs[0].identifier) == f"{BASE}id/document/{plans.DOCUMENT.rpartition('-')[2]}"


def test_a_graph_without_a_plan_is_refused():
    graph = document_graph(plans.document(), plans.EMPTY, (), TOWN, BASE)
    graph.remove((None, None, INSEK.Plan))
    with pytest.raises(InvalidGraph, match="expected one"):
        read_document(graph, BASE)


def test_a_number_that_is_none_is_refused():
    town = replace(TOWN, same_as=())
    graph = document_graph(plans.document(), plans.EMPTY, (), town, BASE)
    subject = next(graph.subjects(INSEK.population))
    graph.set((subject, INSEK.population, rdflib.Literal("viele")))
    with pytest.raises(InvalidGraph, match="viele"):
        read_document(graph, BASE)
