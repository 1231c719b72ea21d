"""The query operation, written from the text of SPARQL 1.1 Protocol, Service Description and Graph Store addresses."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest
import rdflib
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
ASK = "ASK { ?s ?p ?o }"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
GOALS = "https://w3id.org/insek/def#Goal"


def send(client: FlaskClient, body: bytes | str, content_type: str | None, path: str = "/sparql") -> TestResponse:
    return client.post(path, data=body, content_type=content_type)


def yes(answer: TestResponse) -> bool:
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)["boolean"]


@pytest.mark.parametrize(
    "content_type", [QUERY, f"{QUERY}; charset=utf-8", f"{QUERY};charset=UTF-8", FORM, f"{FORM}; charset=UTF-8"]
)
def test_2_1_a_query_by_post(client: FlaskClient, content_type: str) -> None:
    assert yes(send(client, ASK if QUERY in content_type else urlencode({"query": ASK}), content_type))


def test_2_1_1_a_query_by_get(client: FlaskClient) -> None:
    assert yes(client.get(f"/sparql?query={quote(ASK)}"))
    assert yes(client.get(f"/sparql?query={ASK.replace(' ', '+').replace('?', '%3F')}"))


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (ASK, None, 415),
        (ASK, "text/plain", 415),
        (ASK.encode("utf-16"), f"{QUERY}; charset=UTF-16", 415),
        (ASK.encode("utf-16"), QUERY, 400),
        (urlencode({"query": ASK}), None, 415),
        (f"{urlencode({'query': ASK})}&{urlencode({'query': ASK})}", FORM, 400),
        ("query=ASK%20%7B%20%3Fs%20%3Fp%20'%FF'%20%7D", FORM, 400),
        (b"ASK { ?s ?p '\xe4' }", QUERY, 400),
        ("", FORM, 400),
        ("ASK { nonsense", QUERY, 400),
        ("update=CLEAR%20ALL", FORM, 405),
        ("CLEAR ALL", "application/sparql-update", 405),
        ("CLEAR ALL", QUERY, 403),
        ("LOAD <http://127.0.0.1:9/>", QUERY, 403),
        ("ASK FROM <http://127.0.0.1:9/> {}", QUERY, 403),
        ("ASK { SERVICE <http://127.0.0.1:9/> {} }", QUERY, 403),
    ],
)
def test_2_2_what_is_refused_says_why(
    client: FlaskClient, body: bytes | str, content_type: str | None, status: int
) -> None:
    answer = send(client, body, content_type)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert len(answer.json["detail"]) > 10


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_2_2_other_methods_are_not_allowed(client: FlaskClient, method: str) -> None:
    answer = client.open("/sparql", method=method)
    assert answer.status_code == 405
    assert {"GET", "POST", "HEAD"} <= {name.strip() for name in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize("query", ["SELECT * {\n  ?s ?p", "SELECT * {\n  ?s nobody:p ?o }", "SELECT * {\n 'open }"])
def test_2_2_a_syntax_error_has_line_and_column(client: FlaskClient, query: str) -> None:
    answer = send(client, query, QUERY)
    assert answer.status_code == 400
    assert answer.json["line"] == 2
    assert answer.json["column"] > 1


def test_2_1_4_graphs_of_the_request_go_before_those_of_the_query(client: FlaskClient) -> None:
    items = client.get("/api/v1/items?kind=goal").json["items"]
    measures = client.get("/api/v1/items?municipality=Herzberg").json["items"]
    torgau, herzberg = (
        f"https://w3id.org/insek/id/document/{found[0]['document'].removeprefix('document-')}"
        for found in (items, measures)
    )
    text = f"ASK FROM <{herzberg}> {{ ?goal a <{GOALS}> }}"
    assert not yes(send(client, text, QUERY))
    assert yes(send(client, text, QUERY, f"/sparql?{urlencode({'default-graph-uri': torgau})}"))
    both = urlencode([("query", f"ASK {{ ?goal a <{GOALS}> }}"), ("default-graph-uri", herzberg)])
    assert not yes(send(client, both, FORM))
    assert yes(send(client, f"{both}&{urlencode({'default-graph-uri': torgau})}", FORM))
    named = urlencode([("query", "ASK { GRAPH ?g { ?s ?p ?o } ?a ?b ?c }"), ("named-graph-uri", torgau)])
    assert not yes(send(client, named, FORM))


def test_an_answer_to_other_graphs_has_another_tag(client: FlaskClient) -> None:
    graphs = json.loads(client.get("/sparql", query_string={"query": "SELECT DISTINCT ?g { GRAPH ?g {} }"}).data)
    first = graphs["results"]["bindings"][0]["g"]["value"]
    whole = client.post("/sparql", data={"query": ASK})
    part = client.post("/sparql", data={"query": ASK, "default-graph-uri": first})
    assert whole.headers["ETag"] != part.headers["ETag"]
    assert "max-age" in whole.headers["Cache-Control"]


@pytest.mark.parametrize(("value", "status"), [("0.05", 504), ("-1", 400), ("1e3", 400), ("61", 400), ("x", 400)])
@pytest.mark.parametrize("how", ["header", "parameter"])
def test_a_deadline_by_header_or_parameter(client: FlaskClient, how: str, value: str, status: int) -> None:
    text = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} # {how}"
    if how == "header":
        answer = client.get("/sparql", query_string={"query": text}, headers={"Timeout": value})
    else:
        answer = client.get("/sparql", query_string={"query": text, "timeout": value})
    assert answer.status_code == status
    assert ("LIMIT" in answer.json["detail"]) is (status == 504)


def test_the_answer_says_its_limits(app, settings) -> None:
    answer = app.test_client().get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 3"})
    assert answer.headers["X-Limits"] == f"rows={settings.query_rows}, bytes=50000000"
    assert "X-Truncated" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        (None, 200, "text/turtle"),
        ("*/*", 200, "text/turtle"),
        ("text/turtle", 200, "text/turtle"),
        ("application/ld+json", 200, "application/ld+json"),
        ("application/rdf+xml", 200, "application/rdf+xml"),
        ("application/n-triples", 200, "application/n-triples"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 303, "text/html"),
        ("image/png", 406, "application/problem+json"),
    ],
)
def test_without_a_query_the_service_describes_itself(
    client: FlaskClient, accept: str | None, status: int, media_type: str
) -> None:
    answer = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (status, media_type)
    if status == 200:
        graph = rdflib.Graph().parse(data=answer.data, format=media_type)
        assert SD.UnionDefaultGraph in set(graph.objects(predicate=SD.feature))
        assert len(set(graph.objects(predicate=SD.resultFormat))) == 8


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json"])
@pytest.mark.parametrize("address", ["/.well-known/void", "/def", "/scheme/sdg", "/scheme/sdg/11"])
def test_descriptions_come_in_the_form_asked_for(client: FlaskClient, address: str, accept: str) -> None:
    answer = client.get(address, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, accept)
    assert len(rdflib.Graph().parse(data=answer.data, format=accept)) > 3


def test_other_origins_may_ask_with_their_headers(client: FlaskClient) -> None:
    asked = client.options("/sparql", headers={"Origin": "https://x", "Access-Control-Request-Headers": "timeout"})
    assert asked.status_code == 204
    assert "Timeout" in asked.headers["Access-Control-Allow-Headers"]
    for answer in (client.get("/sparql?query=ASK{}"), client.get("/sparql?query=nonsense"), client.put("/sparql")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_long_answer_is_packed(client: FlaskClient) -> None:
    packed = client.get(
        "/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 200"}, headers={"Accept-Encoding": "gzip"}
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    head = client.head("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 200"})
    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) > len(packed.data)


@pytest.mark.parametrize(
    "address", ["/api/v1/items", "/api/v1/items?format=csv", "/scheme/sdg/11", "/def?format=turtle"]
)
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, address: str) -> None:
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        first = client.get(address, headers=headers)
        again = client.get(address, headers=headers | {"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
        assert "max-age" in first.headers["Cache-Control"]


def test_every_iri_of_ours_opens_as_a_page_and_as_rdf(client: FlaskClient) -> None:
    ours = "https://w3id.org/insek/"
    text = f"""SELECT DISTINCT ?x {{ {{ ?x ?p ?o }} UNION {{ ?s ?p ?x }} UNION {{ GRAPH ?x {{}} }}
        FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "{ours}")) }}"""
    rows = json.loads(client.get("/sparql", query_string={"query": text}).data)["results"]["bindings"]
    paths = {row["x"]["value"].removeprefix(ours).partition("#")[0] for row in rows}
    kinds = {path.rpartition("/")[0] or path: path for path in sorted(paths)}
    assert {"def", "software", "crosswalk", "graph", "id/measure", "id/municipality", "scheme/topic"} <= set(kinds)
    for path in [*kinds.values(), "scheme/leipzig-charter/principles"]:
        page = client.get(f"/{path}", headers={"Accept": "text/html"}, follow_redirects=True)
        assert (page.status_code, page.mimetype) == (200, "text/html"), path
        answer = client.get(f"/{path}", headers={"Accept": "text/turtle"})
        assert (answer.status_code, answer.mimetype) == (200, "text/turtle"), path
        assert len(rdflib.Graph().parse(data=answer.data, format="turtle")) > 0
    assert client.get("/graph/none").status_code == client.get("/scheme/topic/none").status_code == 404


def test_pages_say_in_the_words_of_schema_org_what_they_are_about(client: FlaskClient) -> None:
    item = client.get("/api/v1/items?kind=measure").json["items"][0]
    names = ("id", "plan", "document")
    paths = [f"/id/{item[name].replace('-', '/')}" for name in names]
    kinds = {}
    for path in [*paths, "/id/municipality/14730310", "/scheme/sdg/11", "/about"]:
        page = BeautifulSoup(client.get(path, headers={"Accept": "text/html"}).text, "html.parser")
        about = json.loads(page.find("script", type="application/ld+json").string)
        assert about["@id"].startswith(("https://w3id.org/insek/", "http://metadata.un.org/sdg/"))
        kinds[about["@type"]] = about["name"]
    assert set(kinds) == {"CreativeWork", "DigitalDocument", "City", "DefinedTerm", "Dataset"}
    assert kinds["City"] == "Torgau"
