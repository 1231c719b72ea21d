"""Real engines as processes on loopback, each on a port of its own, ended after the tests that asked for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client
from servers import free_port, oxigraph_serving, running, wait_for

_START_SECONDS = 180.0


class DaskCluster:
    """A scheduler and two workers, each a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"dask://127.0.0.1:{self.port}"
        self.folder = folder
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        wait_for(self.port, self.scheduler)
        self.workers = [self.worker(), self.worker()]
        with Client(f"tcp://127.0.0.1:{self.port}", timeout=_START_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(len(self.workers), timeout=_START_SECONDS)

    def worker(self) -> subprocess.Popen:
        options = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1")
        return self._start("worker", f"tcp://127.0.0.1:{self.port}", *options, "--local-directory", str(self.folder))

    def _start(self, *words: str) -> subprocess.Popen:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        with (self.folder / "dask.log").open("ab") as log:
            command = [sys.executable, "-m", "dask", *words]
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=self.folder)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def _cluster(folder: Path) -> Iterator[DaskCluster]:
    folder.mkdir(parents=True)
    cluster = DaskCluster(folder)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A Dask cluster of two workers."""
    yield from _cluster(tmp_path_factory.mktemp("engine") / "dask")


@pytest.fixture
def fragile_dask(tmp_path: Path) -> Iterator[DaskCluster]:
    """Another one for a single test, whose processes the test may kill."""
    yield from _cluster(tmp_path / "dask")


@pytest.fixture(scope="module")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of an Oxigraph server."""
    with oxigraph_serving(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of a Virtuoso server with its first password."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Debian's virtuoso-opensource-7 is not installed")
    folder = tmp_path_factory.mktemp("virtuoso")
    port, console = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(folder=folder, port=port, console=console), encoding="utf-8")
    with running([program, "+foreground", "+configfile", str(folder / "virtuoso.ini")], port, cwd=folder):
        yield f"http://dba:dba@127.0.0.1:{port}/sparql"


_VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{console}
DirsAllowed = {folder}
NumberOfBuffers = 20000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 100000
"""
