"""The JSON API keeps what `openapi.yaml` says, and no parameters can break it."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.checks import CHECKS

from search_app.views import description


def conforms(body: object, schema: dict[str, object]) -> None:
    """Fails unless the body fits a schema of the description."""
    root = {"components": description.document()["components"]} | schema
    Draft202012Validator(root).validate(body)


def schema_of(path: str, status: str = "200") -> dict[str, object]:
    answer = description.document()["paths"][path]["get"]["responses"][status]
    return answer["content"]["application/json"]["schema"]


def test_every_operation_answers_as_described(client: FlaskClient, items: dict[str, str]) -> None:
    item = items["Radverkehrskonzept erarbeiten"]
    examples = {
        "/search": "/search?q=Fahrrad&kind=measure&k=3",
        "/similar": f"/similar?id={item}&k=3",
        "/compare": "/compare?a=Torgau&b=Herzberg",
        "/items": "/items?municipality=Torgau&k=2&page=2",
        "/items/{id}": f"/items/{item}",
        "/concepts": "/concepts?scheme=sdg",
        "/municipalities": "/municipalities",
    }
    assert set(examples) == set(description.document()["paths"])
    for path, example in examples.items():
        answer = client.get(f"/api/v1{example}")
        assert answer.status_code == 200, example
        conforms(answer.json, schema_of(path))


def test_an_item_has_the_fields_of_the_contract(client: FlaskClient, items: dict[str, str]) -> None:
    record = client.get(f"/api/v1/items/{items['Radverkehrskonzept erarbeiten']}").json
    assert record["topic"] == "Verkehr"
    assert record["goals"] == [items["Ausbau des Radverkehrs"]]
    assert record["cost"] == "120.000 €"
    assert record["priority"] is None
    assert record["partners"] == ["Landkreis", "ADFC"]
    assert record["evidence"][0]["quote"] == "Radverkehrskonzept erarbeiten"
    assert {link["code"]: link["accepted"] for link in record["alignments"]} == {"11.2": True, "13": False}


def test_pages_join_to_the_whole_list(client: FlaskClient) -> None:
    whole = [item["id"] for item in client.get("/api/v1/items?k=100").json["items"]]
    pages = [client.get(f"/api/v1/items?k=4&page={page}").json["items"] for page in (1, 2, 3)]
    assert [item["id"] for page in pages for item in page] == whole
    assert len(whole) == client.get("/api/v1/items").json["total"] == 10


def test_a_table_has_all_that_the_filters_leave(client: FlaskClient) -> None:
    def rows(address: str) -> int:
        text = client.get(f"/api/v1{address}").data.decode("utf-8-sig")
        return len(list(csv.DictReader(io.StringIO(text))))

    assert rows("/items?format=csv") == 10
    assert rows("/items?format=csv&k=4&page=3") == 2
    assert rows("/items?format=csv&municipality=Torgau&kind=goal") == 2
    assert rows("/search?q=Radverkehr&format=csv&k=3") == 3
    assert rows("/concepts?scheme=sdg&format=csv") == 17
    assert rows("/municipalities?format=csv") == len(client.get("/api/v1/municipalities").json["municipalities"])


def test_csv_has_a_line_for_each_item_and_no_formulas(client: FlaskClient) -> None:
    answer = client.get("/api/v1/items?kind=measure&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.mimetype == "text/csv"
    assert len(rows) == 5
    assert {row["municipality"] for row in rows} == {"Torgau", "Herzberg (Elster)"}
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/search?nix=1", 400),
        ("/search?k=0", 400),
        ("/search?k=101", 400),
        ("/search?kind=plan", 400),
        ("/search?q=a&q=b", 400),
        ("/similar", 400),
        ("/similar?id=measure-000000000000", 404),
        ("/compare?a=Torgau", 400),
        ("/compare?a=Torgau&b=Nirgendwo", 404),
        ("/compare?a=Torgau&b=Torgau", 400),
        ("/items/measure-000000000000", 404),
        ("/nix", 404),
    ],
)
def test_errors_are_problem_details(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    conforms(answer.json, {"$ref": "#/components/schemas/Problem"})
    assert answer.json["status"] == status


def test_only_reading_is_possible(client: FlaskClient) -> None:
    answer = client.post("/api/v1/items")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


_TEXT = st.text(max_size=40) | st.sampled_from(
    ["Torgau", "11.2", "measure", "1", "2027", "Rad*", '"Rad"', "-Rad", "\0"]
)
_NAMES = ["q", "municipality", "kind", "concept", "document", "state", "size", "area", "status", "year", "page", "k"]


@given(pairs=st.lists(st.tuples(st.sampled_from(_NAMES), _TEXT), max_size=4))
@budget(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_parameters_break_the_search(client: FlaskClient, pairs: list[tuple[str, str]]) -> None:
    answer = client.get(f"/api/v1/search?{urlencode(pairs)}")
    assert answer.status_code in (200, 400, 404), (pairs, answer.text)


def test_the_description_is_served_and_sound(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.yaml")
    assert answer.status_code == 200
    assert description.document()["openapi"].startswith("3.1")
    for schema in description.document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.fixture(scope="module")
def operations(app: Flask) -> dict[str, schemathesis.APIOperation]:
    schema = schemathesis.openapi.from_dict(description.document())
    schema.app = app
    return {found.ok().path: found.ok() for found in schema.get_all_operations()}


@pytest.mark.parametrize("path", description.document()["paths"])
@pytest.mark.parametrize("mode", schemathesis.GenerationMode)
def test_the_description_holds_for_whatever_a_program_sends(
    operations: dict[str, schemathesis.APIOperation], path: str, mode: schemathesis.GenerationMode
) -> None:
    """Requests made up from the description, right ones and wrong ones, are answered as it says."""
    tried = 0

    @given(case=operations[path].as_strategy(generation_mode=mode))
    @budget(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def holds(case: schemathesis.Case) -> None:
        nonlocal tried
        tried += 1
        # That one of two parameters has to be given, a description cannot say.
        excluded = [CHECKS.get_one("positive_data_acceptance")] if path == "/similar" else []
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=excluded)

    holds()
    assert tried > 0
