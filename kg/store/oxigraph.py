"""The graph of a generation: Oxigraph on disk, loaded in bulk once, then only read.

The way in is N-Quads, one stream for all documents: Oxigraph's own bulk load reads it at its full speed, and the text
of a document that did not change is kept as it is. No triple stands in two named graphs, so that the union of all
graphs, which queries see as their default graph, has no doubles: what is said of towns goes into a graph of its own.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.errors import EngineError
from kg.terms import from_rdflib
from kg.vocabulary import FILES, graph_iri, turtle

_TOWNS = b"/id/municipality/"
_TOWNS_GRAPH = "graph/municipalities"
_END = b" .\n"


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """Triples with the IRI of their graph."""

    iri: str
    triples: Iterable[ox.Triple]


def nquads(graph: rdflib.Graph | NamedGraph) -> bytes:
    """A graph as N-Quads; what it says of towns stands in the graph of towns."""
    iri, triples = _parts(graph)
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    own: list[bytes] = []
    towns: list[bytes] = []
    for line in text.splitlines(keepends=True):
        (towns if _TOWNS in line[: line.index(b">")] else own).append(line)
    return _inside(b"".join(own), iri) + _inside(b"".join(towns), iri.partition("id/")[0] + _TOWNS_GRAPH)


def write(directory: Path, graphs: Iterable[rdflib.Graph | NamedGraph], *, vocabularies: bool = True) -> int:
    """Writes a new store with these graphs and the vocabularies into an empty directory; the number of triples.

    Raises EngineError where the directory already holds something.
    """
    return load(directory, map(nquads, graphs), vocabularies=vocabularies)


def load(directory: Path, parts: Iterable[bytes], *, vocabularies: bool = True) -> int:
    """The same from N-Quads, one text after the other; one of them is in memory at a time."""
    if directory.exists() and any(directory.iterdir()):
        raise EngineError("{directory}: not empty; a store is written once, into a new folder", directory=directory)
    directory.mkdir(parents=True, exist_ok=True)
    store = ox.Store(str(directory))
    extend(store, parts)
    for name in FILES if vocabularies else ():
        store.bulk_load(turtle(name), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph_iri(name)))
    store.flush()
    return len(store)


def revise(
    previous: Path,
    directory: Path,
    gone: Iterable[str],
    towns: Collection[str],
    parts: Iterable[bytes],
    new: Iterable[str],
) -> int:
    """Writes a new store: the one in `previous` without the graphs named `gone`, with the N-Quads `parts`, which hold
    the graphs named `new`. By how much it grew.

    What is said of the towns (AGS) is replaced by what the parts say of them. The two stores share the files that
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
    extend(store, parts)
    store.flush()
    told = sum(_town(quad.subject) in towns for name in _towns_graphs(store) for quad in _of_graph(store, name))
    return change - len(stale) + told + sum(_size(store, ox.NamedNode(name)) for name in new)


def extend(store: ox.Store, parts: Iterable[bytes]) -> None:
    """Loads N-Quads, one text after the other, as if they were one file."""
    store.bulk_load(io.BufferedReader(_Stream(parts), 1 << 20), ox.RdfFormat.N_QUADS)


def said_of(directory: Path, iri: str, towns: Collection[str]) -> bytes:
    """What a store says in that graph, and of these towns (AGS), as N-Quads."""
    store = open_read_only(directory)
    about = [quad for name in _towns_graphs(store) for quad in _of_graph(store, name) if _town(quad.subject) in towns]
    return ox.serialize([*_of_graph(store, ox.NamedNode(iri)), *about], format=ox.RdfFormat.N_QUADS) or b""


def open_read_only(directory: Path) -> ox.Store:
    """The store in that directory; several processes may open it at once. Raises EngineError where there is none."""
    try:
        return ox.Store.read_only(str(directory))
    except OSError as error:
        raise EngineError("{directory}: no readable store: {reason}", directory=directory, reason=error) from error


class _Stream(io.RawIOBase):
    """Texts as one file. A load for each would take 1.6 times as long and make the store half as large again."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts, self._left = iter(parts), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = memoryview(part)
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def _inside(triples: bytes, graph: str) -> bytes:
    """N-Triples as N-Quads of that graph. Line breaks inside of texts are escaped, so a full stop ends each line."""
    return triples.replace(_END, f" <{graph}>".encode() + _END)


def _of_graph(store: ox.Store, name: ox.NamedNode) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, None, None, name)


def _size(store: ox.Store, name: ox.NamedNode) -> int:
    return sum(1 for _ in _of_graph(store, name))


def _town(subject: object) -> str:
    """The AGS of the town that a subject belongs to."""
    iri = subject.value if isinstance(subject, ox.NamedNode) else ""
    return iri.rpartition(_TOWNS.decode())[2].partition("#")[0]


def _towns_graphs(store: ox.Store) -> list[ox.NamedNode]:
    names = store.named_graphs()
    return [name for name in names if isinstance(name, ox.NamedNode) and name.value.endswith(_TOWNS_GRAPH)]


def _parts(graph: rdflib.Graph | NamedGraph) -> tuple[str, Iterable[ox.Triple]]:
    if isinstance(graph, NamedGraph):
        return graph.iri, graph.triples
    return str(graph.identifier), from_rdflib(graph)
