"""One contract for what reads, maps and encodes: the processes of this machine, and a Dask cluster."""

from __future__ import annotations

import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from cluster_work import PLAN, code_version, other_version, work

from ingest import bounded
from ingest.bounded import Limits
from ingest.cluster import Cluster
from ingest.outcome import Status
from ingest.sources import expand
from kg.errors import EngineError, InsekError, SourceError
from kg.export import dump
from kg.settings import Settings
from kg.store import oxigraph
from search_app.services import generation
from search_app.services.build import BuildReport, build
from search_app.services.progress import Progress, Silent
from search_app.services.serving import open_services

T = TypeVar("T")
TOWNS = ("Torgau", "Herzberg (Elster)", "Ulm", "Münster")


@pytest.fixture
def plans(tmp_path: Path) -> list[Path]:
    """A plan for each of four towns, and a file that cannot be read."""
    found = []
    for number, town in enumerate(TOWNS):
        path = tmp_path / f"{number}.txt"
        path.write_text(PLAN.format(town=town, number=number), encoding="utf-8")
        found.append(path)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nthis is no PDF at all")
    return [*found[:2], tmp_path / "broken.pdf", *found[2:]]


def run(settings: Settings, paths: list[Path], progress: Progress | None = None) -> BuildReport:
    return build(expand([str(path) for path in paths]), settings, progress or Silent())


def published(settings: Settings) -> dict[str, object]:
    """All that a generation answers with: items with their links, the graph, and a search."""
    services = open_services(settings)
    graph = b"".join(dump(oxigraph.open_read_only(services.store), "nquads"))
    hits = services.engine.search("Bäume für den Marktplatz", k=20).hits
    services.close()
    return {
        "entries": list(services.catalog.entries()),
        "graph": sorted(line for line in graph.splitlines() if b"_:" not in line),
        "hits": [(hit.entry.item.id, round(hit.score, 5)) for hit in hits],
    }


def test_each_result_comes_once_whatever_the_engine(dask) -> None:
    orders = [f"number {number}" for number in range(12)] + ["bad"]
    here = sorted(bounded.each(work, orders, orders, Limits(120), jobs=2), key=lambda one: one[0])
    with Cluster(dask.address, code_version) as cluster:
        there = sorted(cluster.each(work, orders, orders), key=lambda one: one[0])
    assert [(place, str(result)) for place, result in here] == [(place, str(result)) for place, result in there]
    assert isinstance(there[12][1], SourceError)


class Killing(Silent):
    """Kills a process when the first document has been read."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process

    def track(self, what: str, steps: Iterable[T], total: int) -> Iterator[T]:
        for step in steps:
            if what == "Reading":
                self.process.kill()
            yield step


def test_a_cluster_that_loses_a_worker_publishes_what_this_machine_publishes(fragile_dask, plans, tmp_path) -> None:
    here = Settings(workspace=tmp_path / "here", encoder="dummy", jobs=2)
    there = replace(here, workspace=tmp_path / "there", engine=fragile_dask.address)
    reports = [run(here, plans).sources, run(there, plans, Killing(fragile_dask.workers[0])).sources]
    assert fragile_dask.workers[0].poll() is not None
    assert reports[0] == reports[1]
    assert [report.status for report in reports[1]].count(Status.FAILED) == 1
    assert published(here) == published(there)
    assert run(there, plans).changed is False


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(fragile_dask) -> None:
    orders = [f"wait {number}" for number in range(60)]
    found: list[tuple[int, str | InsekError]] = []
    with Cluster(fragile_dask.address, code_version) as cluster:
        for result in cluster.each(work, orders, orders):
            found.append(result)
            if len(found) == 15:
                fragile_dask.workers[0].kill()
    assert sorted(found) == [(place, order.upper()) for place, order in enumerate(orders)]


def test_a_document_that_kills_its_workers_is_given_up(fragile_dask) -> None:
    fragile_dask.workers += [fragile_dask.worker(), fragile_dask.worker(), fragile_dask.worker()]
    with Cluster(fragile_dask.address, code_version) as cluster:
        found = dict(cluster.each(work, ["kill", "a"], ["kill", "a"]))
    assert found[1] == "A"
    assert isinstance(found[0], SourceError)
    assert "kill" in str(found[0])


def test_a_document_beyond_its_deadline_is_stopped_on_the_worker(dask, plans, tmp_path) -> None:
    settings = Settings(workspace=tmp_path / "w", encoder="dummy", engine=dask.address, document_seconds=0.001)
    report = run(settings, plans)
    assert {source.status for source in report.sources} == {Status.FAILED}
    assert "document_seconds" in report.sources[0].issues[0].message


def test_a_scheduler_that_dies_leaves_what_was_published(fragile_dask, plans, tmp_path) -> None:
    settings = Settings(workspace=tmp_path / "w", encoder="dummy")
    before = run(settings, plans[:1]).generation
    with Cluster(fragile_dask.address, code_version) as cluster:
        results = cluster.each(work, ["wait"] * 40, ["wait"] * 40)
        next(results)
        fragile_dask.scheduler.kill()
        with pytest.raises(EngineError, match=fragile_dask.address):
            list(results)
    with pytest.raises(EngineError, match=fragile_dask.address):
        run(replace(settings, engine=fragile_dask.address), plans)
    assert generation.current(settings.workspace).manifest == before.manifest
    assert open_services(settings).engine.search("Radwege", k=1).hits


def test_workers_with_other_code_are_refused(dask) -> None:
    with pytest.raises(EngineError, match="other versions"):
        Cluster(dask.address, other_version)


def test_a_worker_without_room_is_named_after_retries(dask) -> None:
    with (
        Cluster(dask.address, code_version) as cluster,
        pytest.raises(EngineError, match=f"{dask.address}: full failed there, after retries.*No space left"),
    ):
        list(cluster.each(work, ["full"], ["full"]))


def test_workers_that_hang_are_not_waited_for_without_end(fragile_dask, monkeypatch) -> None:
    monkeypatch.setattr("ingest.cluster._FETCH_SECONDS", 0.5)
    with (
        Cluster(fragile_dask.address, code_version, seconds=0.5) as cluster,
        pytest.raises(EngineError, match=f"{fragile_dask.address}: finished nothing within 1 s"),
    ):
        list(cluster.each(work, ["hang"], ["hang"]))


class _Nonsense(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" * 10)
        time.sleep(1)


@pytest.fixture
def nonsense() -> Iterator[str]:
    """A server that is no scheduler."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Nonsense) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"dask://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"dask://127.0.0.1:{server.getsockname()[1]}"


def test_a_scheduler_that_says_nothing_is_named(silent, monkeypatch) -> None:
    monkeypatch.setattr("ingest.cluster._CONNECT_SECONDS", 2.0)
    with pytest.raises(EngineError, match=f"{silent}: no scheduler"):
        Cluster(silent, code_version)


def test_what_is_no_scheduler_is_named(nonsense, monkeypatch) -> None:
    monkeypatch.setattr("ingest.cluster._CONNECT_SECONDS", 2.0)
    with pytest.raises(EngineError, match=f"{nonsense}: no scheduler"):
        Cluster(nonsense, code_version)
