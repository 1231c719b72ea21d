"""What is asked of a store: a query with its dataset and its limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatasetOf:
    """Graphs (IRIs) that a query sees: merged as its default graph, and by their names."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A query, with its deadline, the most rows and bytes of its answer, and what relative IRIs in it stand to."""

    text: str
    rows: int
    size: int
    seconds: float = 60.0
    dataset: DatasetOf | None = None
    base: str = ""
