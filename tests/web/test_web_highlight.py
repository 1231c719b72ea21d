"""Marking never changes the text and never lets markup through."""

from __future__ import annotations

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from search_app.views.highlight import highlight, mark_ranges

TEXTS = st.text(st.characters(blacklist_characters="\r\0", blacklist_categories=["Cs", "Cc"]), max_size=60)


def marked(html: str) -> list[str]:
    return [mark.text for mark in BeautifulSoup(html, "html.parser").find_all("mark")]


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_the_text_stays_as_it_is(text: str, words: list[str]) -> None:
    assert BeautifulSoup(highlight(text, words), "html.parser").get_text() == text


@given(TEXTS, st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=4))
def test_ranges_mark_what_they_cover_and_nothing_else(text: str, ranges: list[tuple[int, int]]) -> None:
    covered = {place for start, end in ranges for place in range(max(0, start), min(len(text), end))}
    assert "".join(marked(mark_ranges(text, ranges))) == "".join(text[place] for place in sorted(covered))


def test_words_are_found_inside_compounds_in_any_case() -> None:
    assert marked(highlight("Radverkehr und Lastenrad", ["rad"])) == ["Rad", "rad"]
    assert marked(highlight("Radverkehr", ["ra"])) == []


def test_the_first_mark_can_be_led_to() -> None:
    soup = BeautifulSoup(mark_ranges("abcdef", [(0, 1), (3, 4)], anchor="passage"), "html.parser")
    assert [mark.get("id") for mark in soup.find_all("mark")] == ["passage", None]
