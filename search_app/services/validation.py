"""Checking a published generation: the shapes on each document's graph, the rules on the whole."""

from __future__ import annotations

import pyoxigraph as ox

from kg import validate
from kg.ids import iri_path
from kg.store import oxigraph
from kg.validate import Finding
from search_app.services.generation import Generation


def findings(generation: Generation) -> tuple[Finding, ...]:
    """All that breaks a rule, violations first."""
    store = oxigraph.open_read_only(generation.store)
    base = generation.manifest.base_iri
    towns = [
        quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(f"{base}graph/municipalities"))
    ]
    found = list(validate.verify(store))
    for document in generation.manifest.documents:
        found += validate.check_document([*_triples(store, base + iri_path(document.document_id)), *towns])
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda finding: finding.severity != "violation"))


def _triples(store: ox.Store, graph: str) -> list[ox.Triple]:
    return [quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph))]
