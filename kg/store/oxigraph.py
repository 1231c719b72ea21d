"""The graph of a generation: Oxigraph on disk, loaded in bulk once, then only read.

No triple stands in two named graphs, so that the union of all graphs, which queries see as their default graph,
has no doubles: what is said of towns goes into a graph of its own, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.errors import EngineError
from kg.terms import from_rdflib
from kg.vocabulary import FILES, graph_iri, turtle

_TOWNS = "id/municipality/"


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """Triples with the IRI of their graph."""

    iri: str
    triples: Iterable[ox.Triple]


def write(directory: Path, graphs: Iterable[rdflib.Graph | NamedGraph], *, vocabularies: bool = True) -> int:
    """Writes a new store with these graphs and the vocabularies into an empty directory; the number of triples.

    Raises EngineError where the directory already holds something.
    """
    if directory.exists() and any(directory.iterdir()):
        raise EngineError("{directory}: not empty; a store is written once, into a new folder", directory=directory)
    directory.mkdir(parents=True, exist_ok=True)
    store = ox.Store(str(directory))
    store.bulk_extend(_quads(graphs))
    for name in FILES if vocabularies else ():
        store.bulk_load(turtle(name), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph_iri(name)))
    store.flush()
    return len(store)


def open_read_only(directory: Path) -> ox.Store:
    """The store in that directory; several processes may open it at once. Raises EngineError where there is none."""
    try:
        return ox.Store.read_only(str(directory))
    except OSError as error:
        raise EngineError("{directory}: no readable store: {reason}", directory=directory, reason=error) from error


def dump(directory: Path, form: str) -> bytes:
    """All triples of the store in that directory as "turtle", "nquads", "trig" or "jsonld". Raises InvalidRequest."""
    from kg.export import dump as written

    return written(open_read_only(directory), form)


def _quads(graphs: Iterable[rdflib.Graph | NamedGraph]) -> Iterator[ox.Quad]:
    towns: set[ox.Triple] = set()
    for graph in graphs:
        iri, triples = _parts(graph)
        name = ox.NamedNode(iri)
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and _TOWNS in triple.subject.value:
                towns.add(triple)
            else:
                yield ox.Quad(triple.subject, triple.predicate, triple.object, name)
    for triple in towns:
        yield ox.Quad(triple.subject, triple.predicate, triple.object, _towns_graph(triple.subject))


def _parts(graph: rdflib.Graph | NamedGraph) -> tuple[str, Iterable[ox.Triple]]:
    if isinstance(graph, NamedGraph):
        return graph.iri, graph.triples
    return str(graph.identifier), from_rdflib(graph)


def _towns_graph(subject: object) -> ox.NamedNode:
    iri = subject.value if isinstance(subject, ox.NamedNode) else ""
    return ox.NamedNode(iri.partition(_TOWNS)[0] + "graph/municipalities")
