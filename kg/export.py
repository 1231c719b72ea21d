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

_SYNTAX = {"turtle": ox.RdfFormat.TURTLE, "nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
FORMS = (*_SYNTAX, "jsonld")
"""What a graph can be written as. Turtle leaves out which graph a triple stands in."""


def dump(store: ox.Store, form: str) -> Iterator[bytes]:
    """All triples of a store in that form, piece by piece, each a named graph: memory is that of the largest graph.

    Raises InvalidRequest for a form that is not in FORMS.
    """
    if form not in FORMS:
        raise InvalidRequest("{form!r} is no form of a graph; choose from {known}", form=form, known=", ".join(FORMS))
    return _json_ld(store) if form == "jsonld" else _pieces(store, form)


def _pieces(store: ox.Store, form: str) -> Iterator[bytes]:
    prefixes = None if form == "nquads" else PREFIXES
    for graph in _graphs(store):
        quads = store.quads_for_pattern(None, None, None, graph)
        statements = (quad.triple for quad in quads) if form == "turtle" else quads
        yield ox.serialize(statements, format=_SYNTAX[form], prefixes=prefixes) or b""


def _graphs(store: ox.Store) -> list[ox.NamedNode | ox.BlankNode]:
    return sorted(store.named_graphs(), key=str)


def context() -> dict[str, Any]:
    """The JSON-LD context of our terms."""
    text = (files("ontologies") / "context.jsonld").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)["@context"]
    return loaded


def _json_ld(store: ox.Store) -> Iterator[bytes]:
    from rdflib.plugins.serializers.jsonld import from_rdf

    names = context()
    yield b'{"@context": ' + json.dumps(names, ensure_ascii=False).encode() + b', "@graph": ['
    for place, name in enumerate(_graphs(store)):
        graph = rdflib.Graph(bind_namespaces="none")
        for quad in store.quads_for_pattern(None, None, None, name):
            graph.add(to_rdflib(quad.triple))
        written = from_rdf(graph, names)  # type: ignore[no-untyped-call]
        nodes = written.get("@graph", [written]) if isinstance(written, dict) else written
        bare = [{key: node[key] for key in node if key != "@context"} for node in nodes]
        piece = json.dumps({"@id": name.value, "@graph": bare}, ensure_ascii=False).encode()
        yield piece if place == 0 else b", " + piece
    yield b"]}"
