"""What Lighthouse would look at: bytes over the line, work of the browser at a quarter of the speed, good form.

The work is counted in processor time of the page's main thread, which other programs on the machine do not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from test_journeys import addresses

pytestmark = pytest.mark.browser

SLOWER = 4
MOST_BYTES = 250_000
MOST_SECONDS = 1.0
MOST_REQUESTS = 12
FORM = """() => ({
  blocking: [...document.head.querySelectorAll("script[src]:not([defer]):not([async]):not([type=module])")].length,
  inline: document.querySelectorAll("style, script:not([src]):not([type='application/ld+json'])").length,
  unsized: [...document.images].filter((image) => !image.getAttribute("width") || !image.getAttribute("height")).length,
  foreign: performance.getEntriesByType("resource").filter((each) => !each.name.startsWith(location.origin)).length,
  description: document.querySelector("meta[name=description]")?.content.length ?? 0,
  viewport: !!document.querySelector("meta[name=viewport]"),
  main: document.querySelectorAll("main").length,
  levels: [...document.querySelectorAll("h1, h2, h3, h4")].map((heading) => Number(heading.tagName[1])),
})"""


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 800}, locale="de-DE")
    yield context.new_page()
    context.close()


def visit(page: Page, address: str) -> tuple[int, float, int]:
    """Bytes received, seconds of work on the main thread until the page is at rest, and number of requests."""
    devtools = page.context.new_cdp_session(page)
    received: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    before = worked(devtools)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    seconds = worked(devtools) - before
    devtools.detach()
    return int(sum(received)), seconds, len(received)


def worked(devtools: CDPSession) -> float:
    figures = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    return float(figures["TaskDuration"])


def test_every_page_is_light_and_well_formed(page: Page) -> None:
    wrong: dict[str, object] = {}
    visit(page, "/")  # the first page of a browser pays for its own start
    for name, address in addresses(page).items():
        received, seconds, requests = visit(page, address)
        assert received > 1_000, name
        if received > MOST_BYTES or requests > MOST_REQUESTS:
            wrong[f"{name}: weight"] = (received, requests)
        if seconds > MOST_SECONDS:
            wrong[f"{name}: seconds"] = seconds
        form = page.evaluate(FORM)
        levels = form.pop("levels")
        skipped = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        description, viewport, main = form.pop("description"), form.pop("viewport"), form.pop("main")
        if any(form.values()) or skipped or not 40 < description < 320 or not viewport or main != 1:
            wrong[f"{name}: form"] = (form, skipped, description, viewport, main)
    assert wrong == {}


def test_nothing_moves_for_who_wants_no_motion(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/concepts")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = "[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0)"
    assert page.evaluate(f"{moving}.length") == 0
    context.close()


@pytest.mark.parametrize("name", ["town", "compare", "item", "results"])
def test_printed_pages_hold_the_content_without_the_controls(page: Page, name: str) -> None:
    page.goto(addresses(page)[name])
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_have_count(1)
    for control in (".site-nav", ".site-footer", ".facets", ".search-form"):
        assert not page.locator(control).first.is_visible(), control
    assert page.locator("main").inner_text().strip()
    assert len(page.pdf(format="A4")) > 5_000


def test_a_chart_prints_with_its_figures_and_without_colour_alone(page: Page) -> None:
    page.goto("/id/municipality/14730310")
    chart = page.locator("figure", has=page.locator("svg.chart")).first
    figures = [int(cell) for cell in chart.locator("td.number").all_text_contents()]
    drawn = [int(text) for text in chart.locator("svg text").all_text_contents() if text.isdigit()]
    assert figures == drawn
    assert figures


def test_the_results_are_reached_and_narrowed_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("Radwege")  # the field has the focus
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    box = page.get_by_role("checkbox", name="Maßnahmen")
    reach(page, box)
    page.keyboard.press("Space")
    reach(page, page.get_by_role("button", name="Anwenden"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Maßnahmen")).to_be_checked()
    reach(page, page.locator(".hit h3 a").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Fundstelle")).to_be_visible()


def reach(page: Page, wanted: object) -> None:
    """Presses Tab until the element has the focus, which must then be visible."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
            return
    raise AssertionError("the keyboard does not reach it")
