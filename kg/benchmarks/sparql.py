"""Queries through the guarded door, against pyoxigraph in process, the Oxigraph server and rdflib's own engine."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
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
    """For each query the median seconds through the door, beside its peers, asked in turns.

    The peers are pyoxigraph in process, the Oxigraph server on loopback where it is installed, and rdflib (three runs).
    """
    document, plan, links = synthetic(0)
    triples = document_triples(document, plan, links, _BASE)
    write(folder / "store", [NamedGraph(_BASE + iri_path(document.id), triples)], vocabularies=False)
    store = open_read_only(folder / "store")
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(to_rdflib(triple))
    rows = []
    with closing(Pool(folder / "store")) as pool, _server(folder / "store") as server:
        for name, text in QUERIES.items():
            ways: dict[str, Callable[[], object]] = {
                "door": partial(query, pool, text, seconds=60, rows=10_000),
                "pyoxigraph in process": partial(_answer, store, text),
            }
            if server:
                ways["Oxigraph server"] = partial(_posted, server, text)
            medians = _medians(times, ways) | _medians(3, {"rdflib": partial(_rdflib, graph, text)})
            rows += [Row(name, medians["door"], peer, taken) for peer, taken in medians.items() if peer != "door"]
    return tuple(rows)


@contextmanager
def _server(store: Path) -> Iterator[str | None]:
    """The address of an Oxigraph server on that store; None where its program is not installed."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--union-default-graph"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            time.sleep(0.05)
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.kill()
        process.wait()


def _posted(address: str, text: str) -> bytes:
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/tab-separated-values"}
    with urllib.request.urlopen(urllib.request.Request(address, text.encode(), headers)) as answer:
        body: bytes = answer.read()
    return body


def _answer(store: ox.Store, text: str) -> bytes | None:
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=ox.QueryResultsFormat.TSV)


def _rdflib(graph: rdflib.Graph, text: str) -> int:
    return len(list(graph.query(text)))


def _medians(times: int, ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(times + 1):
        for name, work in ways.items():
            started = time.perf_counter()
            work()
            if turn:  # the first is to warm up
                taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}
