"""Each document is bounded in time and memory, and one that runs wild costs only itself."""

from __future__ import annotations

import os
import time
import zlib
from pathlib import Path

import pytest

from ingest.bounded import Limits, each
from ingest.readers import read
from ingest.sources import SourceRequest, describe
from kg.errors import InsekError, SourceError
from kg.settings import Settings


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


def _read(location: str) -> int:
    path = Path(location)
    document, _ = read(path, describe(SourceRequest(location), path, ""), Settings(ocr="off"))
    return len(document.passages)


def test_a_pdf_that_unpacks_to_gigabytes_costs_only_itself(tmp_path: Path) -> None:
    bomb = tmp_path / "bombe.pdf"
    stream = _packed_spaces(1_000)
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj "
    body = b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(stream)
    bomb.write_bytes(head + page + body + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
    sound = tmp_path / "plan.txt"
    sound.write_text("Ziel eins", encoding="utf-8")
    places = [str(bomb), str(sound)]
    found = dict(each(_read, places, places, Limits(seconds=30, megabytes=1000)))
    assert isinstance(found[0], SourceError)
    assert found[1] == 1


def _packed_spaces(megabytes: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join([*(packer.compress(b" " * 1_000_000) for _ in range(megabytes)), packer.flush()])


def test_a_mistake_of_ours_is_raised() -> None:
    with pytest.raises(KeyError):
        list(each(_work, ["bug"], ["bug"], Limits(seconds=20)))
