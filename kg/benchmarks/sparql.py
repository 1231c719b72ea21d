"""Queries through the guarded door, against pyoxigraph in process and rdflib's own engine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.benchmarks import Row
from kg.benchmarks.plans import synthetic
from kg.ids import iri_path
from kg.sparql.pool import Pool
from kg.sparql.run import query
from kg.store.oxigraph import NamedGraph, open_read_only, write
from kg.terms import to_rdflib
from kg.to_rdf import document_triples

_BASE = "https://w3id.org/insek/"
_PREFIX = (
    "PREFIX insek: <https://w3id.org/insek/def#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX sdg: <http://metadata.un.org/sdg/> "
)
QUERIES = {
    "one label": _PREFIX + "SELECT ?label { ?s a insek:Plan ; <http://purl.org/dc/terms/title> ?label }",
    "100 measures of a target": _PREFIX
    + "SELECT ?m ?label { ?m a insek:Measure ; insek:contributesTo sdg:11.2 ; rdfs:label ?label } LIMIT 100",
    "measures by topic": _PREFIX
    + "SELECT ?t (COUNT(?m) AS ?n) { ?m a insek:Measure ; insek:topic/rdfs:label ?t } GROUP BY ?t",
}


def run(folder: Path, times: int = 100) -> tuple[Row, ...]:
    """For each query the median seconds through the door, beside pyoxigraph's and (three runs) rdflib's."""
    document, plan, links = synthetic(0)
    triples = document_triples(document, plan, links, _BASE)
    write(folder / "store", [NamedGraph(_BASE + iri_path(document.id), triples)], vocabularies=False)
    store = open_read_only(folder / "store")
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(to_rdflib(triple))
    rows = []
    with closing(Pool(folder / "store")) as pool:
        for name, text in QUERIES.items():
            door = _median(times, partial(query, pool, text, seconds=60, rows=10_000))
            native = _median(times, partial(_answer, store, text))
            slow = _median(3, partial(_rdflib, graph, text))
            rows += [Row(name, door, "pyoxigraph in process", native), Row(name, door, "rdflib", slow)]
    return tuple(rows)


def _answer(store: ox.Store, text: str) -> bytes | None:
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=ox.QueryResultsFormat.TSV)


def _rdflib(graph: rdflib.Graph, text: str) -> int:
    return len(list(graph.query(text)))


def _median(times: int, work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
