"""A process that answers queries, with little memory, and without network where it needs none.

Run as `python -m kg.sparql.worker STORE MEGABYTES [SERVICE…]`: STORE is the directory of a store or the address of a
SPARQL endpoint; then the addresses that SERVICE may ask. On standard input and output it reads and writes messages: a
line of JSON, then as many bytes as its "size" says. `kg.sparql.pool` is the other end.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import IO, Any, Protocol

from kg.errors import InsekError
from kg.sparql.request import DatasetOf, Request
from kg.sparql.result import Result

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_M_ARENA_MAX = -8
_GRACE_SECONDS = 5.0


class Store(Protocol):
    """What answers: an embedded store or a remote one."""

    def answer(self, request: Request) -> Result:
        """The answer within the request's limits. Raises InsekError."""


def confine(megabytes: int, *, network: bool = False) -> None:
    """A limit on memory from here on; no network, where the kernel allows it, unless it is needed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not network:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    # Each thread's own heap would reserve 64 MB of addresses, which count against the limit.
    libc.mallopt(_M_ARENA_MAX, 1)
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(store: str, megabytes: str, *services: str) -> None:
    """Answers until the other end is closed."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    is_remote = store.startswith(("http://", "https://"))
    confine(int(megabytes), network=is_remote or bool(services))
    opened = (_remote if is_remote else _embedded)(store, frozenset(services))
    _send(answers, {"ready": True}, b"")
    for line in requests:
        request = _request(json.loads(line))
        # Who asked kills this process at the deadline; where that one has died, the kernel does.
        signal.setitimer(signal.ITIMER_REAL, request.seconds + _GRACE_SECONDS)
        _send(answers, *_answer(opened, request))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _embedded(directory: str, services: frozenset[str]) -> Store:
    from kg.sparql.embedded import Embedded

    return Embedded(Path(directory), services)


def _remote(address: str, services: frozenset[str]) -> Store:
    from kg.sparql.remote import Remote

    return Remote(address, services)


def _request(message: dict[str, Any]) -> Request:
    dataset = message.pop("dataset")
    graphs = DatasetOf(**{name: tuple(iris) for name, iris in dataset.items()}) if dataset else None
    return Request(**message, dataset=graphs)


def _answer(store: Store, request: Request) -> tuple[dict[str, Any], bytes]:
    try:
        answer = store.answer(request)
    except InsekError as error:
        return {"error": type(error).__name__, "template": error.template, "params": error.params}, b""
    except MemoryError:
        return {"error": "QueryRefused", "template": "the query needs more memory than is allowed", "params": {}}, b""
    except (OSError, ValueError, RuntimeError) as error:
        template = "the query failed while it ran: {reason}"
        return {"error": "QueryRefused", "template": template, "params": {"reason": str(error)}}, b""
    return {"kind": answer.kind, "truncated": answer.truncated}, answer.body


def _send(stream: IO[bytes], head: dict[str, Any], body: bytes) -> None:
    stream.write(json.dumps(head | {"size": len(body)}).encode() + b"\n" + body)
    stream.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
