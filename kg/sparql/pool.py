"""Worker processes that wait for queries. One that passes its deadline is killed; a spare takes its place."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Any

from kg import errors
from kg.errors import EngineError, QueryBusy, QueryRefused, QueryTimeout

_START_SECONDS = 30.0
_BLOCK = 1 << 20


class _Closed(Exception):
    """The worker has ended."""


class _Late(Exception):
    """The worker did not answer in time."""


@dataclass(frozen=True, slots=True)
class DatasetOf:
    """Graphs (IRIs) that a query sees: merged as its default graph, and by their names."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class _Worker:
    """One process and its two pipes."""

    def __init__(self, directory: Path, megabytes: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kg.sparql.worker", str(directory), str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._rest = b""
        self.ready = False

    def wait_until_ready(self) -> None:
        """Waits until the store is open. Raises EngineError where it cannot be opened."""
        if self.ready:
            return
        try:
            self._receive(time.monotonic() + _START_SECONDS)
        except (_Closed, _Late) as error:
            self.kill()
            raise EngineError("the process that answers queries did not start; is the store readable?") from error
        self.ready = True

    def ask(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """The answer's head and body. Raises _Late after `seconds`, _Closed when the process died."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise _Closed from error
        return self._receive(time.monotonic() + seconds)

    def kill(self) -> None:
        """Ends the process at once and clears it away."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()

    def _receive(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        data = self._rest
        while b"\n" not in data:
            data += self._read(deadline)
        line, _, rest = data.partition(b"\n")
        head = json.loads(line)
        parts, missing = [rest], head["size"] - len(rest)
        while missing > 0:
            parts.append(self._read(deadline))
            missing -= len(parts[-1])
        return head, b"".join(parts)

    def _read(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        left = deadline - time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if left <= 0 or not selector.select(left):
                raise _Late
        data = os.read(self._process.stdout.fileno(), _BLOCK)
        if not data:
            raise _Closed
        return data


class Pool:
    """Answers queries on one store with up to `size` processes at work; call `close` at the end.

    Processes are started when needed, and with `spare` one more than that, so that the place of one that was killed
    is taken at once. At most `waiting` queries wait for a free place. `megabytes` limits each process's memory.
    """

    def __init__(
        self, directory: Path, *, size: int = 2, megabytes: int = 4096, waiting: int = 32, spare: bool = True
    ) -> None:
        self._directory, self._megabytes, self._spare = directory, megabytes, spare
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        self._slots = BoundedSemaphore(size)
        self._queue = BoundedSemaphore(size + waiting)
        self._closed = False

    def warm(self) -> None:
        """Starts a process ahead of the first query."""
        self._start()

    def ask(
        self, text: str, *, seconds: float, rows: int, size: int, dataset: DatasetOf | None = None
    ) -> tuple[str, bytes, bool]:
        """Kind, body and whether it was cut, as `kg.sparql.worker.evaluate` gives them.

        Raises QueryError, QueryRefused, QueryTimeout where no answer came within `seconds`, and QueryBusy where the
        query was not begun in that time or too many wait already.
        """
        deadline = time.monotonic() + seconds
        chosen = asdict(dataset) if dataset else None
        request = {"text": text, "rows": rows, "size": size, "dataset": chosen}
        if not self._queue.acquire(blocking=False):
            raise QueryBusy("too many queries are waiting; try again in a few seconds")
        try:
            if not self._slots.acquire(timeout=seconds):
                raise QueryBusy("other queries took all of the {seconds:g} s; try again later", seconds=seconds)
            try:
                return self._ask(request, deadline, seconds)
            finally:
                self._slots.release()
        finally:
            self._queue.release()

    def _ask(self, request: dict[str, Any], deadline: float, seconds: float) -> tuple[str, bytes, bool]:
        worker = self._take()
        try:
            head, body = worker.ask(request, max(0.0, deadline - time.monotonic()))
        except _Late:
            self._discard(worker)
            raise QueryTimeout(
                "stopped after {seconds:g} s; narrow the query, add a LIMIT, or ask for more time", seconds=seconds
            ) from None
        except _Closed:
            self._discard(worker)
            raise QueryRefused("the query needs more memory, or is nested deeper, than is allowed; narrow it") from None
        except BaseException:
            worker.kill()
            raise
        self._give_back(worker)
        if "error" in head:
            raise getattr(errors, head["error"])(head["template"], **head["params"])
        return head["kind"], body, head["truncated"]

    def close(self) -> None:
        """Ends all processes that wait; those at work end after their answer."""
        self._closed = True
        with suppress(Empty):
            while True:
                self._free.get_nowait().kill()

    def _start(self) -> None:
        self._free.put(_Worker(self._directory, self._megabytes))

    def _take(self) -> _Worker:
        """The process that has waited longest, and so is ready; another is started where none would be left."""
        try:
            worker = self._free.get_nowait()
        except Empty:
            worker = _Worker(self._directory, self._megabytes)
        if self._spare and self._free.empty() and not self._closed:
            self._start()
        worker.wait_until_ready()
        return worker

    def _give_back(self, worker: _Worker) -> None:
        if self._closed:
            worker.kill()
        else:
            self._free.put(worker)

    def _discard(self, worker: _Worker) -> None:
        """Kills the process, and clears it away beside the next query's work."""
        Thread(target=worker.kill, daemon=True).start()
