"""One process that answers queries, seen from the process that asks it."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from kg import errors
from kg.errors import EngineError
from kg.sparql.request import Request
from kg.sparql.result import Result

_START_SECONDS = 30.0
_BLOCK = 1 << 20
_NICENESS = 10


class Closed(Exception):
    """The process has ended."""


class Late(Exception):
    """The process did not answer in time; it may still be asked to go on."""


class Process:
    """A process of `kg.sparql.worker` and its two pipes."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kg.sparql.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._received = bytearray()
        self._ready = False

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Waits until the store is open. Raises EngineError where it cannot be opened."""
        if self._ready:
            return
        try:
            self._message(time.monotonic() + _START_SECONDS)
        except (Closed, Late) as error:
            self.kill()
            raise EngineError("the process that answers queries did not start; is the store readable?") from error
        self._ready = True

    def send(self, request: Request) -> None:
        """Begins a query. `receive` raises Closed where the process has died."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
            self._process.stdin.flush()

    def receive(self, deadline: float) -> Result:
        """The answer to the query that was sent, or the error that the process met.

        Raises Late at the deadline, after which one may go on waiting, and Closed when the process has died.
        """
        head, body = self._message(deadline)
        if "error" in head:
            raise getattr(errors, head["error"])(head["template"], **head["params"])
        return Result(head["kind"], body, head["truncated"])

    def yield_to_others(self) -> None:
        """Lets other processes go first from here on."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)

    def kill(self) -> None:
        """Ends the process at once and clears it away."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()

    def _message(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        while (end := self._received.find(b"\n")) < 0:
            self._read(deadline)
        head: dict[str, Any] = json.loads(self._received[:end])
        whole = end + 1 + head["size"]
        while len(self._received) < whole:
            self._read(deadline)
        body = bytes(self._received[end + 1 : whole])
        self._received.clear()
        return head, body

    def _read(self, deadline: float) -> None:
        assert self._process.stdout is not None
        left = deadline - time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if left <= 0 or not selector.select(left):
                raise Late
        data = os.read(self._process.stdout.fileno(), _BLOCK)
        if not data:
            raise Closed
        self._received += data
