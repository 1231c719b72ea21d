from __future__ import annotations

import pytest

from kg.mapping.stated import find_stated
from kg.model import Scheme


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Beitrag zu SDG 13", {"13"}),
        ("SDG11", {"11"}),
        ("SDGs 3, 11.2 und 13", {"3", "11.2", "13"}),
        ("Ziel 11 der Agenda 2030", {"11"}),
        ("Nachhaltigkeitsziel 4", {"4"}),
        ("SDG 4 – Hochwertige Bildung", {"4"}),
        ("Weniger Ungleichheiten", {"10"}),
        ("Smarte Mobilität", {"mobility"}),
        ("smart governance", {"governance"}),
        ("Die grüne und die gerechte Stadt", {"green", "just"}),
        ("gerechte, grüne und produktive Stadt", {"just", "green", "productive"}),
        ("Leitbild der produktiven Stadt", {"productive"}),
        ("Gemeinwohlorientierung der Stadtpolitik", {"common-good"}),
        ("nach dem integrierten Ansatz", {"integrated-approach"}),
        ("Beteiligung und Koproduktion", {"participation"}),
        ("Mehrebenen-Governance", {"multi-level-governance"}),
        ("ein ortsbezogener Ansatz", {"place-based-approach"}),
        ("Querschnittsthema Digitalisierung", {"digitalisation"}),
        ("vorausschauende Bodenpolitik", {"land-policy"}),
    ],
)
def test_what_the_text_names_is_found(text, codes):
    assert {code for _, code in find_stated(text)} == codes


@pytest.mark.parametrize(
    "text",
    [
        "Ziel 11: Ausbau der Radwege",
        "SDGs 2030",
        "SDG 25",
        "Smart City",
        "Grüne Wiese",
        "SDG 13 %",
        "Integriertes Stadtentwicklungskonzept",
        "",
    ],
)
def test_what_it_does_not_name_is_not(text):
    assert find_stated(text) == {}


def test_the_naming_words_stand_in_the_text():
    text = "Wir handeln nach SDG 11.3."
    (spans,) = find_stated(text).values()
    assert text[spans[0].start : spans[0].end] == "SDG 11.3"
    assert (Scheme.SDG_TARGET, "11.3") in find_stated(text)
