import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.lines import Found
from ingest.extract.values import stated
from kg.model import Evidence


def _stated(field, text):
    return stated(field, Found(text, (Evidence("document-1", 1, 0, len(text), text),)))


@pytest.mark.parametrize(
    ("field", "text", "normal"),
    [
        ("period", "kurzfristig", "short-term"),
        ("period", "2024–2027", "2024/2027"),
        ("period", "bis 2030", "../2030"),
        ("period", "ab 2013", "2013/.."),
        ("period", "laufend", "ongoing"),
        ("period", "Ca. 1,5 Jahre ab Beauftragung", "P18M"),
        ("period", "2022-11-30\n2025-12-31", "2022-11-30/2025-12-31"),
        ("cost", "1,2 Mio. €", "1200000 EUR"),
        ("cost", "250 T€", "250000 EUR"),
        ("cost", "150 Tsd. Euro", "150000 EUR"),
        ("cost", "130.000 bis 220.000 €", "130000-220000 EUR"),
        ("cost", "1,5 bis 2 Mio. Euro", "1500000-2000000 EUR"),
        ("cost", "25.000 EUR/Jahr", "25000 EUR/year"),
        ("cost", "hoch", "high"),
        ("priority", "A++", "A++"),
        ("priority", "sehr hoch", "high"),
        ("priority", "1", "1"),
        ("status", "in Umsetzung", "in progress"),
        ("status", "abgeschlossen", "done"),
    ],
)
def test_normal_forms(field, text, normal):
    fact = _stated(field, text)
    assert fact.text == text
    assert fact.normal == normal


@pytest.mark.parametrize("text", ["k. A.", "-", "–", "keine Angabe", "Ihr Text", "noch offen", ""])
def test_what_says_nothing_is_not_stated(text):
    assert _stated("cost", text) is None if text else True


@pytest.mark.parametrize("text", ["hoch – mittel – gering", "hoch / mittel / niedrig", "☐ hoch ☐ mittel ☐ gering"])
def test_a_list_of_all_options_states_nothing(text):
    assert _stated("priority", text) is None


def test_the_marked_option_is_taken():
    assert _stated("priority", "☐ hoch ☒ mittel ☐ gering").text == "mittel"


def test_two_options_are_a_value():
    assert _stated("period", "kurz- bis mittelfristig").normal == "short-term/medium-term"


@given(st.sampled_from(["period", "cost", "priority", "status", "responsible"]), st.text(min_size=1, max_size=80))
def test_any_text_is_kept_as_worded_or_not_stated(field, text):
    fact = _stated(field, text)
    assert fact is None or fact.text in text
