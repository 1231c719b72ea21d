"""Adding a plan and correcting it in a real browser: sign in, upload, look over, correct, publish, undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from published import TOKEN
from test_journeys import AXE

pytestmark = pytest.mark.browser

AT_MOST = 240_000  # reading and publishing are waited for, on a busy machine too


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, editable_site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=editable_site, locale="de-DE", java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def looked_at(page: Page, name: str, artefacts: Path) -> None:
    """Keeps a picture of the page, and checks it with axe-core where it may run scripts."""
    page.screenshot(path=artefacts / f"{name}-1280.png", full_page=True)
    if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
        pytest.fail(f"{name} is too wide")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    assert [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found["violations"]] == [], name


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Zum Bearbeiten anmelden").click()
    page.get_by_label("Ihr Name oder Amt").fill("Stadtplanungsamt")
    page.get_by_label("Schlüssel").fill(TOKEN)
    page.get_by_role("button", name="Anmelden").click()
    page.goto("/edit/")


def test_a_plan_is_added_corrected_published_and_taken_back(
    page: Page, corpus: Path, artefacts: Path, request: pytest.FixtureRequest
) -> None:
    with_scripts = request.node.callspec.id == "scripts"
    sign_in(page)
    if with_scripts:
        looked_at(page, "edit", artefacts)
    page.get_by_label("Datei", exact=True).set_input_files(corpus / "pdf" / "muenster_Sachstandsbericht_2017-2018.pdf")
    page.get_by_role("button", name="Dokument einlesen").click()
    expect(page.get_by_text("bereit zur Durchsicht")).to_be_visible(timeout=AT_MOST)
    expect(page.get_by_text("Münster (05515000)")).to_be_visible()
    if with_scripts:
        looked_at(page, "draft", artefacts)
    page.get_by_role("link", name="Korrigieren: Klima-Check von Ratsbeschlüssen").click()
    if with_scripts:
        looked_at(page, "correct", artefacts)
    page.get_by_label("Titel", exact=True).fill("Klima-Prüfung aller Beschlüsse des Rates")
    page.get_by_role("button", name="Korrektur vormerken").click()
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Das ist jetzt öffentlich.")).to_be_visible(timeout=AT_MOST)
    draft = page.url
    page.goto("/search?q=Klima-Prüfung aller Beschlüsse des Rates")
    page.get_by_role("link", name="Klima-Prüfung aller Beschlüsse des Rates").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Klima-Prüfung aller Beschlüsse des Rates")
    if with_scripts:
        looked_at(page, "item-editor", artefacts)
    page.goto(draft)
    page.get_by_role("button", name="Veröffentlichung rückgängig machen").click()
    expect(page.get_by_text("bereit zur Durchsicht")).to_be_visible()
    page.goto("/search?q=Klima-Prüfung aller Beschlüsse des Rates")
    expect(page.get_by_role("link", name="Klima-Prüfung aller Beschlüsse des Rates")).to_have_count(0)
