"""Adding plans and correcting them through the web app: real drafts, real work in processes of their own."""

from __future__ import annotations

import io
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from published import TOKEN, publish
from werkzeug.test import TestResponse

from kg.errors import InvalidRequest
from kg.settings import Settings
from search_app.app import create_app
from search_app.services.drafts import Drafts
from search_app.services.serving import LatestServices

PLAN = """Stadtentwicklungskonzept 2035 der Stadt Pirna

Maßnahmen

1.1 Ausbau der Radwege am Fluss

Die Radwege am Ufer werden verbreitert und beleuchtet, damit der Weg zur Arbeit auch im Winter sicher ist.

1.2 Schulhöfe entsiegeln

Auf den Schulhöfen werden Bäume gepflanzt, die Schatten spenden und wenig Wasser brauchen.

1.3 Beratung für Vereine

Eine Stelle im Rathaus hilft Vereinen bei Anträgen auf Förderung.
"""
SDG_12 = "http://metadata.un.org/sdg/12"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A published workspace that tests take a copy of."""
    return publish(tmp_path_factory.mktemp("published") / "w")


@pytest.fixture
def settings(published: Settings, tmp_path: Path) -> Settings:
    workspace = shutil.copytree(published.workspace, tmp_path / "w", symlinks=True)
    return replace(published, workspace=workspace, editor_token=TOKEN, max_source_bytes=2_000_000)


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(LatestServices(settings), settings, Drafts(settings))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that is signed in."""
    client = app.test_client()
    answer = send(client, "/edit/sign-in", name="Bauamt Pirna", token=TOKEN)
    assert answer.status_code == 303
    return client


def send(client: FlaskClient, action: str, form_on: str = "/edit/sign-in", **fields: object) -> TestResponse:
    """Posts a form with the protection token of a page."""
    page = BeautifulSoup(client.get(form_on).text, "html.parser")
    token = page.find("input", {"name": "csrf_token"})["value"]
    return client.post(action, data={"csrf_token": token, **fields})


def upload(client: FlaskClient, text: str | bytes = PLAN, name: str = "insek.txt", **fields: object) -> TestResponse:
    data = text.encode() if isinstance(text, str) else text
    return send(client, "/edit/add", "/edit/", file=(io.BytesIO(data), name), **fields)


def finished(client: FlaskClient, address: str) -> BeautifulSoup:
    """The page of a draft once the work on it has ended."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        page = BeautifulSoup(client.get(address).text, "html.parser")
        if not page.find(id="work"):
            return page
        time.sleep(0.1)
    raise AssertionError(f"the work on {address} did not end")


def labels(client: FlaskClient) -> set[str]:
    return {item["label"] for item in client.get("/api/v1/items?kind=measure&k=100").json["items"]}


def test_a_plan_is_looked_over_corrected_published_and_taken_back(client: FlaskClient, settings: Settings) -> None:
    before = labels(client)
    address = upload(client).location
    page = finished(client, address)
    assert "Pirna" in page.text
    assert labels(client) == before
    link = page.find("a", attrs={"aria-label": "Korrigieren: Schulhöfe entsiegeln"})["href"]
    fields = {field["name"]: field.get("value", field.text) for field in form_fields(client, link)}
    assert fields["number"] == "1.2"
    fields |= {"label": "Schulhöfe und Kitas entsiegeln", "cost": "300.000 €"}
    assert send(client, link, link, **fields).location == address
    assert "Schulhöfe und Kitas entsiegeln" in client.get(address).text
    assert send(client, f"{address}/publish", address).status_code == 303
    page = finished(client, address)
    assert "Das ist jetzt öffentlich." in page.text
    assert labels(client) - before == {
        "Ausbau der Radwege am Fluss",
        "Schulhöfe und Kitas entsiegeln",
        "Beratung für Vereine",
    }
    found = client.get("/api/v1/search?q=Schulhöfe+und+Kitas+entsiegeln").json["hits"][0]
    record = client.get(f"/api/v1/items/{found['id']}").json
    assert record["method"] == "human"
    assert record["cost"] == "300.000 €"
    assert "Bauamt Pirna" in client.get("/edit/").text
    assert send(client, f"{address}/undo", address).status_code == 303
    assert labels(client) == before
    assert (settings.workspace / "corrections.jsonl").read_text(encoding="utf-8") == ""
    send(client, f"{address}/publish", address)
    finished(client, address)
    assert "Schulhöfe und Kitas entsiegeln" in labels(client)


def form_fields(client: FlaskClient, address: str) -> list:
    form = BeautifulSoup(client.get(address).text, "html.parser").find("form", class_="wide-form")
    return [field for field in form.find_all(["input", "textarea"]) if field.get("type") not in ("hidden", "checkbox")]


def test_corrections_and_links_are_published_together_with_who_and_when(client: FlaskClient) -> None:
    items = {item["label"]: item["id"] for item in client.get("/api/v1/items?k=100").json["items"]}
    measure, wrong = items["Radwege ausbauen"], items["Netzwerk Bildung aufbauen"]
    page = f"/id/measure/{measure.removeprefix('measure-')}"
    send(client, "/edit/review", page, item=measure, concept=SDG_12, review="confirmed")
    send(client, "/edit/review", page, item=measure, concept="http://metadata.un.org/sdg/11", review="rejected")
    link = f"/edit/drafts/corrections/items/{wrong}"
    send(client, link, link, dropped="yes")
    waiting = client.get("/edit/drafts/corrections").text
    assert "Bauamt Pirna" in waiting
    send(client, link, link, label="Ein Netz für Bildung")
    assert "Ein Netz für Bildung" in client.get("/edit/drafts/corrections").text
    take_back(client, "label")
    assert "Ein Netz für Bildung" not in client.get("/edit/drafts/corrections").text
    assert "SDG 12 – bestätigt" in waiting
    assert "3 Korrekturen warten" in client.get(page).text
    address = send(client, "/edit/drafts/corrections/publish", "/edit/drafts/corrections").location
    assert "Das ist jetzt öffentlich." in finished(client, address).text
    links = {link["code"]: link for link in client.get(f"/api/v1/items/{measure}").json["alignments"]}
    assert (links["12"]["method"], links["12"]["accepted"]) == ("human", True)
    assert (links["11"]["review"], links["11"]["accepted"]) == ("rejected", False)
    assert client.get(f"/api/v1/items/{wrong}").status_code == 404
    assert "Korrekturen von Menschen" in client.get(page).text
    assert "Bauamt Pirna" not in client.application.test_client().get(page).text


def take_back(client: FlaskClient, field: str) -> TestResponse:
    """Presses the button beside the correction of a field, or of a link to a concept."""
    page = BeautifulSoup(client.get("/edit/drafts/corrections").text, "html.parser")
    forms = page.find_all("form", action="/edit/drafts/corrections/take-back")
    values = [{box["name"]: box["value"] for box in form.find_all("input")} for form in forms]
    return client.post("/edit/drafts/corrections/take-back", data=next(one for one in values if one["field"] == field))


def test_the_last_correction_that_is_taken_back_takes_its_draft_along(client: FlaskClient) -> None:
    item = client.get("/api/v1/items?kind=measure").json["items"][0]["id"]
    page = f"/id/measure/{item.removeprefix('measure-')}"
    send(client, "/edit/review", page, item=item, concept=SDG_12, review="confirmed")
    assert "1 Korrektur" in client.get(page).text
    assert take_back(client, SDG_12).location == "/edit/"
    assert client.get("/edit/drafts/corrections").status_code == 404


def test_going_back_to_a_version_without_its_corrections_keeps_those_that_are(settings: Settings) -> None:
    made = '{"item": "measure-1", "field": "label", "value": "Neu", "author": "Bauamt", "date": "2026-11-01"}\n'
    (settings.workspace / "corrections.jsonl").write_text(made, encoding="utf-8")
    version = next((settings.workspace / "generations").iterdir())
    assert not (version / "corrections.jsonl").exists()
    Drafts(settings).restore(version.name)
    assert (settings.workspace / "corrections.jsonl").read_text(encoding="utf-8") == made


def test_a_document_is_taken_out_and_an_earlier_version_brought_back(client: FlaskClient) -> None:
    everything = labels(client)
    document = client.get("/api/v1/items?municipality=12062224").json["items"][0]["document"]
    address = send(client, "/edit/remove", "/edit/", document=document).location
    send(client, f"{address}/publish", address)
    finished(client, address)
    assert "Radwege ausbauen" not in labels(client)
    version = BeautifulSoup(client.get("/edit/").text, "html.parser").find("input", {"name": "version"})["value"]
    send(client, "/edit/restore", "/edit/", version=version)
    assert labels(client) == everything


def test_what_cannot_be_read_says_why_and_leaves_everything_as_it_is(client: FlaskClient) -> None:
    before = client.get("/health").json["generation"]
    address = upload(client, "Ein Text, der von keiner Stadt spricht.").location
    page = finished(client, address)
    assert "fehlgeschlagen" in page.text
    assert page.find_all(class_="warning")[1].text.startswith("insek.txt: keine Stadt erkannt")
    assert send(client, f"{address}/publish", address).status_code == 400
    send(client, f"{address}/read", address, municipality="Pirna", title="Konzept")
    assert "bereit zur Durchsicht" in finished(client, address).text
    send(client, f"{address}/discard", address)
    assert client.get(address).status_code == 404
    assert client.get("/health").json["generation"] == before


@pytest.mark.parametrize(
    ("data", "name", "fields", "says"),
    [
        (b"\x89PNG\r\n\x1a\n", "plan.pdf", {}, "Diese Art von Datei wird nicht gelesen"),
        (b"\x7fELF\0\0\0", "plan.txt", {}, "Diese Art von Datei wird nicht gelesen"),
        (b"", "plan.pdf", {}, "Die Datei ist leer"),
        (PLAN.encode(), "plan.txt", {"municipality": "Nirgendwo"}, "Nirgendwo"),
        (PLAN.encode(), "plan.txt", {"address": "https://example.org/"}, "entweder eine Datei oder eine Adresse"),
    ],
)
def test_what_is_no_readable_file_is_refused(
    client: FlaskClient, settings: Settings, data: bytes, name: str, fields: dict[str, str], says: str
) -> None:
    answer = upload(client, data, name, **fields)
    assert answer.status_code == 400
    assert says in answer.text
    assert list((settings.workspace / "uploads").glob("*")) == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/plan.pdf", "/etc/passwd", "https://"])
def test_only_web_addresses_are_fetched(client: FlaskClient, address: str) -> None:
    answer = send(client, "/edit/add", "/edit/", address=address)
    assert answer.status_code == 400
    assert "keine Webadresse" in answer.text


def test_an_address_inside_the_own_network_is_not_fetched(client: FlaskClient) -> None:
    address = send(client, "/edit/add", "/edit/", address="http://127.0.0.1:9/plan.pdf").location
    assert "fehlgeschlagen" in finished(client, address).text


def test_no_path_comes_from_the_client(client: FlaskClient, settings: Settings, tmp_path: Path) -> None:
    address = upload(client, name="../../../outside.txt").location
    finished(client, address)
    assert not list(tmp_path.rglob("*outside*"))
    assert [path.suffix for path in (settings.workspace / "uploads").iterdir()] == [".txt"]
    for draft in ("..", "%2e%2e", "..%2f..%2fcurrent", "corrections"):
        assert client.get(f"/edit/drafts/{draft}").status_code == 404
    token = {"version": "../../sources"}
    assert send(client, "/edit/restore", "/edit/", **token).status_code == 404


def test_a_file_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert upload(client, b"x" * 2_200_000).status_code == 413
    assert send(client, "/edit/sign-in", name="x" * 1_200_000, token=TOKEN).status_code == 413


def test_every_form_is_protected_against_forgery(app: Flask, client: FlaskClient) -> None:
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods and rule.endpoint != "sparql.endpoint"]
    assert len(posts) > 8
    for rule in posts:
        address = rule.rule.replace("<identifier>", "corrections").replace("<item>", "measure-0")
        answer = client.post(address, data={"token": TOKEN, "name": "x", "csrf_token": "forged"})
        assert answer.status_code == 400, rule
        assert "Dieses Formular ist veraltet" in answer.text, rule


def test_who_is_not_signed_in_is_led_to_the_form_and_changes_nothing(app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.get("/edit/").location == "/edit/sign-in?back=/edit/"
    assert send(stranger, "/edit/add", address="https://example.org/").location == "/edit/sign-in"
    assert "Korrigieren" not in stranger.get("/search?q=Rad").text
    for wrong in ("", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper()):
        assert send(stranger, "/edit/sign-in", name="x", token=wrong).status_code == 403
    assert send(stranger, "/edit/sign-in", name=" ", token=TOKEN).status_code == 403


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(app: Flask, back: str) -> None:
    answer = send(app.test_client(), "/edit/sign-in", name="x", token=TOKEN, back=back)
    assert answer.location == "/edit/"


def test_signing_out_ends_it(client: FlaskClient) -> None:
    send(client, "/edit/sign-out", "/edit/")
    assert client.get("/edit/").status_code == 303


def test_editing_is_off_unless_a_token_is_set(settings: Settings) -> None:
    client = create_app(LatestServices(settings), settings).test_client()
    for address in ("/edit/", "/edit/sign-in", "/edit/drafts/corrections"):
        assert client.get(address).status_code == 404
    assert "anmelden" not in client.get("/").text
    assert not Drafts(replace(settings, editor_token="")).allows("")


def test_a_short_token_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        Settings(editor_token="short")


def test_work_that_broke_off_is_told_apart_from_work_that_goes_on(client: FlaskClient, settings: Settings) -> None:
    address = upload(client).location
    finished(client, address)
    drafts = Drafts(settings)
    draft = drafts.drafts()[0]
    drafts.save(replace(draft, step="publishing"))
    assert "unterbrochen" in finished(client, address).text


def test_the_first_plan_can_be_added_in_the_browser(tmp_path: Path) -> None:
    empty = Settings(workspace=tmp_path / "empty", encoder="dummy", editor_token=TOKEN)
    client = create_app(LatestServices(empty), empty, Drafts(empty)).test_client()
    send(client, "/edit/sign-in", name="Bauamt", token=TOKEN)
    address = upload(client).location
    finished(client, address)
    send(client, f"{address}/publish", address)
    assert "Das ist jetzt öffentlich." in finished(client, address).text
    assert "Schulhöfe entsiegeln" in labels(client)
