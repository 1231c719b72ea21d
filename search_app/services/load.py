"""A load run: many clients at once, some of them hostile, against a server of our own on loopback."""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import EngineError

_PREFIXES = (
    "PREFIX insek: <https://w3id.org/insek/def#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
NORMAL = (
    "ASK { ?m a insek:Measure }",
    "SELECT ?m ?label { ?m a insek:Measure ; rdfs:label ?label } ORDER BY ?m LIMIT 20",
    "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY ?class",
    'SELECT ?c ?label { ?c skos:prefLabel ?label FILTER(LANG(?label) = "de") } ORDER BY ?c LIMIT 20',
    "DESCRIBE <http://metadata.un.org/sdg/11>",
)
_PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
HOSTILE = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {_PRODUCT} }}".encode(),
    "sorted product": f"SELECT DISTINCT ?a ?d ?g {{ {_PRODUCT} }} ORDER BY ?d".encode(),
    "property paths": b"SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:b>)*/(<x:c>|!<x:d>)* ?b . ?c (<x:a>|!<x:c>)* ?d }",
    "regular expression": b'SELECT * { ?s ?p ?o . ?t ?q ?r FILTER REGEX(CONCAT(STR(?o), STR(?r), "!"), "^(a|a?)+$") }',
    "many values": b"SELECT * { VALUES ?x { " + b"1 " * 400_000 + b"} ?s ?p ?x }",
    "nested groups": b"SELECT * " + b"{" * 20_000 + b"}" * 20_000,
    "nested brackets": b"SELECT * { FILTER(" + b"(" * 50_000 + b"1" + b")" * 50_000 + b") }",
    "ten megabytes": b"ASK { } #" + b"x" * 10_000_000,
    "not UTF-8": b"ASK { ?s ?p '\xff\xfe\xc3' }",
    "reaches out": b"SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "writes": b"INSERT DATA { <a:a> <a:b> <a:c> }",
}
_LATER = (503, 504)
_CUT = (200, 400, 403, 413, *_LATER)
_START_SECONDS = 60
_CLIENT_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load run. `late` and `middle` are the 95th percentile and the median of normal queries, in ms."""

    normal: int
    wrong: int
    turned_away: int
    middle: float
    late: float
    hostile: dict[int, int]
    killed: int
    works_after: bool


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request that was answered: normal or hostile, right or not, its status and its seconds."""

    normal: bool
    right: bool
    status: int
    seconds: float


@contextmanager
def serving(workspace: Path, **settings: str) -> Iterator[int]:
    """A server on that workspace as `insek serve` starts it; gives its port. Raises EngineError where it stays mute."""
    port = _free_port()
    variables = {f"INSEK_{name.upper()}": value for name, value in settings.items()}
    start = [sys.executable, "-c", "from search_app.cli import main; main()", "serve"]
    command = [*start, "--workspace", str(workspace), "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | variables, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def run(workspace: Path, *, clients: int = 50, seconds: float = 60.0, hostile: float = 0.3) -> Load:
    """Serves what is published there to so many clients for so long; that share of them sends hostile queries."""
    with serving(workspace, access_log="false") as port:
        right = [_ask(port, (_PREFIXES + text).encode())[1] for text in NORMAL]
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(clients) as pool:
            jobs = [
                pool.submit(_client, port, until, number < clients * hostile, number, right)
                for number in range(clients)
            ]
            sent = [each for job in jobs for each in job.result()]
        again = [_ask(port, (_PREFIXES + text).encode())[1] for text in NORMAL]
        killed = _killed(port)
    normal = [each for each in sent if each.normal]
    answered = sorted(each.seconds * 1000 for each in normal if each.status == http.client.OK)
    return Load(
        normal=len(normal),
        wrong=sum(not each.right for each in sent),
        turned_away=len(normal) - len(answered),
        middle=statistics.median(answered) if answered else float("nan"),
        late=answered[int(len(answered) * 0.95)] if answered else float("nan"),
        hostile=dict(sorted(Counter(each.status for each in sent if not each.normal).items())),
        killed=killed,
        works_after=again == right,
    )


def _client(port: int, until: float, hostile: bool, seed: int, right: list[bytes]) -> list[_Sent]:
    """Sends one query after the other until the time is over."""
    chance, sent = random.Random(seed), []
    while time.monotonic() < until:
        started = time.monotonic()
        if hostile:
            status, _ = _ask(port, chance.choice(list(HOSTILE.values())))
            fits = status in _CUT
        else:
            number = chance.randrange(len(NORMAL))
            status, body = _ask(port, (_PREFIXES + NORMAL[number]).encode())
            fits = body == right[number] if status == http.client.OK else status in _LATER
        sent.append(_Sent(not hostile, fits, status, time.monotonic() - started))
    return sent


def _ask(port: int, query: bytes) -> tuple[int, bytes]:
    """Status and body of the answer; status 0 where the connection broke."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_CLIENT_SECONDS)
    try:
        connection.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _killed(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_CLIENT_SECONDS)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    found = re.search(r"^insek_sparql_processes_killed_total (\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.1)
    raise EngineError("the server that was to be measured did not start; see what 'insek serve' says")
