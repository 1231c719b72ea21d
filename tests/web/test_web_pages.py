"""Every page answers, in both languages, safely, with document text as text."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from published import HOSTILE

from kg.model import Scheme
from kg.settings import Settings
from search_app.app import create_app
from search_app.services.serving import LatestServices

ROOT = Path(__file__).resolve().parents[2]
TORGAU, HERZBERG, NORDSTEMMEN = "14730310", "12062224", "03254026"


def address(identifier: str) -> str:
    kind, _, digits = identifier.rpartition("-")
    return f"/id/{kind}/{digits}"


def all_pages(client: FlaskClient) -> list[str]:
    items = client.get("/api/v1/items?k=100").json["items"]
    documents = {item["document"] for item in items}
    plans = {item["plan"] for item in items}
    things = [item["id"] for item in items] + sorted(documents) + sorted(plans)
    fixed = [
        "/", "/search", "/search?q=Rad", "/search?q=Rad&kind=measure&sort=town", "/search?q=xyzzy&municipality=Torgau",
        "/towns", f"/id/municipality/{TORGAU}", f"/id/municipality/{NORDSTEMMEN}", "/compare",
        "/compare?municipality=Torgau&municipality=Herzberg&municipality=Nordstemmen&scheme=sdg-target",
        "/concepts", "/scheme/sdg/11.2", "/scheme/sdg/1", "/query", "/query?query=ASK+%7B%7D&run=1", "/about",
        "/accessibility", "/def",
    ]  # fmt: skip
    return fixed + [address(thing) for thing in things]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_answers_with_one_heading_and_a_title(client: FlaskClient, language: str) -> None:
    pages = all_pages(client)
    assert len(pages) > 25
    for page in pages:
        answer = client.get(page, query_string={"lang": language} if "?" not in page else None)
        assert answer.status_code == 200, page
        soup = BeautifulSoup(answer.text, "html.parser")
        assert len(soup.find_all("h1")) == 1, page
        assert soup.title.text.endswith("– INSEK-Graph"), page
        assert soup.find("main"), page


def test_no_page_loads_anything_from_another_host(client: FlaskClient) -> None:
    for page in all_pages(client):
        soup = BeautifulSoup(client.get(page).text, "html.parser")
        loaded = [tag.get("src") or tag.get("href") for tag in soup.find_all(["script", "img", "link", "image", "use"])]
        assert all(url is None or url.startswith("/") for url in loaded), page
        assert not soup.find(style=True), page


def test_answers_carry_a_strict_policy(client: FlaskClient) -> None:
    headers = client.get("/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_document_text_is_shown_as_text(client: FlaskClient, items: dict[str, str]) -> None:
    for page in ("/search?q=script", address(items[HOSTILE]), f"/search?municipality={HERZBERG}"):
        html = client.get(page).text
        assert "<script>alert" not in html
        assert HOSTILE in BeautifulSoup(html, "html.parser").get_text()
        assert "49" not in re.findall(r"alert\('x'\).{0,40}", BeautifulSoup(html, "html.parser").get_text())[0]


@pytest.mark.parametrize(
    "name", ["/search?q=", "/query?run=1&query=", "/compare?municipality=", "/search?municipality="]
)
def test_what_is_typed_is_shown_as_text(client: FlaskClient, name: str) -> None:
    html = client.get(f"{name}%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22%27%7B%7B7*7%7D%7D").text
    assert "<img src=x" not in html
    assert not BeautifulSoup(html, "html.parser").find(onerror=True)
    assert "49" not in BeautifulSoup(html, "html.parser").find("main").get_text()


def test_the_language_is_german_first_and_remembered(client: FlaskClient) -> None:
    assert 'lang="de"' in client.get("/", headers={"Accept-Language": "en"}).text
    assert "What do other towns plan?" in client.get("/?lang=en").text
    assert "What do other towns plan?" in client.get("/").text
    assert "Was planen andere Städte?" in client.get("/?lang=de").text


def test_an_item_shows_what_is_stated_and_says_what_is_not(client: FlaskClient, items: dict[str, str]) -> None:
    text = client.get(address(items["Radverkehrskonzept erarbeiten"])).text
    for fact in ("120.000 €", "2026 bis 2028", "Bauamt", "Landkreis; ADFC", "in Umsetzung", "Ausbau des Radverkehrs"):
        assert fact in text
    assert "Im Dokument nicht genannt: Priorität, Kennzahl." in text
    assert "INSEK Torgau 2035, Seite 2" in text


def test_a_child_is_listed_at_its_parent(client: FlaskClient, items: dict[str, str]) -> None:
    text = client.get(address(items["Ausbau des Radverkehrs"])).text
    assert address(items["Radverkehrskonzept erarbeiten"]) in text


def test_the_reader_marks_the_passage_of_an_item(client: FlaskClient, items: dict[str, str]) -> None:
    item = items["Netzwerk Bildung aufbauen"]
    record = client.get(f"/api/v1/items/{item}").json
    page = client.get(f"{address(record['document'])}?page=1&item={item}").text
    marks = [mark.text for mark in BeautifulSoup(page, "html.parser").find_all("mark")]
    assert marks == [evidence["quote"] for evidence in record["evidence"]]


def test_page_images_are_png_and_only_for_what_is_kept(client: FlaskClient, items: dict[str, str]) -> None:
    pdf = client.get(f"/api/v1/items/{items['Verkehr']}").json["document"]
    image = client.get(f"{address(pdf)}/page/1.png")
    assert image.data.startswith(b"\x89PNG")
    assert client.get(f"{address(pdf)}/page/1.png", headers={"If-None-Match": image.headers["ETag"]}).status_code == 304
    assert client.get(f"{address(pdf)}/page/99.png").status_code == 404
    assert client.get("/id/document/0123456789ab/page/1.png").status_code == 404


def test_facets_narrow_and_say_how_many(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/search?kind=measure").text, "html.parser")
    box = soup.find("input", {"name": "municipality", "value": HERZBERG})
    assert box.find_parent("label").find(class_="count").text == "3"
    narrowed = BeautifulSoup(client.get(f"/search?kind=measure&municipality={HERZBERG}").text, "html.parser")
    assert len(narrowed.find_all("li", class_="hit")) == 3


def test_filters_that_leave_nothing_show_what_is_nearest(client: FlaskClient, items: dict[str, str]) -> None:
    page = client.get("/search?q=Radwege&year=1950").text
    assert address(items["Radwege ausbauen"]) in page


def test_nothing_found_offers_ways_on(client: FlaskClient) -> None:
    text = client.get("/search?q=!!!&kind=area").text
    assert "Es wurde nichts gefunden" in text
    assert "Ohne Filter suchen" in text


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("/nirgends", 404),
        ("/id/measure/000000000000", 404),
        ("/id/municipality/99999999", 404),
        ("/id/document/000000000000", 404),
        ("/scheme/sdg/99", 404),
        ("/search?page=0", 400),
        ("/search?page=x", 400),
        ("/search?sort=best", 400),
        ("/search?format=exe", 400),
        ("/search?concept=nix", 404),
        ("/search?municipality=Nirgendwo", 404),
        (f"/search?q={'x' * 2001}", 400),
        ("/compare?municipality=Torgau&municipality=Herzberg&difference=-1", 400),
        ("/compare?scheme=nix", 400),
    ],
)
def test_bad_addresses_get_a_page_with_a_search_field(client: FlaskClient, page: str, status: int) -> None:
    answer = client.get(page)
    assert answer.status_code == status
    assert BeautifulSoup(answer.text, "html.parser").find("input", {"name": "q"})
    assert "Traceback" not in answer.text


def test_a_town_without_a_readable_plan_says_what_is_missing(client: FlaskClient) -> None:
    text = client.get(f"/id/municipality/{NORDSTEMMEN}").text
    assert "wurden keine Ziele oder Maßnahmen gefunden" in text
    assert "1 Seite war nicht lesbar." in text


def test_the_comparison_keeps_not_mentioned_apart_from_not_available(client: FlaskClient) -> None:
    query = "municipality=Torgau&municipality=Herzberg&municipality=Nordstemmen&scheme=sdg"
    rows = BeautifulSoup(client.get(f"/compare?{query}").text, "html.parser").select("table.heat tbody tr")
    education = next(row for row in rows if "Bildung" in row.th.text)
    torgau, herzberg, nordstemmen = education.find_all("td")[:3]
    assert torgau.span["aria-label"] == "nicht erwähnt"
    assert herzberg.text.strip() == "1"
    assert "nicht verfügbar" in nordstemmen.text


def test_the_slider_hides_small_differences(client: FlaskClient) -> None:
    query = "municipality=Torgau&municipality=Herzberg&scheme=sdg"
    everything = BeautifulSoup(client.get(f"/compare?{query}").text, "html.parser").select("table.heat tbody tr")
    wide = BeautifulSoup(client.get(f"/compare?{query}&difference=30").text, "html.parser")
    assert 0 < len(wide.select("table.heat tbody tr")) < len(everything)
    assert "ausgeblendet" in wide.text


def test_one_town_alone_stands_beside_the_average_of_its_size(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/compare?municipality=Herzberg&scheme=sdg").text, "html.parser")
    rows = {row.th.text.split("\n")[-1].strip(): row.find_all("td") for row in page.select("table.heat tbody tr")}
    cities = next(cells for name, cells in rows.items() if "Nachhaltige Städte" in name)
    assert [cell.text.strip().rstrip("\xa0\u202f %") for cell in cities] == ["1", "25", "8"]
    assert len(rows) > 2, "what only the others plan is shown as well"


def test_what_no_chosen_town_plans_is_listed(client: FlaskClient) -> None:
    page = BeautifulSoup(
        client.get("/compare?municipality=Torgau&municipality=Herzberg&scheme=sdg").text, "html.parser"
    )
    shown = {row.th.a["href"] for row in page.select("table.heat tbody tr")}
    missing = {link["href"] for link in page.select("details p a")}
    assert len(shown | missing) == 17
    assert not shown & missing


def test_without_a_generation_every_page_tells_how_to_build_one(tmp_path: Path) -> None:
    empty = Settings(workspace=tmp_path / "empty", encoder="dummy")
    client = create_app(LatestServices(empty), empty).test_client()
    for page in ("/", "/search", "/towns", "/query?query=ASK%20%7B%7D&run=1"):
        answer = client.get(page)
        assert answer.status_code == 503, page
        assert "insek build" in answer.text
    assert client.get("/health").status_code == 503
    assert client.get("/api/v1/items").content_type == "application/problem+json"


def test_health_names_the_generation(client: FlaskClient) -> None:
    assert client.get("/health").json["generation"] == "20261101T080000Z-0"


def test_text_is_compressed_where_the_client_takes_it(client: FlaskClient) -> None:
    import gzip

    packed = client.get("/concepts", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode() == client.get("/concepts").text
    style = client.get("/static/app.css", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(style.data) == client.get("/static/app.css").data


def test_a_misspelt_word_is_searched_for_as_it_is_spelt_and_the_page_says_so(client: FlaskClient) -> None:
    typed, spelt = (client.get(f"/search?q={query} für Bienen").text for query in ("Blühwiessen", "Blühwiesen"))
    page = BeautifulSoup(typed, "html.parser")
    assert "Gesucht wurde „Blühwiesen für Bienen“." in page.text
    assert page.find("a", string="Genau so suchen, wie es eingegeben wurde")["href"].startswith("/search?q=%22Bl")
    assert "Gesucht wurde" not in spelt
    hits = [[hit.text for hit in BeautifulSoup(each, "html.parser").select(".hit h3")] for each in (typed, spelt)]
    assert hits[0] == hits[1]


def test_pages_say_what_they_are(client: FlaskClient) -> None:
    for page in all_pages(client):
        head = BeautifulSoup(client.get(page).text, "html.parser").head
        assert len(head.find("meta", {"name": "description"})["content"]) > 40, page


def test_the_figures_shown_are_not_below_what_the_quality_gate_holds(client: FlaskClient) -> None:
    floors = tomllib.loads((ROOT / "tests" / "quality" / "floors_extraction.toml").read_text(encoding="utf-8"))
    measured = json.loads((ROOT / "search_app" / "views" / "measured.json").read_text(encoding="utf-8"))
    lowest = min(floor for document in floors.values() for floor in document["items"].values())
    assert measured["extraction"]["documents"] == len(floors)
    assert all(figures["f1"] >= lowest for figures in measured["extraction"]["kinds"].values())
    assert {"sdg"} <= set(measured["mapping"]["schemes"]) <= {scheme.value for scheme in Scheme}
    page = BeautifulSoup(client.get("/about?lang=en").text, "html.parser")
    measures = next(row for row in page.find_all("tr") if row.th and row.th.text == "Measures")
    recall = measured["extraction"]["kinds"]["measure"]["recall"]
    assert measures.find_all("td")[1].text == f"{recall:.0%}"


def test_an_item_says_why_a_goal_is_linked_or_not(client: FlaskClient, items: dict[str, str]) -> None:
    item = next(iter(items.values()))
    page = BeautifulSoup(client.get(address(item), query_string={"why": "14", "lang": "en"}).text, "html.parser")
    told = page.find(id="why").find_next("div", class_="card").get_text(" ", strip=True)
    assert "Life below water" in told
    assert "not linked" in told
    assert "Share of each method" in told
    assert client.get(address(item), query_string={"why": "no such goal"}).status_code == 404
