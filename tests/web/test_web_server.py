"""`insek serve` as a real process: hostile clients beside a normal one, a new generation, logs, limits per client."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from published import publish

from kg.settings import Settings
from search_app.app import create_app
from search_app.services import http as ours
from search_app.services import load
from search_app.services.load import HOSTILE, serving
from search_app.services.serving import LatestServices

COUNT = "SELECT (COUNT(*) AS ?n) { ?m a <https://w3id.org/insek/def#Measure> }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("served") / "w").workspace


@pytest.fixture(scope="module")
def port(workspace: Path) -> Iterator[int]:
    with serving(workspace, encoder="dummy", query_seconds="2") as port:
        yield port


def get(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def ask(port: int, query: str, **headers: str) -> tuple[int, bytes]:
    return get(port, f"/sparql?{urlencode({'query': query})}", **headers)


def measures(port: int) -> int:
    status, body = ask(port, COUNT)
    assert status == 200, body
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


def post(port: int, query: bytes) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert b"Traceback" not in text
    return answer.status


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_cut_while_a_normal_one_is_answered(port: int, name: str) -> None:
    with ThreadPoolExecutor(1) as other:
        started = time.monotonic()
        hostile = other.submit(post, port, HOSTILE[name])
        time.sleep(0.1)
        assert measures(port) == 5
        assert hostile.result() in {200, 400, 403, 413, 503, 504}
        assert time.monotonic() - started < 10
    assert measures(port) == 5


def test_however_many_long_queries_run_a_short_one_is_answered(port: int) -> None:
    texts = [f"{RUNAWAY} # {number}" for number in range(20)]
    with ThreadPoolExecutor(20) as others:
        running = [others.submit(ask, port, text) for text in texts]
        time.sleep(1.5)
        started = time.monotonic()
        assert measures(port) == 5
        assert time.monotonic() - started < 15
        answers = [each.result() for each in running]
    assert {status for status, _ in answers} <= {503, 504}
    assert any(status == 504 for status, _ in answers)
    assert all(json.loads(body)["detail"] for _, body in answers)


def test_slow_and_idle_clients_by_the_thousand_keep_nobody_out(port: int) -> None:
    waiting = []
    for number in range(1_500):
        client = socket.create_connection(("127.0.0.1", port), 30)
        if number % 2:
            client.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")
        waiting.append(client)
    try:
        assert measures(port) == 5
        assert get(port, "/health")[0] == 200
        for client in waiting[-5:]:
            client.sendall(b"X-Slow: 1\r\n")
        assert measures(port) == 5
    finally:
        for client in waiting:
            client.close()


def test_a_request_that_never_ends_is_cut(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real limit is half a minute; the server under test is the same with less.
    monkeypatch.setattr(ours, "_REQUEST_SECONDS", 1.0)
    monkeypatch.setattr(ours, "_CLEANUP_SECONDS", 1)
    settings = Settings(workspace=workspace, encoder="dummy", port=0)
    server = ours.server(create_app(LatestServices(settings), settings), settings)
    threading.Thread(target=server.run, daemon=True).start()
    with socket.create_connection(("127.0.0.1", int(server.effective_port)), 20) as client:
        started = time.monotonic()
        client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        with suppress(OSError):
            while time.monotonic() - started < 20:
                client.sendall(b"X-Slow: 1\r\n")
                time.sleep(0.2)
        assert time.monotonic() - started < 10
    server.close()


def test_a_new_generation_loses_no_request(workspace: Path, tmp_path: Path) -> None:
    copy = tmp_path / "w"
    shutil.copytree(workspace, copy, symlinks=True)
    first = (copy / "current").readlink()
    second = first.with_name("20261102T080000Z-0")
    with serving(copy, encoder="dummy") as port:
        stop = threading.Event()

        def client(number: int) -> list[tuple[int, str]]:
            seen = []
            while not stop.is_set():
                status, body = ask(port, COUNT) if number % 2 else get(port, "/api/v1/items?k=5")
                found = json.loads(body)
                seen.append((status, str(found.get("total") or found["results"]["bindings"][0]["n"]["value"])))
            return seen

        with ThreadPoolExecutor(8) as clients:
            running = [clients.submit(client, number) for number in range(8)]
            time.sleep(1)
            for round_ in range(4):
                target = second if round_ % 2 == 0 else first
                if not (copy / second).exists():
                    shutil.copytree(copy / first, copy / second)
                    manifest = copy / second / "manifest.json"
                    manifest.write_text(manifest.read_text().replace(first.name, second.name))
                (copy / ".next").symlink_to(target)
                (copy / ".next").replace(copy / "current")
                time.sleep(0.5)
                assert json.loads(get(port, "/health")[1])["generation"] == target.name
            stop.set()
            seen = [each for one in running for each in one.result()]
    assert len(seen) > 40
    assert set(seen) == {(200, "5"), (200, "10")}


def test_logs_and_counts_hold_nothing_of_who_asked_what(workspace: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from search_app.cli import main; main()", "serve"]
    command += ["--workspace", str(workspace), "--port", str(port)]
    log = (tmp_path / "log").open("w+b")
    process = subprocess.Popen(command, env=os.environ | {"INSEK_ENCODER": "dummy"}, stderr=log)
    load._wait_for(port, process)
    get(port, "/search?q=geheime+Frage", User_Agent="Erika Mustermann", Cookie="language=de")
    ask(port, "ASK { ?s ?p 'geheim' }")
    get(port, "/nirgends/geheim")
    metrics = get(port, "/metrics")[1].decode()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    log.seek(0)
    written = log.read().decode()
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert [(line["route"], line["status"]) for line in lines[:3]] == [("/search", 200), ("/sparql", 200), ("-", 404)]
    assert set(lines[0]) == {"time", "method", "route", "status", "bytes", "ms"}
    assert not re.search(r"127\.0\.0\.1|geheim|Erika|Cookie", re.sub(r"Serving on .*", "", written) + metrics)
    assert 'insek_http_requests_total{method="GET",route="/search",status="200"} 1.0' in metrics
    assert 'insek_http_request_seconds_count{route="/sparql"} 1.0' in metrics
    assert "insek_sparql_processes_idle" in metrics


def test_a_limit_for_each_client_whom_the_proxy_names_and_nobody_else(workspace: Path) -> None:
    limited = {"rate_limit": "3/minute", "unlimited_clients": "", "encoder": "dummy"}
    with serving(workspace, trusted_proxy="127.0.0.1", **limited) as port:
        first = [get(port, "/api/v1/concepts", X_Forwarded_For="203.0.113.7")[0] for _ in range(4)]
        spoofed = get(port, "/api/v1/concepts", X_Forwarded_For="198.51.100.1, 203.0.113.7")[0]
        other = get(port, "/api/v1/concepts", X_Forwarded_For="203.0.113.8")[0]
        network = [get(port, "/towns", X_Forwarded_For=f"2001:db8::{number}")[0] for number in range(4)]
        described = get(port, "/sparql", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")[1]
        assert get(port, "/health", X_Forwarded_For="203.0.113.7")[0] == 200
    assert first == [200, 200, 200, 429]
    assert (spoofed, other) == (429, 200)
    assert network == [200, 200, 200, 429]
    assert b"<https://127.0.0.1" in described
    with serving(workspace, **limited) as port:
        named = [get(port, "/api/v1/concepts", X_Forwarded_For=f"203.0.113.{number}")[0] for number in range(4)]
        status, body = get(port, "/api/v1/concepts")
    assert named == [200, 200, 200, 429]
    assert (status, json.loads(body)["title"]) == (429, "Too Many Requests")


def test_a_load_of_normal_and_hostile_clients_gives_no_wrong_answer(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSEK_ENCODER", "dummy")
    monkeypatch.setenv("INSEK_QUERY_SECONDS", "1.5")
    found = load.run(workspace, clients=10, seconds=2)
    assert found.normal > 5
    assert (found.wrong, found.works_after) == (0, True)
