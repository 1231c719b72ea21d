from __future__ import annotations

import pytest
import rdf_plans as plans
from rdf_plans import BASE, TOWN

from kg.errors import EngineError
from kg.ids import make_id
from kg.model import Document, Plan, Source
from kg.store.oxigraph import NamedGraph, open_read_only, write
from kg.to_rdf import document_graph, document_triples


def _other():
    identifier = make_id("document", "b")
    source = Source(identifier, TOWN.ags, "Anderes", "b.txt", "text/plain", "01", "2026-11-22")
    plan = Plan(make_id("plan", identifier), TOWN.ags, "Anderer Plan", (identifier,))
    return Document(identifier, source, "de", (), ()), plan


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    directory = tmp_path_factory.mktemp("a") / "store"
    other, plan = _other()
    graphs = [
        document_graph(plans.document(), plans.EMPTY, (), TOWN, BASE),
        document_graph(other, plan, (), TOWN, BASE),
    ]
    write(directory, graphs)
    return open_read_only(directory)


def test_no_triple_stands_in_two_graphs(store):
    triples = [quad.triple for quad in store.quads_for_pattern(None, None, None, None)]
    assert len(triples) == len(set(triples)) > 2000


def test_graphs_are_named_by_what_they_hold(store):
    names = {graph.value for graph in store.named_graphs()}
    assert {
        f"{BASE}id/document/{plans.DOCUMENT.rpartition('-')[2]}",
        f"{BASE}graph/municipalities",
        "http://metadata.un.org/sdg",
        "https://w3id.org/insek/def",
    } <= names


def test_both_ways_in_give_the_same(store, tmp_path):
    graph = document_graph(plans.document(), plans.EMPTY, (), TOWN, BASE)
    triples = document_triples(plans.document(), plans.EMPTY, (), BASE)
    write(tmp_path / "a", [graph], vocabularies=False)
    write(tmp_path / "b", [NamedGraph(str(graph.identifier), triples)], vocabularies=False)
    without_town = {
        quad
        for quad in open_read_only(tmp_path / "a").quads_for_pattern(None, None, None, None)
        if "municipalities" not in quad.graph_name.value
    }
    assert without_town == set(open_read_only(tmp_path / "b").quads_for_pattern(None, None, None, None))


def test_a_store_is_written_once(tmp_path):
    (tmp_path / "something").touch()
    with pytest.raises(EngineError, match="not empty"):
        write(tmp_path, [])


def test_a_missing_store_is_said(tmp_path):
    with pytest.raises(EngineError, match="no readable store"):
        open_read_only(tmp_path / "none")
