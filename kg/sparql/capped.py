"""Answers that are cut at a number of rows or bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.sparql.result import Result

if TYPE_CHECKING:
    from typing_extensions import Buffer


class _Full(Exception):
    """Enough rows or bytes have been written."""


class _Capped(io.BytesIO):
    """Keeps lines until there are enough of them."""

    def __init__(self, lines: int, size: int) -> None:
        super().__init__()
        self._most = (lines, size)
        self._lines = 0

    def write(self, data: Buffer) -> int:
        """Raises _Full when there is enough."""
        self._lines += bytes(data).count(b"\n")
        written = super().write(data)
        if self._lines > self._most[0] or self.tell() > self._most[1]:
            raise _Full
        return written

    def whole_lines(self) -> bytes:
        """The lines that are complete and fit."""
        lines, size = self._most
        whole = self.getvalue().split(b"\n")[:-1][:lines]
        ends = accumulate(len(line) + 1 for line in whole)
        return b"".join(line + b"\n" for line, end in zip(whole, ends, strict=True) if end <= size)


def table(results: ox.QuerySolutions, rows: int, size: int) -> Result:
    """The first `rows` rows, in at most `size` bytes."""
    output = _Capped(rows + 1, size)
    return _answer("bindings", output, lambda: results.serialize(output, format=ox.QueryResultsFormat.TSV))


def graph(triples: Iterable[ox.Triple] | Iterable[ox.Quad], rows: int, size: int) -> Result:
    """The first `rows` triples, in at most `size` bytes."""
    output = _Capped(rows, size)
    return _answer("graph", output, lambda: ox.serialize(triples, output, format=ox.RdfFormat.N_TRIPLES))


def boolean(value: bool) -> Result:
    """Yes or no."""
    return Result("boolean", b"true" if value else b"false")


def _answer(kind: str, output: _Capped, write_all: Callable[[], object]) -> Result:
    try:
        write_all()
    except _Full:
        return Result(kind, output.whole_lines(), truncated=True)
    return Result(kind, output.getvalue())
