"""Building the graph of many plans, against Oxigraph's own bulk load of the very same triples."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.benchmarks import Row
from kg.benchmarks.plans import synthetic
from kg.ids import iri_path
from kg.model import Alignment, Document, Plan
from kg.store.oxigraph import NamedGraph, extend, nquads
from kg.to_rdf import document_triples

PLANS = 1000
_BATCH = 50
_BASE = "https://w3id.org/insek/"


def run(folder: Path, plans: int = PLANS) -> tuple[int, Row]:
    """Number of triples, and the seconds from plans to a store on disk beside those of Oxigraph's bulk load.

    We make the triples, in one process, and load them; the peer gets them for nothing, as a file of N-Quads. Both
    stores grow side by side, by 50 plans in turn, so that other work on the machine slows both. 1,000 plans (47
    million triples) take some half an hour and 16 GB of disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ours, theirs = ox.Store(str(folder / "ours")), ox.Store(str(folder / "theirs"))
    text = folder / "batch.nq"
    spent, loaded = 0.0, 0.0
    for first in range(0, plans, _BATCH):
        made = [synthetic(number) for number in range(first, min(first + _BATCH, plans))]
        text.write_bytes(b"".join(_texts(made)))
        spent += _seconds(lambda: extend(ours, _texts(made)))  # noqa: B023 - called at once
        loaded += _seconds(lambda: theirs.bulk_load(path=text, format=ox.RdfFormat.N_QUADS))
    task = f"{plans} plans to a store on disk"
    return len(ours), Row(task, spent, "pyoxigraph bulk_load of N-Quads", loaded)


def _texts(plans: Iterable[tuple[Document, Plan, tuple[Alignment, ...]]]) -> Iterator[bytes]:
    for document, plan, links in plans:
        yield nquads(NamedGraph(_BASE + iri_path(document.id), document_triples(document, plan, links, _BASE)))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
