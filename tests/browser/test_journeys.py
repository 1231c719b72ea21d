"""A planner's journeys in a real browser; every page on desktop and phone, checked with axe-core."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kg.vocabulary import concept
from search_app.i18n import COOKIE, translator

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 800)}
PAGES = {
    "start": "/",
    "results": "/search?q=Rad",
    "nothing": "/search?q=!!!",
    "towns": "/towns",
    "town": "/id/municipality/14730310",
    "unread-town": "/id/municipality/03254026",
    "compare-form": "/compare",
    "compare": "/compare?municipality=Torgau&municipality=Herzberg&municipality=Nordstemmen&scheme=sdg",
    "concepts": "/concepts",
    "concept": "/scheme/sdg/11.2",
    "query": "/query?query=SELECT+%3Fs+%3Fo+%7B+%3Fs+a+%3Fo+%7D+LIMIT+5&run=1",
    "about": "/about",
    "accessibility": "/accessibility",
    "definitions": "/def",
    "api": "/api/v1/",
    "missing": "/nowhere",
}


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    """The language that was chosen: German unless a test says otherwise."""
    return getattr(request, "param", "de")


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, language: str, browser: Browser, site: str) -> Iterator[Page]:
    """A page at desktop or phone width; anything on the console that is not about a missing page fails the test."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(base_url=site, viewport={"width": width, "height": height}, locale="de-DE")
    context.add_cookies([{"name": COOKIE, "value": language, "url": site}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if "404" not in text and "ERR_FAILED" not in text] == []


def addresses(page: Page) -> dict[str, str]:
    """All pages to look at, with those of things whose ids the tests have to ask for."""
    item = page.request.get("/api/v1/search?q=Radverkehrskonzept&kind=measure&k=1").json()["hits"][0]
    record = page.request.get(f"/api/v1/items/{item['id']}").json()
    document = record["document"].removeprefix("document-")
    return PAGES | {
        "item": f"/id/measure/{item['id'].removeprefix('measure-')}",
        "plan": f"/id/plan/{record['plan'].removeprefix('plan-')}",
        "document": f"/id/document/{document}?page=2&item={item['id']}",
    }


def test_every_page_is_accessible_and_fits(page: Page, artefacts: Path) -> None:
    assert AXE.exists(), "run 'npm ci --ignore-scripts'"
    source = AXE.read_text(encoding="utf-8")
    wrong: dict[str, object] = {}
    for name, address in addresses(page).items():
        page.goto(address)
        page.evaluate(source)
        found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
        if violations := [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found["violations"]]:
            wrong[name] = violations
        width, height = page.viewport_size["width"], page.viewport_size["height"]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[f"{name} is too wide"] = width
        page.screenshot(path=artefacts / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 320, "height": 256})  # a desktop at 400 per cent
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wrong[f"{name} cannot be enlarged"] = 320
        page.set_viewport_size({"width": width, "height": height})
    assert wrong == {}


in_both_languages = pytest.mark.parametrize("language", ["de", "en"], indirect=True)


@pytest.fixture
def say(language: str) -> Callable[[str], str]:
    """What the interface calls something in the language that was chosen, by its English name."""
    return translator(language)


@in_both_languages
def test_from_a_question_to_the_passage_in_the_original(page: Page, say: Callable[[str], str]) -> None:
    page.goto("/")
    page.get_by_label(say("What are you looking for?")).fill("Konzept für den Radverkehr")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Radverkehrskonzept erarbeiten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Radverkehrskonzept erarbeiten")
    expect(page.get_by_role("heading", name=say("Where it stands"))).to_be_visible()
    expect(page.locator(".evidence .quote").first).to_have_text("Radverkehrskonzept erarbeiten")
    expect(page.locator(".page-strip image")).to_be_visible()
    expect(page.locator(".page-strip rect")).to_have_count(1)
    page.locator(".page-strip").click()
    expect(page.locator(".page-image img")).to_have_js_property("complete", True)
    assert page.locator(".page-image img").evaluate("image => image.naturalWidth") > 500


@in_both_languages
def test_from_a_measure_to_its_counterpart_in_another_town(page: Page, say: Callable[[str], str]) -> None:
    page.goto("/search?q=Ausbau des Radverkehrs&kind=goal")
    page.get_by_role("link", name="Ausbau des Radverkehrs").click()
    expect(page.get_by_role("heading", name=say("Similar in other towns"))).to_be_visible()


@in_both_languages
def test_one_town_against_another(page: Page, language: str, say: Callable[[str], str]) -> None:
    page.goto("/id/municipality/14730310")
    page.get_by_role("link", name=say("Compare with another town")).click()
    page.get_by_label(say("Town %(number)s") % {"number": 2}).select_option("Herzberg (Elster)")
    page.get_by_role("button", name=say("Show comparison")).click()
    expect(page.get_by_role("heading", name=say("Only in %(town)s") % {"town": "Torgau"})).to_be_visible()
    education = concept("http://metadata.un.org/sdg/4").label(language)
    expect(page.get_by_role("row", name=education)).to_contain_text("1")


@in_both_languages
def test_filters_lead_to_a_table_for_the_own_report(page: Page, say: Callable[[str], str]) -> None:
    page.goto("/search")
    page.get_by_role("checkbox", name=say("Measures")).check()
    page.get_by_role("checkbox", name="Herzberg").check()
    page.get_by_role("button", name=say("Apply")).click()
    expect(page.locator(".hit")).to_have_count(3)
    answer = page.request.get(page.get_by_role("link", name="CSV").get_attribute("href"))
    rows = list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))
    assert {row["municipality"] for row in rows} == {"Herzberg (Elster)"}
    assert len(rows) == 3


@in_both_languages
def test_from_a_target_to_the_towns_that_serve_it(page: Page, say: Callable[[str], str]) -> None:
    page.goto("/concepts")
    card = page.locator(".card", has=page.get_by_role("link", name="SDG 11 "))
    card.get_by_text(say("Targets of this goal")).click()
    card.get_by_role("link", name="11.2 ").click()
    expect(page.get_by_role("heading", name="Torgau")).to_be_visible()
    expect(page.get_by_role("heading", name="Herzberg (Elster)")).to_be_visible()


@pytest.mark.parametrize("answer", [{"status": 404, "body": "gone"}, None], ids=["missing", "broken-off"])
def test_where_the_picture_of_a_page_is_missing_its_text_stays(
    page: Page, artefacts: Path, answer: dict | None
) -> None:
    page.route("**/*.png*", lambda route: route.fulfill(**answer) if answer else route.abort())
    lost: list[str] = []
    page.on("requestfinished" if answer else "requestfailed", lambda request: lost.append(request.url))
    known = addresses(page)
    page.goto(known["item"])
    page.wait_for_load_state("networkidle")
    expect(page.locator(".evidence .quote").first).to_be_visible()
    expect(page.locator(".page-strip").first).to_be_hidden()
    page.screenshot(path=artefacts / "item-without-picture.png", full_page=True)
    page.goto(known["document"])
    expect(page.locator(".page-text")).to_be_visible()
    expect(page.locator(".page-text")).to_contain_text("Radverkehrskonzept erarbeiten")
    expect(page.get_by_text("Das Bild dieser Seite konnte nicht geladen werden")).to_be_visible()
    expect(page.locator(".page-image")).to_be_hidden()
    page.screenshot(path=artefacts / "document-without-picture.png", full_page=True)
    assert any(".png" in address for address in lost)


def test_english_is_a_click_away(page: Page) -> None:
    page.goto("/search?q=Rad&kind=measure")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_label("Search goals and measures")).to_have_value("Rad")


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/towns")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_pages_work_without_scripts_and_stay_small(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", "0"))))
    page.goto("/search?q=Rad")
    expect(page.locator(".hit").first).to_be_visible()
    page.get_by_role("checkbox", name="Ziele").first.check()
    page.get_by_role("button", name="Anwenden").click()
    expect(page.locator(".hit").first).to_contain_text("Ziel")
    assert 0 < sum(sizes) < 250_000
    context.close()


def test_the_editor_sends_what_was_typed(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, locale="de-DE")
    page = context.new_page()
    page.goto("/query")
    page.get_by_label("Abfrage", exact=True).click()
    expect(page.locator(".CodeMirror-focused")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT * { ?a a insek:Massn")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("insek:Measure")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+A")
    page.keyboard.type("ASK { ?a ?b ?c }")
    page.get_by_role("button", name="Abfrage ausführen").click()
    expect(page.get_by_role("heading", name="Antwort: ja")).to_be_visible()
    context.close()


def test_the_editor_knows_prefixes_and_finds_concepts_by_keyword(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, locale="de-DE")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/query")
    page.get_by_label("Abfrage", exact=True).click()
    expect(page.locator(".CodeMirror-focused")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT ?m { ?m insek:contributesTo Verkehrssysteme")
    page.keyboard.press("Control+Space")
    hints = page.locator(".CodeMirror-hints")
    expect(hints).to_contain_text("<http://metadata.un.org/sdg/11.2>")
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    expect(page.locator(".CodeMirror-code")).to_contain_text("PREFIX insek: <https://w3id.org/insek/def#>")
    page.get_by_role("button", name="Abfrage ausführen").click()
    table = page.locator("#answer table")
    expect(table.locator("tbody tr")).to_have_count(3)
    shared = page.url
    page.goto("/")
    page.goto(shared)
    table.get_by_role("link").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "/id/" in page.url
    assert all(address.startswith((site, "data:")) for address in asked), asked
    context.close()
