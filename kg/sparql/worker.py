"""A process that answers queries on a store, without network and with little memory.

Run as `python -m kg.sparql.worker DIRECTORY MEGABYTES`. On standard input and output it reads and writes messages:
a line of JSON, then as many bytes as its "size" says. `kg.sparql.pool` is the other end.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import InsekError, QueryError, QueryRefused
from kg.sparql.guard import check

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_M_ARENA_MAX = -8
_POSITION = "error at "


class _Full(Exception):
    """Enough rows or bytes have been written."""


class _Capped:
    """Keeps lines until there are enough of them."""

    def __init__(self, lines: int, size: int) -> None:
        self.parts: list[bytes] = []
        self._lines, self._size = lines, size

    def write(self, data: bytes) -> int:
        self.parts.append(data)
        self._lines -= data.count(b"\n")
        self._size -= len(data)
        if self._lines < 0 or self._size < 0:
            raise _Full
        return len(data)

    def flush(self) -> None:
        """Nothing to do: it is asked of files."""


def evaluate(
    store: ox.Store, text: str, rows: int, size: int, dataset: dict[str, list[str]] | None = None
) -> tuple[str, bytes, bool]:
    """Kind of result ("bindings", "boolean", "graph"), its body, and whether it was cut.

    The body is TSV, "true" or "false", or N-Triples; at most `rows` rows or triples and about `size` bytes.
    `dataset` lists the graphs under "default" and "named". Raises QueryRefused and QueryError.
    """
    checked = check(text)
    named = dataset or {"default": [], "named": []}
    for graph in (*checked.graphs, *named["default"], *named["named"]):
        if not store.contains_named_graph(ox.NamedNode(graph)):
            raise QueryRefused(
                "FROM <{graph}>: no graph of this dataset; SELECT DISTINCT ?g {{ GRAPH ?g {{}} }} lists them",
                graph=graph,
            )
    try:
        if dataset:
            results = store.query(
                text,
                default_graph=[ox.NamedNode(iri) for iri in dataset["default"]],
                named_graphs=[ox.NamedNode(iri) for iri in dataset["named"]],
            )
        else:
            results = store.query(text, use_default_graph_as_union=not checked.graphs)
    except SyntaxError as error:
        raise _syntax_error(str(error)) from error
    if isinstance(results, ox.QueryBoolean):
        return "boolean", b"true" if results else b"false", False
    kind = "bindings" if isinstance(results, ox.QuerySolutions) else "graph"
    body, cut = _written(results, rows + (kind == "bindings"), size)
    return kind, body, cut


def _written(results: Any, lines: int, size: int) -> tuple[bytes, bool]:
    output = _Capped(lines, size)
    is_table = isinstance(results, ox.QuerySolutions)
    try:
        results.serialize(output, format=ox.QueryResultsFormat.TSV if is_table else ox.RdfFormat.N_TRIPLES)
    except _Full:
        whole = b"".join(output.parts).split(b"\n")[:-1][:lines]
        ends = accumulate(len(line) + 1 for line in whole)
        return b"".join(line + b"\n" for line, end in zip(whole, ends, strict=True) if end <= size), True
    return b"".join(output.parts), False


def _syntax_error(message: str) -> QueryError:
    place, _, reason = message.removeprefix(_POSITION).partition(": ")
    line, _, column = place.partition(":")
    if not (line.isdigit() and column.isdigit()):
        return QueryError("the query cannot be parsed: {reason}", reason=message)
    short = reason if len(reason) < 120 else f"{reason[:120]} …"
    return QueryError(
        "line {line}, column {column}: {reason}", line=int(line), column=int(column), reason=short.replace("\n", " ")
    )


def _confine(megabytes: int) -> None:
    """No network from here on, where the kernel allows it, and a limit on memory."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    # Each thread's own heap would reserve 64 MB of addresses, which count against the limit.
    libc.mallopt(_M_ARENA_MAX, 1)
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(store: ox.Store, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        kind, body, cut = evaluate(store, request["text"], request["rows"], request["size"], request["dataset"])
    except InsekError as error:
        return {"error": type(error).__name__, "template": error.template, "params": error.params}, b""
    except MemoryError:
        return {"error": "QueryRefused", "template": "the query needs more memory than is allowed", "params": {}}, b""
    except (OSError, ValueError, RuntimeError) as error:
        template = "the query failed while it ran: {reason}"
        return {"error": "QueryRefused", "template": template, "params": {"reason": str(error)}}, b""
    return {"kind": kind, "truncated": cut}, body


def main(directory: str, megabytes: str) -> None:
    """Answers until the other end is closed."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _confine(int(megabytes))
    store = ox.Store.read_only(str(Path(directory)))
    _send(answers, {"ready": True}, b"")
    for line in requests:
        request = json.loads(line)
        _send(answers, *_answer(store, request))


def _send(stream: IO[bytes], head: dict[str, Any], body: bytes) -> None:
    stream.write(json.dumps(head | {"size": len(body)}).encode() + b"\n" + body)
    stream.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
