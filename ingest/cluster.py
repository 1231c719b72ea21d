"""Work on many documents spread over a Dask cluster, which the extra `dask` installs.

What is worked on travels with the task, so workers need no disk in common with us, only the same version of this
program. The scheduler keeps each task until it is done: where a worker dies, another one takes over. Only so many
tasks are handed in as keep the workers busy, so that neither we nor the scheduler hold all documents at once.
"""

from __future__ import annotations

import itertools
import math
import socket
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from kg.errors import EngineError, InsekError, SourceError

if TYPE_CHECKING:
    from distributed import Client, Future

A = TypeVar("A")
R = TypeVar("R")

SCHEME = "dask://"
_CONNECT_SECONDS = 10.0
_WORKERLESS_SECONDS = 30.0
_LOOK_SECONDS = 2.0
# A result that lay on a worker that died is first sought there, then made again.
_FETCH_SECONDS = 120.0
_RETRIES = 2
_QUEUED_PER_THREAD = 2
_MISSING = "engine {address}: needs Dask; pip install 'insek-graph[dask]'"
_SILENT = "engine {address}: no scheduler of Dask answers there ({reason}); start 'dask scheduler', or use local"
_WORKERLESS = "engine {address}: no worker is connected there; start some with 'dask worker', then repeat the command"
_OTHER = "engine {address}: runs other versions than this machine; install the same ({reason})"
_SLOW = "engine {address}: finished nothing within {seconds:g} s; see what keeps its workers, or raise document_seconds"
_LOST = "engine {address}: went away in the middle ({reason}); what is published is still served: repeat the command"
_FAILED = "engine {address}: {location} failed there, after retries ({reason}); mend the workers, repeat the command"
_KILLED = "{location}: its worker died more than {retries} times on engine {address}; get it again or leave it out"


class Cluster:
    """A connection to the scheduler at an address such as dask://host:8786; close it at the end, or use `with`.

    Raises EngineError where nothing answers there, where no worker comes within half a minute, and where `version`
    answers on the workers something else than here. A task may take so many `seconds`.
    """

    def __init__(self, address: str, version: Callable[[], str], seconds: float = math.inf) -> None:
        self._address, self._seconds = address, seconds + _FETCH_SECONDS
        self._client = _client(address)
        try:
            _check(self._client, address, version)
        except BaseException:
            self.close()
            raise
        self.threads = _threads(self._client)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; the cluster goes on."""
        with suppress(OSError):
            self._client.close(timeout=_LOOK_SECONDS)

    def each(
        self, function: Callable[[A], R | InsekError], arguments: Iterable[A], names: Sequence[str]
    ) -> Iterator[tuple[int, R | InsekError]]:
        """The result of `function` for each argument with its place, as they come.

        `names` say in errors which argument it was. An InsekError of the function is handed on, and a SourceError
        stands for an argument whose workers died three times. Raises EngineError where the cluster is lost on the
        way, has no worker for half a minute, fails three times at a task, or finishes none in the time that one may
        take and two minutes.
        """
        waiting = enumerate(arguments)
        places: dict[Future[Any], int] = {}
        while True:
            for place, argument in itertools.islice(waiting, _QUEUED_PER_THREAD * self.threads - len(places)):
                places[self._client.submit(function, argument, pure=False, retries=_RETRIES)] = place
            if not places:
                return
            for future in _finished(self._client, places, self._address, self._seconds):
                place = places.pop(future)
                yield place, _result(future, names[place], self._address)


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError(_MISSING, address=address) from error
    warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
    try:
        _listen(address)
        return Client(f"tcp://{address.removeprefix(SCHEME)}", timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError, MemoryError) as error:
        raise EngineError(_SILENT, address=address, reason=_brief(error)) from error


def _listen(address: str) -> None:
    """Raises TimeoutError where somebody takes connections and says nothing, which Dask waits for without end.

    A scheduler speaks first. Where nobody takes the connection, Dask tries again for a while.
    """
    host, _, port = address.removeprefix(SCHEME).rpartition(":")
    with suppress(ConnectionError), socket.create_connection((host, int(port)), _CONNECT_SECONDS) as connection:
        connection.recv(1)


def _check(client: Client, address: str, version: Callable[[], str]) -> None:
    """Raises EngineError unless there are workers, with our versions of Dask, Python and this program."""
    began = time.monotonic()
    while not _threads(client):
        if time.monotonic() - began > _WORKERLESS_SECONDS:
            raise EngineError(_WORKERLESS, address=address)
        time.sleep(0.2)
    try:
        client.get_versions(check=True)
        found = client.run(version, on_error="return")
    except (OSError, ValueError, RuntimeError) as error:
        raise EngineError(_OTHER, address=address, reason=_brief(error)) from error
    other = {worker: answer for worker, answer in found.items() if answer != version()}
    if other:
        raise EngineError(_OTHER, address=address, reason=_brief(f"{version()}: {other}"))


def _threads(client: Client) -> int:
    return sum(client.nthreads().values())


def _finished(client: Client, places: dict[Future[Any], int], address: str, seconds: float) -> Iterable[Future[Any]]:
    """Tasks that have come to an end, as soon as there is one."""
    from distributed import wait

    began = seen = time.monotonic()
    while True:
        try:
            with client.as_current():
                return set(wait(list(places), timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED").done)
        except TimeoutError as error:
            if client.status != "running":
                raise EngineError(_LOST, address=address, reason=client.status) from error
            if time.monotonic() - began > seconds:
                raise EngineError(_SLOW, address=address, seconds=seconds) from error
            if _threads(client):
                seen = time.monotonic()
            elif time.monotonic() - seen > _WORKERLESS_SECONDS:
                raise EngineError(_WORKERLESS, address=address) from error
        except _ended() as error:
            raise EngineError(_LOST, address=address, reason=_brief(error)) from error


def _result(future: Future[Any], name: str, address: str) -> Any:
    from distributed.scheduler import KilledWorker

    try:
        return future.result(_FETCH_SECONDS)
    except InsekError as error:
        return error
    except KilledWorker:
        return SourceError(_KILLED, location=name, retries=_RETRIES, address=address)
    except _ended() as error:
        raise EngineError(_LOST, address=address, reason=_brief(error)) from error
    except (OSError, MemoryError, ImportError) as error:
        raise EngineError(_FAILED, address=address, location=name, reason=_brief(error)) from error
    finally:
        future.release()


def _ended() -> tuple[type[BaseException], ...]:
    from distributed import CancelledError
    from distributed.comm.core import CommClosedError

    return CancelledError, CommClosedError, TimeoutError


def _brief(error: object) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
