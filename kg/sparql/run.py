"""Running a query on a published store: guarded, within a deadline, capped."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from kg.sparql.pool import Pool
from kg.sparql.request import DatasetOf, Request
from kg.sparql.result import Result

MAX_BYTES = 50_000_000
"""The largest body that is answered; a longer one is cut at a row."""

BASE = "https://w3id.org/insek/"
"""What relative IRIs in a query stand to, where nothing else is said."""


def query(
    store: Path | Pool,
    text: str,
    *,
    seconds: float,
    rows: int,
    size: int = MAX_BYTES,
    dataset: DatasetOf | None = None,
    base: str = BASE,
) -> Result:
    """Answers a SPARQL 1.1 query over the union of all named graphs of the store in that directory.

    `dataset` names the graphs to look at instead, as the protocol's parameters do; it goes before FROM in the query.
    Give a Pool where there are many queries: a directory starts a process for this one. Raises QueryRefused for what
    writes or reaches out, QueryError with line and column, QueryTimeout at the deadline.
    """
    request = Request(text, rows, size, seconds, dataset, base)
    if isinstance(store, Pool):
        return store.ask(request)
    with closing(Pool(store, size=1, spare=False)) as pool:
        return pool.ask(request)
