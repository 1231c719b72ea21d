"""Each document is bounded in time and memory, and one that runs wild costs only itself."""

from __future__ import annotations

import os
import time

import pytest

from ingest.bounded import Limits, each
from kg.errors import InsekError, SourceError


def _work(order: str) -> str:
    if order == "slow":
        time.sleep(60)
    if order == "large":
        return str(len(bytearray(4_000_000_000)))
    if order == "crash":
        os.abort()
    if order == "bad":
        raise SourceError("{location}: no good", location=order)
    if order == "bug":
        raise KeyError(order)
    return order.upper()


def test_a_wild_document_costs_only_itself() -> None:
    orders = ["a", "slow", "large", "crash", "bad", "b", "c"]
    began = time.monotonic()
    found = dict(each(_work, orders, orders, Limits(seconds=3, megabytes=2000), jobs=2))
    assert time.monotonic() - began < 30
    assert [found[place] for place in (0, 5, 6)] == ["A", "B", "C"]
    messages = {orders[place]: str(result) for place, result in found.items() if isinstance(result, InsekError)}
    assert set(messages) == {"slow", "large", "crash", "bad"}
    assert "document_seconds" in messages["slow"]
    assert "memory" in messages["large"]
    assert "exit code" in messages["crash"]


def test_a_mistake_of_ours_is_raised() -> None:
    with pytest.raises(KeyError):
        list(each(_work, ["bug"], ["bug"], Limits(seconds=20)))
