"""One contract for where a published graph may lie: embedded, on an Oxigraph server, on Virtuoso."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from cluster_work import PLAN
from servers import oxigraph_serving

from ingest.sources import expand
from kg.errors import EngineError
from kg.settings import Settings
from kg.sparql.result import Result
from kg.sparql.run import query
from kg.store.mirror import Mirror
from kg.store.oxigraph import NamedGraph, open_read_only, write
from kg.store.remote import GraphStore
from search_app.services import generation
from search_app.services.build import build
from search_app.services.generation import current
from search_app.services.progress import Silent
from search_app.services.serving import open_services

BASE = "https://example.org/insek/"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
QUESTIONS = (
    "SELECT ?s ?l {{ ?s <{label}> ?l }} ORDER BY ?s ?l",
    "SELECT ?l {{ GRAPH <{base}id/document/1> {{ ?s <{label}> ?l }} }} ORDER BY ?l",
    "SELECT (COUNT(?s) AS ?n) {{ ?s <{label}> ?l FILTER(LANG(?l) = 'de') }}",
    'ASK {{ <{base}id/measure/1> <{label}> "Grün fürs Ufer 1"@de }}',
)


def graph(number: int, *words: str) -> NamedGraph:
    subject = ox.NamedNode(f"{BASE}id/measure/{number}")
    triples = [ox.Triple(subject, LABEL, ox.Literal(f"{word} {number}", language="de")) for word in words]
    return NamedGraph(f"{BASE}id/document/{number}", triples)


def answers(store: Path | str) -> list[bytes]:
    texts = [text.format(label=LABEL.value, base=BASE) for text in QUESTIONS]
    return [query(store, text, seconds=120, rows=100).body for text in texts]


def bring(mirror: Mirror, store: Path, versions: dict[str, str], generation: str) -> list[str]:
    names = {f"{BASE}id/document/{number}": version for number, version in versions.items()}
    done = list(mirror.bring(open_read_only(store), names, generation))
    mirror.complete(generation)
    return [name.rpartition("/")[2] for name in done]


SERVERS = ["oxigraph_server", pytest.param("virtuoso", marks=pytest.mark.engines)]


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_answers_as_the_embedded_store(server, request, tmp_path) -> None:
    address = request.getfixturevalue(server)
    mirror = Mirror(GraphStore(address), BASE)
    assert mirror.holds() is None
    write(
        tmp_path / "1", [graph(1, "Grün fürs Ufer", "Bäume"), graph(2, "Radweg"), graph(3, "Kita")], vocabularies=False
    )
    assert bring(mirror, tmp_path / "1", {"1": "a", "2": "a", "3": "a"}, "first") == ["1", "2", "3"]
    assert mirror.holds() == "first"
    assert answers(address) == answers(tmp_path / "1")
    write(tmp_path / "2", [graph(1, "Grün fürs Ufer", "Linden"), graph(2, "Radweg")], vocabularies=False)
    assert bring(mirror, tmp_path / "2", {"1": "b", "2": "a"}, "second") == ["1", "3"]
    assert answers(address) == answers(tmp_path / "2")


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("graphs", [1, 3], ids=["early", "before the switch"])
def test_a_publication_broken_off_leaves_the_old_one_and_is_cleared_up_by_the_next(
    graphs, server, request, tmp_path
) -> None:
    address = request.getfixturevalue(server)
    mirror = Mirror(GraphStore(address), BASE)
    write(tmp_path / "1", [graph(1, "Grün"), graph(2, "Radweg"), graph(3, "Kita")], vocabularies=False)
    bring(mirror, tmp_path / "1", {"1": "c", "2": "c", "3": "c"}, "first")
    write(tmp_path / "2", [graph(1, "Blau"), graph(2, "Gehweg"), graph(4, "Steg")], vocabularies=False)
    names = {f"{BASE}id/document/{number}": "d" for number in (1, 2, 4)}
    half = mirror.bring(open_read_only(tmp_path / "2"), names, "second")
    for _ in range(graphs):
        next(half)
    half.close()
    assert mirror.holds() is None
    assert answers(address) == answers(tmp_path / "1")
    write(tmp_path / "3", [graph(1, "Grün"), graph(2, "Radweg")], vocabularies=False)
    assert set(bring(mirror, tmp_path / "3", {"1": "c", "2": "c"}, "third")) >= {"1", "2", "3"}
    assert answers(address) == answers(tmp_path / "3")
    assert left_aside(address) == []


@pytest.mark.parametrize("server", SERVERS)
def test_a_switch_that_is_sent_twice_changes_nothing(server, request, tmp_path) -> None:
    address = request.getfixturevalue(server)
    mirror = Mirror(GraphStore(address), BASE)
    write(tmp_path / "1", [graph(1, "Grün"), graph(2, "Radweg")], vocabularies=False)
    sent: list[str] = []
    server_of = GraphStore(address)
    server_of.update = lambda text: [sent.append(text), GraphStore.update(server_of, text)]
    bring(Mirror(server_of, BASE), tmp_path / "1", {"1": "e", "2": "e"}, "first")
    GraphStore(address).update(sent[0])
    assert mirror.holds() == "first"
    assert answers(address) == answers(tmp_path / "1")


def left_aside(address: str) -> list[str]:
    """Triples of graphs that were laid aside."""
    text = f"SELECT ?s {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{BASE}graph/next')) }}"
    return [row[0].value for row in query(address, text, seconds=120, rows=10).rows()]


@pytest.mark.parametrize("server", SERVERS)
def test_a_build_publishes_to_the_server_and_nobody_sees_a_half(server, request, tmp_path, monkeypatch) -> None:
    address = request.getfixturevalue(server)
    plan = tmp_path / "torgau.txt"
    plan.write_text(PLAN.format(town="Torgau", number=1), encoding="utf-8")
    settings = Settings(workspace=tmp_path / "w", encoder="dummy", store=address)
    embedded = Settings(workspace=tmp_path / "w", encoder="dummy")
    build(expand([str(plan)]), settings, Silent())
    assert labels(settings) == labels(embedded) >= {"Bäume", "Beratung"}
    mirror = Mirror(GraphStore(address), settings.base_iri)
    assert mirror.holds() == current(settings.workspace).manifest.id
    plan.write_text(plan.read_text(encoding="utf-8").replace("Neue Bäume", "Neue Linden"), encoding="utf-8")
    with monkeypatch.context() as broken:
        broken.setattr(generation, "publish", _stop)
        with pytest.raises(EngineError, match="power cut"):
            build(expand([str(plan)]), settings, Silent())
    assert mirror.holds() is None
    assert labels(settings) == labels(embedded) == labels_on(address) >= {"Bäume"}
    build(expand([str(plan)]), settings, Silent())
    assert labels(settings) == labels(embedded) >= {"Linden"}
    assert mirror.holds() == current(settings.workspace).manifest.id


MEASURES = f"SELECT ?l {{ ?s a <https://w3id.org/insek/def#Measure> ; <{LABEL.value}> ?l }}"


def labels(settings: Settings) -> set[str]:
    """What measures are about, as everybody is answered."""
    with closing(open_services(settings)) as services:
        return matters(services.query(MEASURES))


def labels_on(address: str) -> set[str]:
    """The same for somebody who asks the server itself."""
    return matters(query(address, MEASURES, seconds=120, rows=100))


def matters(result: Result) -> set[str]:
    found = {row[0].value for row in result.rows()}
    words = ("Radwege", "Bäume", "Linden", "Beratung")
    return {next(word for word in words if word in label) for label in found}


def _stop(*_: object) -> None:
    raise EngineError("power cut")


def test_while_a_server_is_down_the_folder_answers_and_nothing_is_published(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("kg.store.remote._WAITS", (0.0, 0.0))
    plan = tmp_path / "torgau.txt"
    plan.write_text(PLAN.format(town="Torgau", number=1), encoding="utf-8")
    with oxigraph_serving(tmp_path / "server") as address:
        settings = Settings(workspace=tmp_path / "w", encoder="dummy", store=address)
        before = build(expand([str(plan)]), settings, Silent()).generation
        there = labels(settings)
    assert there == labels(settings) >= {"Bäume"}
    plan.write_text(plan.read_text(encoding="utf-8").replace("Neue Bäume", "Neue Linden"), encoding="utf-8")
    with pytest.raises(EngineError, match=graph_store(address)):
        build(expand([str(plan)]), settings, Silent())
    assert current(settings.workspace).manifest == before.manifest
    assert labels(settings) == there


def graph_store(address: str) -> str:
    return address.replace("/query", "/store")


def test_blank_nodes_become_names(oxigraph_server) -> None:
    server = GraphStore(oxigraph_server)
    node = ox.BlankNode("x1")
    server.put(f"{BASE}blank", [ox.Triple(node, LABEL, ox.Literal("a")), ox.Triple(node, LABEL, node)])
    assert {type(triple.subject) for triple in server.get(f"{BASE}blank")} == {ox.NamedNode}


class _Odd(BaseHTTPRequestHandler):
    """A graph store that misbehaves after so many good answers."""

    behaviour, good = "nonsense", 0

    def do_GET(self) -> None:
        type(self).asked += 1
        if self.asked <= self.good:
            self._say(404 if self.command in ("GET", "DELETE") else 204)
        elif self.behaviour == "slow":
            time.sleep(0.5)
        else:
            self._say({"nonsense": 200, "full": 507, "busy": 503, "another version": 501}[self.behaviour])

    def _say(self, status: int) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0" if status == 204 else "5")
        self.end_headers()
        self.wfile.write(b"" if status == 204 else b"<p>?!")

    do_PUT = do_DELETE = do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def odd() -> Iterator[ThreadingHTTPServer]:
    """A server that is no graph store."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Odd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


MISBEHAVIOUR = [
    ("nonsense", "text/html", 1),
    ("full", "507", 1),
    ("busy", "503", 3),
    ("another version", "501", 1),
    ("slow", "timed out", 3),
]


@pytest.mark.parametrize(("behaviour", "said", "asked"), MISBEHAVIOUR)
def test_a_server_that_misbehaves_is_named(odd, behaviour, said, asked, monkeypatch) -> None:
    monkeypatch.setattr(_Odd, "behaviour", behaviour)
    monkeypatch.setattr(_Odd, "asked", 0, raising=False)
    address = f"http://127.0.0.1:{odd.server_address[1]}/store"
    with pytest.raises(EngineError, match=f"{address}.*{said}"):
        Mirror(GraphStore(address, seconds=0.2, waits=(0.01, 0.01)), BASE).holds()
    assert _Odd.asked == asked


def test_a_server_that_misbehaves_in_the_middle_leaves_what_was_published(odd, tmp_path, monkeypatch) -> None:
    plan = tmp_path / "torgau.txt"
    plan.write_text(PLAN.format(town="Torgau", number=1), encoding="utf-8")
    settings = Settings(workspace=tmp_path / "w", encoder="dummy")
    before = build(expand([str(plan)]), settings, Silent()).generation
    plan.write_text(plan.read_text(encoding="utf-8").replace("Neue Bäume", "Neue Linden"), encoding="utf-8")
    address = f"http://127.0.0.1:{odd.server_address[1]}/store"
    monkeypatch.setattr(_Odd, "good", 8)
    for behaviour, said, _ in MISBEHAVIOUR[1:4]:
        monkeypatch.setattr(_Odd, "behaviour", behaviour)
        monkeypatch.setattr(_Odd, "asked", 0, raising=False)
        with pytest.raises(EngineError, match=f"{address}.*{said}"):
            build(expand([str(plan)]), replace(settings, store=address), Silent())
        assert _Odd.asked > 8
        assert current(settings.workspace).manifest == before.manifest
    assert labels(settings) >= {"Bäume"}


def test_a_server_that_is_down_is_named(monkeypatch) -> None:
    monkeypatch.setattr("kg.store.remote._WAITS", (0.0, 0.0))
    with pytest.raises(EngineError, match=r"http://127\.0\.0\.1:9/store: does not answer"):
        GraphStore("http://me:secret@127.0.0.1:9/store").get(f"{BASE}x")


def test_credentials_come_from_the_environment(odd, monkeypatch) -> None:
    monkeypatch.setenv("INSEK_STORE_USER", "anna")
    monkeypatch.setenv("INSEK_STORE_PASSWORD", "geheim")
    server = GraphStore(f"http://127.0.0.1:{odd.server_address[1]}/store")
    handler = next(one for one in server._opener.handlers if hasattr(one, "passwd"))
    assert handler.passwd.find_user_password(None, server.address) == ("anna", "geheim")
