"""Worker processes that wait for queries. One that passes its deadline is killed; a spare takes its place.

A query that is still at work after a second moves to the lane of long queries, which has as many places, yields to the
short ones, and turns queries away when it is full: however many long queries are sent, short ones are answered.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock, Thread

from kg.errors import InsekError, QueryBusy, QueryRefused, QueryTimeout
from kg.sparql.process import Closed, Late, Process
from kg.sparql.request import Request
from kg.sparql.result import Result

_SHORT_SECONDS = 1.0
_REMEMBERED, _REMEMBERED_SECONDS = 1_000, 60.0


@dataclass(frozen=True, slots=True)
class PoolState:
    """How many processes wait for a query, and how many queries are at work and how many processes were killed."""

    idle: int
    short: int
    long: int
    killed: int


class _Lane:
    """Places for queries at work, and for those that wait for one."""

    def __init__(self, size: int, waiting: int) -> None:
        self._places = BoundedSemaphore(size)
        self._inside = BoundedSemaphore(size + waiting)
        self._lock = Lock()
        self.at_work = 0

    def enter(self, seconds: float) -> None:
        """Takes a place. Raises QueryBusy where too many wait, or none is free in time; `leave` gives it back."""
        if not self._inside.acquire(blocking=False):
            raise QueryBusy("too many queries are waiting; try again in a few seconds")
        if not self._places.acquire(timeout=max(0.0, seconds)):
            self._inside.release()
            raise QueryBusy("other queries took all of the {seconds:g} s; try again later", seconds=round(seconds, 1))
        self._count(1)

    def leave(self) -> None:
        """Gives the place back."""
        self._count(-1)
        self._places.release()
        self._inside.release()

    def _count(self, change: int) -> None:
        with self._lock:
            self.at_work += change


class Pool:
    """Answers queries on one store with up to `size` short and `size` long ones at work; call `close` at the end.

    `store` is the directory of a store or the address of a SPARQL endpoint; `services` are the addresses that SERVICE
    may ask. Processes are started when needed, and with `spare` one more than that, so that the place of one that was
    killed is taken at once. At most `waiting` queries wait for a place. `megabytes` limits each process's memory.
    """

    def __init__(
        self,
        store: Path | str,
        *,
        size: int = 2,
        megabytes: int = 2048,
        waiting: int = 64,
        services: tuple[str, ...] = (),
        spare: bool = True,
    ) -> None:
        self._arguments = (str(store), str(megabytes), *services)
        self._spare = spare
        self._free: SimpleQueue[Process] = SimpleQueue()
        self._short, self._long = _Lane(size, waiting), _Lane(size, min(waiting, 2 * size))
        self._known_long, self._known_costly = _Memory(), _Memory()
        self._killed = 0
        self._closed = False

    def warm(self) -> None:
        """Starts a process ahead of the first query."""
        self._free.put(Process(self._arguments))

    @property
    def state(self) -> PoolState:
        """What goes on now."""
        return PoolState(self._free.qsize(), self._short.at_work, self._long.at_work, self._killed)

    def ask(self, request: Request) -> Result:
        """The answer.

        Raises QueryError, QueryRefused, QueryTimeout where no answer came in time, QueryBusy where the query was
        not begun in that time or too many wait already, and EngineError where the store does not answer.
        """
        deadline = time.monotonic() + request.seconds
        process = None
        if request.text in self._known_costly:
            raise _too_costly()
        if request.text not in self._known_long:
            result, process = self._ask_shortly(request, deadline)
            if result is not None:
                return result
        if process is None:
            self._long.enter(deadline - time.monotonic())
        try:
            return self._ask_long(request, process, deadline)
        finally:
            self._long.leave()

    def _ask_shortly(self, request: Request, deadline: float) -> tuple[Result | None, Process | None]:
        """The answer; or the process that is still at work, with a place among the long ones where there is one."""
        self._short.enter(deadline - time.monotonic())
        try:
            process = self._take()
            try:
                process.send(request)
                return self._received(process, request, min(deadline, time.monotonic() + _SHORT_SECONDS)), None
            except Late:
                if time.monotonic() >= deadline:
                    raise self._stopped(process, request.seconds) from None
                self._known_long.add(request.text)
                with suppress(QueryBusy):
                    self._long.enter(0)
                    process.yield_to_others()
                    return None, process
                self._discard(process)
                return None, None
        finally:
            self._short.leave()

    def _ask_long(self, request: Request, process: Process | None, deadline: float) -> Result:
        started = time.monotonic()
        if process is None:
            process = self._take()
            process.yield_to_others()
            process.send(request)
        try:
            result = self._received(process, request, deadline, again=False)
        except Late:
            raise self._stopped(process, request.seconds) from None
        if time.monotonic() - started < _SHORT_SECONDS:
            self._known_long.discard(request.text)
        return result

    def _stopped(self, process: Process, seconds: float) -> QueryTimeout:
        self._discard(process)
        return QueryTimeout(
            "stopped after {seconds:g} s; narrow the query, add a LIMIT, or ask for more time", seconds=seconds
        )

    def _received(self, process: Process, request: Request, deadline: float, *, again: bool = True) -> Result:
        """The answer of a process, which then waits for the next query, or ends where it is not to be used `again`."""
        try:
            result = process.receive(deadline)
        except Late:
            raise
        except InsekError:
            self._give_back(process, again)
            raise
        except Closed:
            self._discard(process)
            self._known_costly.add(request.text)
            raise _too_costly() from None
        except BaseException:
            self._discard(process)
            raise
        self._give_back(process, again)
        return result

    def close(self) -> None:
        """Ends all processes that wait; those at work end after their answer."""
        self._closed = True
        with suppress(Empty):
            while True:
                self._free.get_nowait().kill()

    def _take(self) -> Process:
        """The process that has waited longest, and so is ready; another is started where none would be left."""
        process = None
        with suppress(Empty):
            while process is None or not process.is_alive:
                process = self._free.get_nowait()
        if process is None or not process.is_alive:
            process = Process(self._arguments)
        if self._spare and self._free.empty() and not self._closed:
            self.warm()
        process.wait_until_ready()
        return process

    def _give_back(self, process: Process, again: bool) -> None:
        if again and not self._closed and process.is_alive:
            self._free.put(process)
        else:
            Thread(target=process.kill, daemon=True).start()

    def _discard(self, process: Process) -> None:
        """Kills the process, and clears it away beside the next query's work."""
        self._killed += 1
        Thread(target=process.kill, daemon=True).start()


def _too_costly() -> QueryRefused:
    return QueryRefused("the query needs more memory, or is nested deeper, than is allowed; narrow it")


class _Memory:
    """Texts of queries that were long, or ended their process, in the last minute, by their hash."""

    def __init__(self) -> None:
        self._until: OrderedDict[int, float] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, text: str) -> bool:
        with self._lock:
            return self._until.get(hash(text), 0.0) > time.monotonic()

    def add(self, text: str) -> None:
        """Remembers it for a minute, and forgets the oldest where there are too many."""
        with self._lock:
            self._until[hash(text)] = time.monotonic() + _REMEMBERED_SECONDS
            while len(self._until) > _REMEMBERED:
                self._until.popitem(last=False)

    def discard(self, text: str) -> None:
        """Forgets it."""
        with self._lock:
            self._until.pop(hash(text), None)
