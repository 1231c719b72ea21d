"""Work on many documents in processes of their own, each bounded in time and memory: one that runs wild ends alone."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Generic, TypeVar

from kg.errors import InsekError, SourceError

A = TypeVar("A")
R = TypeVar("R")

# Workers are forked from one process that has loaded what all of them need (see `ingest.preload`).
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["ingest.preload"])
_TOO_LONG = "{location}: took longer than the setting document_seconds allows ({seconds:g} s); raise it"
_TOO_LARGE = "{location}: needed more memory than one document may have ({megabytes} MB)"
_CRASHED = "{location}: the reader broke down on this file (exit code {code}); get it again or leave it out"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use: seconds, and megabytes of address space (None for no limit)."""

    seconds: float
    megabytes: int | None = None


def prepare() -> None:
    """Begin to load what workers need, in a process of its own, while the caller has other things to do first."""
    ensure_running()


def each(
    function: Callable[[A], R],
    arguments: Sequence[A],
    names: Sequence[str],
    limits: Limits,
    jobs: int = 1,
    order: Sequence[int] | None = None,
) -> Iterator[tuple[int, R | InsekError]]:
    """The result of `function` for each argument with its place, as they come, from `jobs` processes.

    `order` are the places in the order in which they are begun; by default the first comes first.
    `names` say in errors which document it was. A document over its limits, or one that breaks its process, gives
    a SourceError; an InsekError of the function is handed on; any other exception of the function is raised.
    """
    waiting = list(range(len(arguments)) if order is None else order)[::-1]
    busy: dict[Connection, _Worker[A, R]] = {}
    try:
        idle: list[_Worker[A, R]] = []
        while waiting or busy:
            while waiting and len(busy) < jobs:
                worker = idle.pop() if idle else _Worker(function, limits)
                worker.begin(waiting.pop(), arguments)
                busy[worker.connection] = worker
            left = max(0.0, min(worker.end for worker in busy.values()) - monotonic())
            ready = wait(list(busy), timeout=left)
            for connection, worker in list(busy.items()):
                if connection in ready or monotonic() >= worker.end:
                    del busy[connection]
                    yield worker.place, worker.finish(names[worker.place])
                    if worker.alive:
                        idle.append(worker)
    finally:
        for worker in (*busy.values(), *idle):
            worker.stop()


class _Worker(Generic[A, R]):
    """A process that takes one argument at a time."""

    def __init__(self, function: Callable[[A], R], limits: Limits) -> None:
        self.connection, inner = _CONTEXT.Pipe()
        self.limits = limits
        self.process: BaseProcess = _CONTEXT.Process(target=_serve, args=(function, limits, inner), daemon=False)
        self.process.start()
        inner.close()
        self.place, self.end, self.alive = -1, 0.0, True

    def begin(self, place: int, arguments: Sequence[A]) -> None:
        self.place, self.end = place, monotonic() + self.limits.seconds
        self.connection.send(arguments[place])

    def finish(self, name: str) -> R | InsekError:
        """The answer, or the error that stands for it; afterwards the worker may be gone."""
        if not self.connection.poll():
            self.stop()
            return SourceError(_TOO_LONG, location=name, seconds=self.limits.seconds)
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionError):
            self.stop()
            return SourceError(_CRASHED, location=name, code=self.process.exitcode)
        if isinstance(answer, MemoryError):
            self.stop()
            return SourceError(_TOO_LARGE, location=name, megabytes=self.limits.megabytes)
        if isinstance(answer, Exception) and not isinstance(answer, InsekError):
            self.stop()
            raise answer
        result: R | InsekError = answer
        return result

    def stop(self) -> None:
        self.alive = False
        self.connection.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


def _serve(function: Callable[[A], R], limits: Limits, connection: Connection) -> None:
    if limits.megabytes is not None:
        size = limits.megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    while True:
        try:
            argument = connection.recv()
        except EOFError:
            return
        try:
            connection.send(function(argument))
        except (Exception, MemoryError) as error:  # noqa: BLE001 - the parent decides what becomes of it
            connection.send(error)
