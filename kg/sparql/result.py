"""What a query answered, in the form in which it leaves the process that ran it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

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
