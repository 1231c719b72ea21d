"""Building the graph of many plans, against Oxigraph's own bulk load of the very same triples."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.benchmarks import Row
from kg.benchmarks.plans import synthetic
from kg.ids import iri_path
from kg.store.oxigraph import NamedGraph, write
from kg.to_rdf import document_triples

_BASE = "https://w3id.org/insek/"


def run(folder: Path, plans: int = 20) -> tuple[int, tuple[Row, ...]]:
    """Number of triples, and the seconds from plans to a store on disk beside those of two bulk loads.

    The peers get their quads for nothing: as N-Quads in memory, and as a list of Oxigraph's own objects.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = [synthetic(number) for number in range(plans)]

    def graphs() -> Iterator[NamedGraph]:
        for document, plan, links in made:
            yield NamedGraph(_BASE + iri_path(document.id), document_triples(document, plan, links, _BASE))

    ours = _seconds(lambda: write(folder / "ours", graphs(), vocabularies=False))
    quads = [
        ox.Quad(each.subject, each.predicate, each.object, ox.NamedNode(graph.iri))
        for graph in graphs()
        for each in graph.triples
    ]
    text = io.BytesIO(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    load, extend = ox.Store(str(folder / "load")), ox.Store(str(folder / "extend"))
    loaded = _seconds(lambda: load.bulk_load(text, format=ox.RdfFormat.N_QUADS))
    extended = _seconds(lambda: extend.bulk_extend(quads))
    task = f"{plans} plans to a store on disk"
    return len(quads), (
        Row(task, ours, "pyoxigraph bulk_load of N-Quads", loaded),
        Row(task, ours, "pyoxigraph bulk_extend of ready quads", extended),
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
