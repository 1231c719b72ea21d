"""Running a query on a published store: guarded, within a deadline, capped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.sparql.guard import check
from kg.sparql.pool import DatasetOf, Pool

MAX_BYTES = 50_000_000
"""The largest body that is answered; a longer one is cut at a row."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a query answered. `kind` is "bindings", "boolean" or "graph"; `truncated` says that more rows were cut.

    `body` is the answer as TSV, "true" or "false", or N-Triples; `kg.sparql.formats.serialise` gives other forms.
    """

    kind: str
    body: bytes
    truncated: bool = False

    @property
    def boolean(self) -> bool:
        """The answer to ASK."""
        return self.body == b"true"

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns of a SELECT, without their question mark."""
        head = self.body.partition(b"\n")[0].decode() if self.kind == "bindings" else ""
        return tuple(name.removeprefix("?") for name in head.split("\t") if name)

    def rows(self) -> Iterator[tuple[Term, ...]]:
        """The rows of a SELECT as terms of Oxigraph, None where unbound."""
        parsed = ox.parse_query_results(self.body, format=ox.QueryResultsFormat.TSV)
        if isinstance(parsed, ox.QuerySolutions):
            yield from (tuple(row) for row in parsed)

    def triples(self) -> Iterator[ox.Quad]:
        """The triples of a CONSTRUCT or DESCRIBE."""
        yield from ox.parse(self.body, ox.RdfFormat.N_TRIPLES)


def query(
    store: Path | Pool,
    text: str,
    *,
    seconds: float,
    rows: int,
    size: int = MAX_BYTES,
    dataset: DatasetOf | None = None,
) -> Result:
    """Answers a SPARQL 1.1 query over the union of all named graphs of the store in that directory.

    `dataset` names the graphs to look at instead, as the protocol's parameters do; it goes before FROM in the query.
    Give a Pool where there are many queries: a directory starts a process for this one. Raises QueryRefused for what
    writes or reaches out, QueryError with line and column, QueryTimeout at the deadline.
    """
    check(text)
    if isinstance(store, Pool):
        return Result(*store.ask(text, seconds=seconds, rows=rows, size=size, dataset=dataset))
    with closing(Pool(store, size=1, spare=False)) as pool:
        return Result(*pool.ask(text, seconds=seconds, rows=rows, size=size, dataset=dataset))
