"""One contract for what searches vectors: FAISS, Milvus in a file, and a Milvus server."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import grpc
import numpy as np
import pytest
from cluster_work import PLAN
from pymilvus import MilvusClient

from ingest.sources import expand
from kg.errors import EngineError
from kg.model import Kind
from kg.settings import Settings
from search_app.search.filters import Filters
from search_app.search.milvus import Collection
from search_app.services import collections, generation
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


MILVUS = ["file", pytest.param("server", marks=pytest.mark.engines)]


@pytest.fixture(params=MILVUS)
def milvus(request, tmp_path) -> str:
    """The address of an empty Milvus: a file, or the server that `with_milvus.py` started."""
    pytest.importorskip("milvus_lite")
    if request.param == "file":
        return str(tmp_path / "vectors.db")
    return os.environ.get("INSEK_TEST_MILVUS") or pytest.skip(
        "no Milvus server: run `make test-engines`, or name one's address in INSEK_TEST_MILVUS"
    )


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
            answers.append(
                (text, [(name, 0.0) for name in sorted(services.engine.lists(text, Filters(), 50)["dense"])])
            )
    return answers


def test_milvus_finds_what_faiss_finds_after_adding_changing_and_removing(milvus, plans, tmp_path) -> None:
    peer = Settings(workspace=tmp_path / "peer", encoder="dummy")
    settings = replace(peer, workspace=tmp_path / "workspace", vectors=milvus)
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


def test_an_interrupted_publication_leaves_the_old_one_and_the_next_clears_up(
    milvus, plans, tmp_path, monkeypatch
) -> None:
    settings = Settings(workspace=tmp_path / "workspace", encoder="dummy", vectors=milvus)
    publish(settings, plans[0])
    before, serving = found(settings), kept(settings)
    with monkeypatch.context() as broken:
        broken.setattr(generation, "publish", _stop)
        with pytest.raises(EngineError, match="power cut"):
            publish(settings, plans[1])
    assert found(settings) == before
    assert len(kept(settings)[0]) == 2
    assert kept(settings)[1] == serving[1]
    publish(settings, plans[1])
    names, served = kept(settings)
    ids = [one.manifest.id for one in generation.kept(settings.workspace)]
    assert sorted(name.partition("_")[2].partition("_")[2] for name in names) == sorted(
        one.replace("-", "_") for one in ids
    )
    assert served in (None, names[-1])


def kept(settings: Settings) -> tuple[list[str], str | None]:
    """The collections of a workspace, and the one that the alias names on a server."""
    prefix = collections.opened(generation.current(settings.workspace).manifest, settings)
    with closing(prefix) as collection:
        start = collection.name[: len("insek_12345678_")]
        if settings.vectors.endswith(".db"):
            files = Path(settings.vectors).parent.glob(f"vectors-{start}*.db")
            return sorted(path.stem.removeprefix("vectors-") for path in files), None
        client = MilvusClient(settings.vectors)
        names = sorted(name for name in client.list_collections() if name.startswith(start))
        return names, client.describe_alias(f"{start}current")["collection_name"]


def _stop(*_: object) -> None:
    raise EngineError("power cut")


def test_a_document_is_replaced_and_deleted(milvus) -> None:
    collection = Collection(milvus, "insek_test_one")
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


class _Odd(grpc.GenericRpcHandler):
    """Welcomes a client, as a Milvus of any version does, and misbehaves at all else."""

    def __init__(self, behaviour: str) -> None:
        self.behaviour, self.asked = behaviour, 0

    def service(self, details) -> object:
        name = details.method.rpartition("/")[2]
        return grpc.unary_unary_rpc_method_handler(self._welcome if name == "Connect" else self._misbehave)

    def _welcome(self, *_: object) -> bytes:
        return b""

    def _misbehave(self, _request: bytes, context) -> bytes:
        self.asked += 1
        if self.behaviour == "slow":
            time.sleep(0.6)
        if self.behaviour == "full":
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "disk quota exhausted")
        if self.behaviour == "another version":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "unknown method")
        return b"hello, this is no Milvus"


@contextmanager
def odd(behaviour: str) -> Iterator[tuple[str, _Odd]]:
    """The address of a server that behaves like that."""
    handler = _Odd(behaviour)
    server = grpc.server(ThreadPoolExecutor(8), handlers=[handler])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"http://127.0.0.1:{port}", handler
    server.stop(0)


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("down", ""),
        ("slow", "DEADLINE_EXCEEDED"),
        ("full", "RESOURCE_EXHAUSTED.*disk quota"),
        ("another version", "UNIMPLEMENTED"),
        ("nonsense", "INTERNAL"),
    ],
)
def test_a_milvus_that_misbehaves_is_named_and_the_old_generation_serves(
    behaviour, said, plans, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("search_app.search.milvus._SECONDS", 2.0)
    monkeypatch.setattr("search_app.search.milvus._CALL_SECONDS", 0.3)
    monkeypatch.setattr("search_app.search.milvus._SEARCH_SECONDS", 0.3)
    settings = Settings(workspace=tmp_path / "w", encoder="dummy")
    publish(settings, plans[0])
    before = generation.current(settings.workspace).manifest
    with odd(behaviour) as (address, handler):
        address = "http://127.0.0.1:9" if behaviour == "down" else address
        with pytest.raises(EngineError, match=f"{address}.*{said}"):
            publish(replace(settings, vectors=address), plans[1])
        assert behaviour in ("down", "nonsense") or handler.asked == 3
        assert found(replace(settings, vectors=address)) == found(settings) != []
    assert generation.current(settings.workspace).manifest == before
