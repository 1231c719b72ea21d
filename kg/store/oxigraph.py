"""The graph of a generation: Oxigraph on disk, loaded in bulk once, then only read.

No triple stands in two named graphs, so that the union of all graphs, which queries see as their default graph,
has no doubles: what is said of towns goes into a graph of its own, once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.errors import EngineError
from kg.terms import from_rdflib
from kg.vocabulary import FILES, graph_iri, turtle

_TOWNS = "id/municipality/"
_TOWNS_GRAPH = "graph/municipalities"


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


def revise(
    previous: Path,
    directory: Path,
    gone: Iterable[str],
    towns: Collection[str],
    graphs: Iterable[rdflib.Graph | NamedGraph],
) -> int:
    """Writes a new store: the one in `previous` without the graphs named `gone`, with these. By how much it grew.

    What is said of the towns (AGS) is replaced by what the graphs say of them. The two stores share the files that
    did not change, so this costs what the change costs.
    """
    open_read_only(previous).backup(str(directory))
    store = ox.Store(str(directory))
    change = 0
    for iri in gone:
        name = ox.NamedNode(iri)
        change -= _size(store, name)
        store.remove_graph(name)
    stale = [quad for name in _towns_graphs(store) for quad in _of_graph(store, name) if _town(quad.subject) in towns]
    for quad in stale:
        store.remove(quad)
    written: set[ox.NamedNode] = set()
    store.bulk_extend(_noting(_quads(graphs), written))
    store.flush()
    fresh = [name for name in written if not name.value.endswith(_TOWNS_GRAPH)]
    told = sum(_town(quad.subject) in towns for name in _towns_graphs(store) for quad in _of_graph(store, name))
    return change - len(stale) + told + sum(_size(store, name) for name in fresh)


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


def _noting(quads: Iterable[ox.Quad], names: set[ox.NamedNode]) -> Iterator[ox.Quad]:
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            names.add(quad.graph_name)
        yield quad


def _of_graph(store: ox.Store, name: ox.NamedNode) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, None, None, name)


def _size(store: ox.Store, name: ox.NamedNode) -> int:
    return sum(1 for _ in _of_graph(store, name))


def _town(subject: object) -> str:
    """The AGS of the town that a subject belongs to."""
    iri = subject.value if isinstance(subject, ox.NamedNode) else ""
    return iri.rpartition(_TOWNS)[2].partition("#")[0]


def _towns_graphs(store: ox.Store) -> list[ox.NamedNode]:
    names = store.named_graphs()
    return [name for name in names if isinstance(name, ox.NamedNode) and name.value.endswith(_TOWNS_GRAPH)]


def _parts(graph: rdflib.Graph | NamedGraph) -> tuple[str, Iterable[ox.Triple]]:
    if isinstance(graph, NamedGraph):
        return graph.iri, graph.triples
    return str(graph.identifier), from_rdflib(graph)


def _towns_graph(subject: object) -> ox.NamedNode:
    iri = subject.value if isinstance(subject, ox.NamedNode) else ""
    return ox.NamedNode(iri.partition(_TOWNS)[0] + _TOWNS_GRAPH)
