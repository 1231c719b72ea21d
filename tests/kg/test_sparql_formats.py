from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from kg.errors import InvalidRequest
from kg.sparql.embedded import evaluate
from kg.sparql.formats import by_name, formats, negotiate, serialise
from kg.sparql.request import Request

STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("http://x/s"), ox.NamedNode("http://x/p"), ox.Literal('a\t"ä"\n', language="de")))
STORE.add(ox.Quad(ox.NamedNode("http://x/s"), ox.NamedNode("http://x/q"), ox.Literal(1.5)))


def result(text):
    return evaluate(STORE, Request(text, 100, 10**6))


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_bindings_are_as_the_library_writes_them(name):
    text = "SELECT ?p ?o ?none FROM <http://x/g> { ?s ?p ?o } ORDER BY ?p"
    text = text.replace("FROM <http://x/g> ", "")
    kind = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}[name]
    direct = STORE.query(text, use_default_graph_as_union=True).serialize(format=getattr(ox.QueryResultsFormat, kind))
    assert serialise(result(text), by_name(name, "bindings")) == direct


EDGES = (
    "SELECT * {}",
    "SELECT ?x { FILTER(false) }",
    "SELECT ?a { BIND(1/0 AS ?a) }",
    "SELECT ?a ?b { BIND(1/0 AS ?a) BIND(2 AS ?b) }",
    "SELECT ?b ?a { BIND(1/0 AS ?a) BIND(2 AS ?b) }",
    'SELECT ?x { VALUES ?x { UNDEF "" 1.0 1e0 true "x"^^<http://x/t> "é"@fr 1.5e300 "a\\tb\\\\n" "\\r" "\\u0001" } }',
    "SELECT (<<(<http://a> <http://b> 1)>> AS ?triple) {}",
    "SELECT ?p { ?s ?p ?o } ORDER BY ?p",
)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("text", EDGES)
def test_odd_rows_are_as_the_library_writes_them(text, name):
    form = getattr(ox.QueryResultsFormat, name.upper())
    direct = STORE.query(text, use_default_graph_as_union=True).serialize(format=form)
    assert serialise(result(text), by_name(name, "bindings")) == direct


@pytest.mark.parametrize("name", ["turtle", "ntriples", "jsonld", "rdfxml"])
def test_graphs_come_back_as_they_were(name):
    found = result("CONSTRUCT WHERE { ?s ?p ?o }")
    chosen = by_name(name, "graph")
    body = serialise(found, chosen)
    back = ox.parse(body, ox.RdfFormat.from_media_type(chosen.media_type))
    assert set(back) == set(found.triples())
    assert len(set(found.triples())) == 2


def test_an_answer_to_ask():
    assert json.loads(serialise(result("ASK { ?s ?p ?o }"), by_name("json", "boolean")))["boolean"] is True
    assert json.loads(serialise(result("ASK { ?s ?p 'no' }"), by_name("json", "boolean")))["boolean"] is False
    assert serialise(result("ASK {}"), by_name("csv", "boolean")) == b"true\n"


@pytest.mark.parametrize(
    ("accept", "kind", "name"),
    [
        ("", "bindings", "json"),
        ("*/*", "graph", "turtle"),
        ("text/html, application/xhtml+xml, */*;q=0.1", "bindings", "json"),
        ("application/sparql-results+xml", "bindings", "xml"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.9", "bindings", "tsv"),
        ("application/json", "bindings", "json"),
        ("application/json", "graph", "jsonld"),
        ("application/rdf+xml, text/turtle;q=0.9", "graph", "rdfxml"),
        ("text/*", "bindings", "csv"),
        ("image/png", "bindings", None),
        ("text/csv;q=0", "bindings", None),
        ("text/csv;q=x", "bindings", None),
    ],
)
def test_negotiation(accept, kind, name):
    found = negotiate(accept, kind)
    assert (found.name if found else None) == name


def test_a_wrong_format_lists_the_right_ones():
    with pytest.raises(InvalidRequest, match="turtle"):
        by_name("csv", "graph")
    assert [each.name for each in formats("graph")] == ["turtle", "ntriples", "jsonld", "rdfxml"]
