"""The whole graph as a file: Turtle, TriG, N-Quads, or JSON-LD with the context of `ontologies/context.jsonld`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.errors import InvalidRequest
from kg.namespaces import PREFIXES
from kg.terms import to_rdflib

FORMS = ("turtle", "nquads", "trig", "jsonld")
"""What a graph can be written as. Turtle leaves out which graph a triple stands in."""


def dump(store: ox.Store, form: str) -> bytes:
    """All triples of a store in that form. Raises InvalidRequest for a form that is not in FORMS."""
    quads = store.quads_for_pattern(None, None, None, None)
    if form == "nquads":
        return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    if form == "trig":
        return ox.serialize(_by_graph(store), format=ox.RdfFormat.TRIG, prefixes=PREFIXES) or b""
    if form == "turtle":
        triples = (quad.triple for quad in _by_graph(store))
        return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    if form == "jsonld":
        return _json_ld(store)
    raise InvalidRequest("{form!r} is no form of a graph; choose from {known}", form=form, known=", ".join(FORMS))


def _by_graph(store: ox.Store) -> Iterator[ox.Quad]:
    """All quads, graph by graph and subject by subject, so that what belongs together is written together."""
    for graph in sorted(store.named_graphs(), key=str):
        yield from store.quads_for_pattern(None, None, None, graph)


def context() -> dict[str, Any]:
    """The JSON-LD context of our terms."""
    text = (files("ontologies") / "context.jsonld").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)["@context"]
    return loaded


def _json_ld(store: ox.Store) -> bytes:
    from rdflib.plugins.serializers.jsonld import from_rdf

    names = context()
    graphs = []
    for name in sorted(store.named_graphs(), key=str):
        graph = rdflib.Graph(bind_namespaces="none")
        for quad in store.quads_for_pattern(None, None, None, name):
            graph.add(to_rdflib(quad.triple))
        written = from_rdf(graph, names)  # type: ignore[no-untyped-call]
        nodes = written.get("@graph", [written]) if isinstance(written, dict) else written
        graphs.append(
            {"@id": name.value, "@graph": [{key: node[key] for key in node if key != "@context"} for node in nodes]}
        )
    return json.dumps({"@context": names, "@graph": graphs}, ensure_ascii=False).encode()
