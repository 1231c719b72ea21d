"""One contract for what searches vectors: FAISS, and Milvus in a file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from cluster_work import PLAN

from ingest.sources import expand
from kg.errors import EngineError
from kg.model import Kind
from kg.settings import Settings
from search_app.search.filters import Filters
from search_app.search.milvus import Collection
from search_app.services import generation
from search_app.services.build import build, remove
from search_app.services.progress import Silent
from search_app.services.serving import open_services

QUESTIONS = ("Bäume für den Marktplatz", "Radweg am Ufer", "Hilfe für Vereine")


@pytest.fixture
def plans(tmp_path: Path) -> list[Path]:
    """Two plans, of Torgau and of Ulm."""
    found = []
    for number, town in enumerate(("Torgau", "Ulm")):
        path = tmp_path / f"{number}.txt"
        path.write_text(PLAN.format(town=town, number=number), encoding="utf-8")
        found.append(path)
    return found


@pytest.fixture(params=["faiss", "milvus"])
def settings(request, tmp_path) -> Settings:
    """An empty workspace for each engine."""
    if request.param == "milvus":
        pytest.importorskip("milvus_lite")
    vectors = "faiss" if request.param == "faiss" else str(tmp_path / "vectors.db")
    return Settings(workspace=tmp_path / "workspace", encoder="dummy", vectors=vectors)


def publish(settings: Settings, *paths: Path) -> str:
    report = build(expand([str(path) for path in paths]), settings, Silent())
    return report.sources[0].published.document_id


def found(settings: Settings) -> list[tuple[str, list[tuple[str, float]]]]:
    """What each question finds, in all towns, in one, and outside of it, and what vectors alone find."""
    filters = (
        Filters(),
        Filters(municipalities=("14730310",)),
        Filters(excluded_municipalities=("14730310",), kinds=(Kind.MEASURE,)),
    )
    answers = []
    with closing(open_services(settings)) as services:
        for text in QUESTIONS:
            for narrowed in filters:
                hits = services.engine.search(text, narrowed, k=5).hits
                answers.append((text, [(hit.entry.item.id, round(hit.score, 2)) for hit in hits]))
            answers.append((text, [(name, 0.0) for name in sorted(services.engine.lists(text, k=50)["dense"])]))
    return answers


def test_engines_find_the_same_after_adding_changing_and_removing(settings, plans, tmp_path) -> None:
    peer = replace(settings, workspace=tmp_path / "peer", vectors="faiss")
    for one in (settings, peer):
        publish(one, *plans)
    assert found(settings) == found(peer)
    plans[0].write_text(plans[0].read_text(encoding="utf-8").replace("Neue Bäume", "Alte Linden"), encoding="utf-8")
    for one in (settings, peer):
        publish(one, plans[0])
    assert found(settings) == found(peer)
    gone = generation.current(settings.workspace).manifest.documents[0].document_id
    for one in (settings, peer):
        remove([gone], one, Silent())
    assert found(settings) == found(peer)
    publish(settings, *plans)
    assert len(list(tmp_path.glob("vectors-*"))) == (3 if settings.milvus else 0)


def test_a_document_is_replaced_and_deleted(tmp_path) -> None:
    pytest.importorskip("milvus_lite")
    collection = Collection(str(tmp_path / "v.db"), "one")
    collection.create(8)
    vectors = np.eye(8, dtype=np.float32)
    collection.upsert("a", np.arange(4), np.arange(4), vectors[:4])
    collection.upsert("b", np.arange(4, 8), np.arange(4, 8), vectors[4:])
    collection.upsert("a", np.arange(2), np.arange(2), vectors[6:])
    collection.finish()
    assert collection.search(vectors[6], None, 10).tolist()[:2] in ([0, 6], [6, 0])
    assert set(collection.search(vectors[0], None, 10).tolist()) == {0, 1, 4, 5, 6, 7}
    assert collection.search(vectors[6], np.asarray([4, 5]), 10).tolist() in ([4, 5], [5, 4])
    collection.delete("b")
    assert set(collection.search(vectors[0], None, 10).tolist()) == {0, 1}
    collection.close()


class _Nonsense(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def nonsense() -> Iterator[str]:
    """The address of a server that is no Milvus."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Nonsense) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("state", ["down", "nonsense"])
def test_a_milvus_that_cannot_be_used_is_named_and_the_old_generation_serves(
    state, nonsense, plans, tmp_path, monkeypatch
) -> None:
    pytest.importorskip("pymilvus")
    monkeypatch.setattr("search_app.search.milvus._SECONDS", 2.0)
    settings = Settings(workspace=tmp_path / "w", encoder="dummy")
    publish(settings, plans[0])
    before = generation.current(settings.workspace).manifest
    address = "http://127.0.0.1:9" if state == "down" else nonsense
    with pytest.raises(EngineError, match=address):
        publish(replace(settings, vectors=address), plans[1])
    assert generation.current(settings.workspace).manifest == before
    assert found(settings)
