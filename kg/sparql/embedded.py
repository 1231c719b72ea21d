"""Answers a query on a store of Oxigraph on disk, opened read-only."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg.errors import QueryError, QueryRefused
from kg.sparql import capped
from kg.sparql.guard import check
from kg.sparql.request import DatasetOf, Request
from kg.sparql.result import Result

_POSITION = "error at "


class Embedded:
    """The store in a directory. Raises OSError where there is none."""

    def __init__(self, directory: Path, services: frozenset[str] = frozenset()) -> None:
        self._services = services
        self._store = ox.Store.read_only(str(directory))

    def answer(self, request: Request) -> Result:
        """What `evaluate` gives."""
        return evaluate(self._store, request, self._services)


def evaluate(store: ox.Store, request: Request, services: frozenset[str] = frozenset()) -> Result:
    """The answer of a store, cut at the request's limits. Without a dataset all named graphs are the default graph.

    `services` are the addresses that SERVICE may ask. Raises QueryRefused and QueryError.
    """
    checked = check(request.text, services, request.base)
    dataset = request.dataset or DatasetOf()
    for graph in (*checked.graphs, *dataset.default, *dataset.named):
        if not store.contains_named_graph(ox.NamedNode(graph)):
            raise unknown_graph(graph)
    try:
        if request.dataset:
            results = store.query(
                request.text,
                base_iri=request.base or None,
                default_graph=[ox.NamedNode(iri) for iri in dataset.default],
                named_graphs=[ox.NamedNode(iri) for iri in dataset.named],
            )
        else:
            whole = not checked.graphs
            results = store.query(request.text, base_iri=request.base or None, use_default_graph_as_union=whole)
    except SyntaxError as error:
        raise syntax_error(str(error)) from error
    if isinstance(results, ox.QueryBoolean):
        return capped.boolean(bool(results))
    if isinstance(results, ox.QuerySolutions):
        return capped.table(results, request.rows, request.size)
    return capped.graph(results, request.rows, request.size)


def unknown_graph(graph: str) -> QueryRefused:
    """The error for a graph that is not published."""
    return QueryRefused(
        "FROM <{graph}>: no graph of this dataset; SELECT DISTINCT ?g {{ GRAPH ?g {{}} }} lists them", graph=graph
    )


def syntax_error(message: str) -> QueryError:
    """The error for what Oxigraph's parser says, with line and column where it says them."""
    place, _, reason = message.removeprefix(_POSITION).partition(": ")
    line, _, column = place.partition(":")
    if not (line.isdigit() and column.isdigit()):
        return QueryError("the query cannot be parsed: {reason}", reason=_short(message))
    return QueryError(
        "line {line}, column {column}: {reason}", line=int(line), column=int(column), reason=_short(reason)
    )


def _short(reason: str) -> str:
    return (reason if len(reason) < 120 else f"{reason[:120]} …").replace("\n", " ")
