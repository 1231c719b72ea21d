"""`/sparql` behaves as the SPARQL 1.1 Protocol says, and only reads."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import rdflib
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from kg.sparql.questions import questions

LABELS = """
PREFIX insek: <https://w3id.org/insek/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?label WHERE { ?item a insek:Goal ; rdfs:label ?label } ORDER BY ?label
"""
RUNAWAY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l"
GOALS = ["Ausbau des Radverkehrs", "Förderung der Arten- und Biotopvielfalt"]


def goals(body: str) -> list[str]:
    return [row["label"]["value"] for row in json.loads(body)["results"]["bindings"]]


def test_get_and_both_kinds_of_post_give_the_same(client: FlaskClient) -> None:
    by_get = client.get(f"/sparql?{urlencode({'query': LABELS})}")
    by_form = client.post("/sparql", data={"query": LABELS})
    direct = client.post("/sparql", data=LABELS.encode(), content_type="application/sparql-query")
    assert goals(by_get.text) == GOALS
    assert by_get.data == by_form.data == direct.data
    assert json.loads(by_get.text)["results"]["bindings"][0]["label"]["xml:lang"] == "de"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (LABELS, "application/sparql-results+json", "application/sparql-results+json"),
        (LABELS, "application/sparql-results+xml", "application/sparql-results+xml"),
        (LABELS, "text/csv", "text/csv"),
        (LABELS, "text/tab-separated-values", "text/tab-separated-values"),
        (LABELS, "text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", "*/*", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s a ?t }", "text/turtle", "text/turtle"),
        ("CONSTRUCT WHERE { ?s a ?t }", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s a ?t }", "application/ld+json", "application/ld+json"),
        ("DESCRIBE <http://metadata.un.org/sdg/11>", "application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_the_answer_comes_in_the_form_asked_for(client: FlaskClient, query: str, accept: str, media_type: str) -> None:
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data


@pytest.mark.parametrize(
    ("send", "status"),
    [
        ({"query_string": {"query": "SELECT * {"}}, 400),
        ({"query_string": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406),
        ({"query_string": {"query": "ASK {}", "timeout": "0"}}, 400),
        ({"query_string": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ({"query_string": {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}}, 403),
        ({"query_string": {"query": "ASK {}", "format": "exe"}}, 400),
        ({"method": "POST", "data": "ASK {}", "content_type": "text/plain"}, 415),
        ({"method": "POST", "data": b"\xff\xfe", "content_type": "application/sparql-query"}, 400),
        ({"method": "POST", "data": "CLEAR ALL", "content_type": "application/sparql-update"}, 405),
        ({"method": "POST", "data": {"update": "CLEAR ALL"}}, 405),
        ({"method": "PUT", "data": "x"}, 405),
        ({"method": "POST", "data": b"x" * 2_000_000, "content_type": "application/sparql-query"}, 413),
        ({"method": "POST", "data": {"query": "ASK {} # " + "x" * 1_100_000}}, 413),
        ({"query_string": {"query": RUNAWAY, "timeout": "1"}}, 504),
    ],
)
def test_what_cannot_be_answered_says_why(client: FlaskClient, send: dict, status: int) -> None:
    answer = client.open("/sparql", **({"method": "GET"} | send))
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]


def test_a_syntax_error_has_its_place(client: FlaskClient) -> None:
    problem = client.get("/sparql", query_string={"query": "SELECT *\nWHERE { nonsense }"}).json
    assert (problem["line"], problem["status"]) == (2, 400)


def test_answers_are_cacheable_per_generation(client: FlaskClient) -> None:
    first = client.get("/sparql", query_string={"query": "ASK {}"})
    again = client.get("/sparql", query_string={"query": "ASK {}"}, headers={"If-None-Match": first.headers["ETag"]})
    other = client.get("/sparql", query_string={"query": "ASK { }"})
    gzip = {"Accept-Encoding": "gzip"}
    packed = client.get("/sparql", query_string={"query": LABELS, "format": "xml"}, headers=gzip)
    known = {"If-None-Match": packed.headers["ETag"]} | gzip
    assert client.get("/sparql", query_string={"query": LABELS, "format": "xml"}, headers=known).status_code == 304
    assert again.status_code == 304
    assert not again.data
    assert other.headers["ETag"] != first.headers["ETag"]


def test_head_and_other_origins(client: FlaskClient) -> None:
    head = client.head("/sparql", query_string={"query": "ASK {}"})
    assert head.status_code == 200
    assert not head.data
    asked = client.options("/sparql", headers={"Origin": "https://example.org"})
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]


def test_people_without_a_query_come_to_the_workbench(client: FlaskClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/query")


def test_every_example_of_the_workbench_can_be_run(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/query").text, "html.parser")
    examples = [link["href"] for link in soup.select("a[href*='run=1']")]
    assert len(examples) == len(questions()) >= 39
    assert len(soup.select("details summary")) >= 6
    pages = [BeautifulSoup(client.get(example).text, "html.parser") for example in examples]
    assert not [page.select(".note.warning") for page in pages if page.select(".note.warning")]
    assert any(page.find("svg", class_="chart") for page in pages)


def test_results_of_the_workbench_lead_to_the_items(client: FlaskClient, items: dict[str, str]) -> None:
    query = "SELECT ?m { ?m a <https://w3id.org/insek/def#Measure> }"
    page = client.get("/query", query_string={"query": query, "run": "1"}).text
    assert f"/id/measure/{items['Radwege ausbauen'].removeprefix('measure-')}" in page


def test_the_workbench_shows_where_a_query_is_wrong(client: FlaskClient) -> None:
    page = client.get("/query", query_string={"query": "SELECT * {\n  nonsense }", "run": "1"}).text
    assert "Zeile 2, Spalte" in page


def test_an_iri_answers_as_page_and_as_rdf(client: FlaskClient, items: dict[str, str]) -> None:
    digits = items["Radwege ausbauen"].removeprefix("measure-")
    iri = rdflib.URIRef(f"https://w3id.org/insek/id/measure/{digits}")
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get(f"/id/measure/{digits}", headers={"Accept": browser}).mimetype == "text/html"
    for accept, form in (
        ("text/turtle", "turtle"),
        ("application/ld+json", "json-ld"),
        ("application/n-triples", "nt"),
    ):
        answer = client.get(f"/id/measure/{digits}", headers={"Accept": accept})
        assert answer.mimetype == accept
        graph = rdflib.Graph().parse(data=answer.data, format=form)
        assert (iri, rdflib.RDFS.label, rdflib.Literal("Radwege ausbauen", lang="de")) in graph
        quotes = set(graph.objects(predicate=rdflib.URIRef("http://www.w3.org/ns/oa#exact")))
        assert rdflib.Literal("Radwege ausbauen", lang="de") in quotes
        subjects = {str(subject) for subject in graph.subjects()}
        assert all(subject.startswith(str(iri)) for subject in subjects), subjects


def test_every_kind_of_thing_answers_as_rdf(client: FlaskClient) -> None:
    item = client.get("/api/v1/items?kind=measure").json["items"][0]
    things = [item["document"], item["plan"], item["id"]]
    addresses = [f"/id/{'/'.join(thing.rsplit('-', 1))}" for thing in things]
    for address in [*addresses, "/id/municipality/14730310", "/scheme/sdg/11", "/scheme/topic/mobility", "/def"]:
        answer = client.get(address, headers={"Accept": "text/turtle"})
        assert answer.status_code == 200, address
        assert len(rdflib.Graph().parse(data=answer.data, format="turtle")) > 3, address


def test_results_can_be_downloaded_as_turtle_and_csv(client: FlaskClient) -> None:
    turtle = client.get("/search?kind=goal&format=turtle")
    labels = set(rdflib.Graph().parse(data=turtle.data, format="turtle").objects(predicate=rdflib.RDFS.label))
    assert {str(label) for label in labels} == set(GOALS)
    assert client.get("/search?kind=goal&format=csv").data.decode("utf-8-sig").count("\r\n") == 3


def test_the_endpoint_and_the_dataset_describe_themselves(client: FlaskClient) -> None:
    service = rdflib.Graph().parse(data=client.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    assert list(service.objects(predicate=sd.endpoint)) == [rdflib.URIRef("http://localhost/sparql")]
    dataset = rdflib.Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    counted = next(dataset.objects(rdflib.URIRef("https://w3id.org/insek/dataset"), rdflib.VOID.triples))
    assert int(counted) == client.get("/export/nquads").data.count(b" .\n") > 1_000


@pytest.mark.parametrize("form", ["turtle", "trig", "nquads", "jsonld", "csv"])
def test_all_of_it_can_be_taken_as_a_file(client: FlaskClient, form: str) -> None:
    answer = client.get(f"/export/{form}")
    assert answer.status_code == 200
    assert b"Radwege ausbauen" in answer.data
    assert client.get("/export/zip").status_code == 404


def test_a_request_can_choose_its_graphs(client: FlaskClient) -> None:
    text = "PREFIX insek: <https://w3id.org/insek/def#> SELECT (COUNT(*) AS ?n) { ?m a insek:Measure }"
    named = "PREFIX insek: <https://w3id.org/insek/def#> SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?m a insek:Measure } }"
    measures = client.get("/api/v1/items?kind=measure&municipality=Herzberg").json["items"]
    graph = f"https://w3id.org/insek/id/document/{measures[0]['document'].removeprefix('document-')}"

    def counted(query: str, **graphs: str) -> int:
        answer = client.get(
            "/sparql", query_string={"query": query, **{k.replace("_", "-"): v for k, v in graphs.items()}}
        )
        return int(json.loads(answer.text)["results"]["bindings"][0]["n"]["value"])

    assert counted(text) == 5
    assert counted(text, default_graph_uri=graph) == 3
    assert counted(named, named_graph_uri=graph) == 3
    assert counted(text, named_graph_uri=graph) == 0
    outside = {"query": text, "default-graph-uri": "http://example.org/elsewhere"}
    assert client.get("/sparql", query_string=outside).status_code == 403
