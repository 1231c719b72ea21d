"""Programs of others that ask the endpoint, over real HTTP: rdflib, SPARQLWrapper, and Comunica's client in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from flask import Flask
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.settings import Settings
from search_app.services.http import server

ROOT = Path(__file__).resolve().parents[2]
INSEK = rdflib.Namespace("https://w3id.org/insek/def#")
GOALS = ["Ausbau des Radverkehrs", "Förderung der Arten- und Biotopvielfalt"]
LABELS = f"""
PREFIX rdfs: <{rdflib.RDFS}>
SELECT ?label {{ ?goal a <{INSEK.Goal}> ; rdfs:label ?label }} ORDER BY ?label
"""
ASK = f"ASK {{ ?goal a <{INSEK.Goal}> }}"
CONSTRUCT = f"CONSTRUCT {{ ?goal a <{INSEK.Goal}> }} WHERE {{ ?goal a <{INSEK.Goal}> }}"


@pytest.fixture(scope="module")
def endpoint(app: Flask) -> Iterator[str]:
    serving = server(app, Settings(port=0))
    threading.Thread(target=serving.run, daemon=True).start()
    yield f"http://127.0.0.1:{serving.effective_port}/sparql"
    serving.close()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_asks_us_like_any_store(endpoint: str, method: str, form: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method, returnFormat=form))
    labels = [row.label for row in graph.query(LABELS)]
    assert [str(label) for label in labels] == GOALS
    if form != "csv":
        assert {label.language for label in labels} == {"de"}
    assert len(set(graph.subjects(rdflib.RDF.type, INSEK.Measure))) == 5


def test_rdflib_gets_graphs_and_answers_to_ask(endpoint: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint))
    assert graph.query(ASK).askAnswer
    assert len(graph.query(CONSTRUCT).graph) == 2


@pytest.mark.parametrize("how", ["GET", "form", "direct"])
def test_sparqlwrapper_asks_us(endpoint: str, how: str) -> None:
    client = SPARQLWrapper(endpoint)
    if how != "GET":
        client.setMethod(POST)
        client.setRequestMethod(POSTDIRECTLY if how == "direct" else "urlencoded")
    client.setReturnFormat(JSON)
    client.setQuery(LABELS)
    found = client.queryAndConvert()["results"]["bindings"]
    assert [(row["label"]["value"], row["label"]["xml:lang"]) for row in found] == [(label, "de") for label in GOALS]
    client.setReturnFormat(CSV)
    assert client.queryAndConvert().decode().split("\r\n") == ["label", *GOALS, ""]
    client.setQuery(CONSTRUCT)
    client.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=client.queryAndConvert(), format="turtle")) == 2
    client.setReturnFormat(JSON)
    client.setQuery("SELECT * { nonsense")
    with pytest.raises(QueryBadFormed, match="line 1"):
        client.query()


def test_a_client_that_is_not_python_asks_us(endpoint: str) -> None:
    if not shutil.which("node") or not (ROOT / "node_modules" / "fetch-sparql-endpoint").is_dir():
        pytest.skip("Node or its package fetch-sparql-endpoint is absent: npm ci")
    script = Path(__file__).with_name("sparql_client.mjs")
    done = subprocess.run(
        ["node", script, endpoint, LABELS, ASK, CONSTRUCT], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    understood = json.loads(done.stdout)
    assert understood["labels"] == [[label, "de"] for label in GOALS]
    assert (understood["yes"], understood["triples"]) == (True, 2)
    assert "400" in understood["refused"]
