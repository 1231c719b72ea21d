"""The same door in front of an endpoint elsewhere: a real Oxigraph server on loopback, and servers that misbehave."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import EngineError, QueryError, QueryRefused, QueryTimeout
from kg.sparql.pool import Pool
from kg.sparql.run import query
from kg.store.oxigraph import NamedGraph, write

SERVER = Path(sys.executable).with_name("oxigraph")
N = ox.NamedNode
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
QUERIES = (
    "SELECT ?s ?o { ?s <http://x/p> ?o } ORDER BY ?s",
    "SELECT ?none ?o { <http://x/1> ?p ?o }",
    "ASK { <http://x/1> ?p ?o }",
    "ASK { <http://x/nobody> ?p ?o }",
    "CONSTRUCT { ?s <http://x/q> ?o } WHERE { ?s ?p ?o } LIMIT 5",
    "DESCRIBE <http://x/1>",
    "SELECT (COUNT(*) AS ?n) FROM <http://x/g> { ?s ?p ?o }",
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("store") / "store"
    triples = [
        ox.Triple(N(f"http://x/{i}"), N("http://x/p"), ox.Literal(f"Straße\t{i}", language="de")) for i in range(300)
    ]
    write(directory, [NamedGraph("http://x/g", triples)], vocabularies=False)
    return directory


@pytest.fixture(scope="module")
def address(directory):
    if not SERVER.exists() and not shutil.which("oxigraph"):
        pytest.skip("the package oxigraph, with its server, is absent")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [SERVER, "serve-read-only", "--location", directory, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--union-default-graph"], stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/query"
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def pool(address):
    pool = Pool(address, size=1)
    yield pool
    pool.close()


def ask(pool, text, seconds=10, rows=1000):
    return query(pool, text, seconds=seconds, rows=rows)


@pytest.mark.parametrize("text", QUERIES)
def test_it_answers_as_the_store_itself(pool, directory, text):
    near, far = query(directory, text, seconds=10, rows=1000), ask(pool, text)
    assert far.kind == near.kind
    assert sorted(far.body.splitlines()) == sorted(near.body.splitlines())


def test_it_is_capped_like_the_store_itself(pool):
    cut = ask(pool, "SELECT ?s { ?s ?p ?o }", rows=10)
    assert (len(list(cut.rows())), cut.truncated) == (10, True)
    assert ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }", rows=7).truncated


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("SELECT ?s {\n ?s ?p", QueryError, "line 2"),
        ("DELETE WHERE { ?s ?p ?o }", QueryRefused, "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> {} }", QueryRefused, "SERVICE"),
        ("ASK FROM <http://elsewhere/> { ?s ?p ?o }", QueryRefused, "elsewhere"),
    ],
)
def test_it_refuses_like_the_store_itself(pool, text, error, says):
    with pytest.raises(error, match=says):
        ask(pool, text)


def test_a_syntax_error_has_the_place_that_the_endpoint_tells(pool):
    with pytest.raises(QueryError) as caught:
        ask(pool, "SELECT ?s {\n ?s ?p")
    assert caught.value.line == 2


def test_our_deadline_holds_where_the_endpoint_has_none(pool):
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        ask(pool, RUNAWAY, seconds=0.7)
    assert time.monotonic() - started < 3
    assert ask(pool, "ASK {}", seconds=20).boolean


def served(answer: bytes) -> str:
    """The address of a server that gives this answer to whoever asks, and ends the connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run():
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"


HALF = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://x/1"}},'
JSON = b"Content-Type: application/sparql-results+json\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n" + HALF,
        b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: 5000\r\n\r\n" + HALF,
        b"HTTP/1.1 200 OK\r\n" + JSON + b"\r\n" + HALF + b"Error: the query took too long",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Wartung</p>",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
        b"nonsense",
        b"",
    ],
)
def test_an_answer_that_breaks_off_never_looks_whole(answer):
    pool = Pool(served(answer), size=1, spare=False)
    try:
        with pytest.raises(EngineError, match="endpoint"):
            ask(pool, "SELECT ?s { ?s ?p ?o }")
    finally:
        pool.close()


def test_an_endpoint_that_is_not_there_is_said():
    with pytest.raises(EngineError, match="does not answer"):
        query(Pool("http://127.0.0.1:9/sparql", spare=False), "ASK {}", seconds=10, rows=1)


def test_service_reaches_addresses_that_are_allowed_and_no_others(directory, address):
    allowed = Pool(directory, size=1, services=(address,), spare=False)
    text = f"SELECT ?o {{ SERVICE <{address}> {{ <http://x/1> ?p ?o }} }}"
    try:
        assert len(list(ask(allowed, text).rows())) == 1
        with pytest.raises(QueryRefused, match="except"):
            ask(allowed, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        with pytest.raises(QueryRefused, match="except"):
            ask(allowed, "SELECT * { ?s ?p ?e SERVICE ?e { ?s ?p ?o } }")
    finally:
        allowed.close()
