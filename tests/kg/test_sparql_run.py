from __future__ import annotations

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import EngineError, QueryBusy, QueryError, QueryRefused, QueryTimeout
from kg.sparql.pool import Pool
from kg.sparql.run import query
from kg.store.oxigraph import NamedGraph, write

N = ox.NamedNode
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = tmp_path_factory.mktemp("store") / "store"
    triples = [
        ox.Triple(N(f"http://x/{i}"), N("http://x/p"), ox.Literal(f"Straße\t{i}", language="de")) for i in range(300)
    ]
    write(directory, [NamedGraph("http://x/g", triples), NamedGraph("http://x/h", [])], vocabularies=False)
    return directory


@pytest.fixture(scope="module")
def pool(directory):
    pool = Pool(directory, size=2)
    yield pool
    pool.close()


def ask(pool, text, seconds=10, rows=1000):
    return query(pool, text, seconds=seconds, rows=rows)


def test_the_default_graph_is_the_union_of_the_named_graphs(pool):
    result = ask(pool, "SELECT ?s ?o { ?s <http://x/p> ?o } ORDER BY ?s LIMIT 1")
    assert result.variables == ("s", "o")
    assert list(result.rows()) == [(N("http://x/0"), ox.Literal("Straße\t0", language="de"))]


def test_rows_are_capped_and_it_is_said(pool):
    cut = ask(pool, "SELECT ?s { ?s ?p ?o }", rows=10)
    assert (len(list(cut.rows())), cut.truncated) == (10, True)
    whole = ask(pool, "SELECT ?s { ?s ?p ?o }", rows=300)
    assert (len(list(whole.rows())), whole.truncated) == (300, False)
    graph = ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }", rows=7)
    assert (len(list(graph.triples())), graph.truncated) == (7, True)


def test_bytes_are_capped_at_a_row(pool):
    cut = query(pool, "SELECT ?s { ?s ?p ?o }", seconds=10, rows=1000, size=500)
    assert cut.truncated
    assert 400 < len(cut.body) <= 500
    assert len(list(cut.rows())) == cut.body.count(b"\n") - 1
    huge = query(pool, "SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o }", seconds=10, rows=9, size=500)
    assert (huge.truncated, len(huge.body)) == (True, len(b"?x\n"))


def test_ask_and_from(pool):
    assert ask(pool, "ASK { <http://x/1> ?p ?o }").boolean
    assert not ask(pool, "ASK { <http://x/nobody> ?p ?o }").boolean
    assert ask(pool, "ASK FROM <http://x/g> { ?s ?p ?o }").boolean
    with pytest.raises(QueryRefused, match="http://elsewhere/"):
        ask(pool, "ASK FROM <http://elsewhere/> { ?s ?p ?o }")


def test_a_syntax_error_has_its_place(pool):
    with pytest.raises(QueryError) as caught:
        ask(pool, "SELECT ?s {\n ?s ?p")
    assert (caught.value.line, caught.value.column) == (2, 7)


def test_a_runaway_query_is_stopped_and_the_next_is_answered(pool):
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        ask(pool, RUNAWAY, seconds=0.5)
    assert time.monotonic() - started < 1.5
    assert ask(pool, "ASK {}").boolean


def test_a_query_that_needs_too_much_memory_is_stopped(directory):
    pool = Pool(directory, size=1, megabytes=800)
    try:
        with pytest.raises(QueryRefused, match="memory"):
            ask(pool, "SELECT DISTINCT ?a ?d ?s { ?a ?b ?c . ?d ?e ?f . ?s ?p ?o } ORDER BY ?d", seconds=60)
        assert ask(pool, "ASK {}").boolean
    finally:
        pool.close()


def test_the_worker_has_no_network(directory):
    # The guard refuses SERVICE; below it the process itself must not reach even loopback.
    import subprocess
    import sys

    code = (
        "import socket, threading; server = socket.create_server(('127.0.0.1', 0)); port = server.getsockname()[1]\n"
        "from kg.sparql.worker import confine; confine(4096)\n"
        "try: socket.create_connection(('127.0.0.1', port), 2); print('reached')\n"
        "except OSError: print('confined')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "confined"


def test_a_directory_will_do(directory):
    assert query(directory, "ASK { ?s ?p ?o }", seconds=10, rows=1).boolean


def test_a_missing_store_is_said(tmp_path):
    with pytest.raises(EngineError):
        query(tmp_path / "none", "ASK {}", seconds=10, rows=1)


def test_small_queries_cost_little(pool):
    ask(pool, "ASK {}")
    started = time.perf_counter()
    for _ in range(50):
        ask(pool, "SELECT ?o { <http://x/1> <http://x/p> ?o }")
    assert (time.perf_counter() - started) / 50 < 0.02


HOSTILE = {
    "property paths": "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:b>)* ?b . ?c (<x:a>|!<x:c>)* ?d . ?e ?f ?g . ?h ?i ?j }",
    "regular expression": 'SELECT * { ?s ?p ?o FILTER REGEX(CONCAT(?o, "aaaaaaaaaaaaaaaaaa!"), "^(a|a?)+$") }',
    "many values": "SELECT * { VALUES ?x { " + "1 " * 400_000 + "} ?s ?p ?x }",
    "nested groups": "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "nested brackets": "SELECT * { FILTER(" + "(" * 50_000 + "1" + ")" * 50_000 + ") }",
    "sorted product": "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?d",
    "half a character": 'SELECT ("\ud800" AS ?x) {}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_answered_or_cut_and_others_go_on(pool, name):
    started = time.monotonic()
    with contextlib.suppress(QueryTimeout, QueryRefused, QueryError):
        ask(pool, HOSTILE[name], seconds=0.7)
    assert time.monotonic() - started < 3
    assert ask(pool, "ASK { ?s ?p ?o }", seconds=5).boolean


def test_a_normal_query_is_answered_beside_a_hostile_one(pool):
    with ThreadPoolExecutor(2) as both:
        hostile = both.submit(ask, pool, RUNAWAY, 1.5)
        started = time.monotonic()
        assert ask(pool, "ASK { ?s ?p ?o }").boolean
        assert time.monotonic() - started < 1.2
        assert isinstance(hostile.exception(), QueryTimeout)


def test_a_query_too_many_is_sent_away_at_once(directory):
    pool = Pool(directory, size=1, waiting=0)
    try:
        with ThreadPoolExecutor(1) as other:
            running = other.submit(ask, pool, RUNAWAY, 1.0)
            time.sleep(0.2)
            with pytest.raises(QueryBusy):
                ask(pool, "ASK {}", seconds=30)
            assert isinstance(running.exception(), QueryTimeout)
    finally:
        pool.close()


def test_closing_ends_all_processes(tmp_path):
    directory = tmp_path / "store"
    write(directory, [], vocabularies=False)
    pool = Pool(directory, size=1)
    ask(pool, "ASK {}")
    pool.close()
    deadline = time.monotonic() + 5
    while _workers_of(directory) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _workers_of(directory) == []


def _workers_of(directory):
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if b"kg.sparql.worker" in path.read_bytes() and str(directory).encode() in path.read_bytes():
                found.append(path)
    return found
