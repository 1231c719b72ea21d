from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
import rdflib
from example_dataset import graphs

from kg.errors import InvalidRequest
from kg.export import FORMS, context, dump
from kg.namespaces import INSEK
from kg.store.oxigraph import open_read_only, write
from kg.terms import to_rdflib

RDFLIB = {"turtle": "turtle", "nquads": "nquads", "trig": "trig", "jsonld": "json-ld"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    directory = tmp_path_factory.mktemp("export") / "store"
    write(directory, graphs(), vocabularies=False)
    return open_read_only(directory)


def _triples(store):
    return {to_rdflib(quad.triple) for quad in store.quads_for_pattern(None, None, None, None)}


@pytest.mark.parametrize("form", FORMS)
def test_rdflib_reads_back_all_that_was_written(store, form):
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=b"".join(dump(store, form)), format=RDFLIB[form])
    found = {(s, p, o) for s, p, o, _ in dataset.quads()}
    assert found == _triples(store)
    if form != "turtle":
        names = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
        assert {name.value for name in store.named_graphs()} <= names


def test_json_ld_is_compact(store):
    written = json.loads(b"".join(dump(store, "jsonld")))
    nodes = [node for graph in written["@graph"] for node in graph["@graph"]]
    measure = next(node for node in nodes if node.get("@type") == "Measure")
    assert {"label", "plan", "evidence", "position"} <= set(measure)
    assert not any(key.startswith("http") for node in nodes for key in node)


def test_the_context_knows_all_our_terms():
    assert set(INSEK.__annotations__) <= set(context())


def test_turtle_is_short(store):
    written = b"".join(dump(store, "turtle"))
    assert b"insek:Measure" in written
    assert len(list(ox.parse(written, ox.RdfFormat.TURTLE))) == len(_triples(store))


def test_an_unknown_form_is_refused(store):
    with pytest.raises(InvalidRequest, match="nquads"):
        dump(store, "parquet")
