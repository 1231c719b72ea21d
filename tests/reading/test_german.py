"""German text healed: line ends, debris, ligatures, and letters that recognition got wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.german import clean, join_lines, join_pieces, ocr_damaged, repair_ocr


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["Weiterentwick-", "lung"], "Weiterentwicklung"),
        (["Rad-", "und Fußwege"], "Rad- und Fußwege"),
        (["Innen-/", "Außenentwicklung"], "Innen-/Außenentwicklung"),
        (["Stadtsanierung/", "-umbau"], "Stadtsanierung/-umbau"),
        (["EU-", "weit"], "EU-weit"),
        (["CO2-", "Minderung"], "CO2-Minderung"),
        (["Versorgungs-,", "Arbeits- und"], "Versorgungs-, Arbeits- und"),
        (["Ziel –", "Weg"], "Ziel – Weg"),
        (["weich\u00ad", "getrennt"], "weichgetrennt"),
        (["STADTENTWICK-", "LUNG"], "STADTENTWICKLUNG"),
        (["", "  allein ", ""], "allein"),
        ([], ""),
    ],
)
def test_lines_are_joined_and_hyphens_healed(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Konzept¹ und Maßnahme²)", "Konzept und Maßnahme"),
        ("(siehe Karte¹²) bis 2030³.", "(siehe Karte) bis 2030."),
        ("Geräte kaufen ³⁶", "Geräte kaufen"),
        ("15 km² und 20m², 10⁶ t, a² + b², 3¹/₂ m³", "15 km² und 20m², 10⁶ t, a² + b², 3¹/₂ m³"),
        ("¹ Vgl. Kapitel 3", "¹ Vgl. Kapitel 3"),
    ],
)
def test_raised_numbers_that_refer_to_footnotes_go_and_powers_stay(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Dienstleistungsfunktio-nen der demo-grafischen Lage", "Dienstleistungsfunktionen der demografischen Lage"),
        ("ein Start-up, öffentlich-rechtlich, grün-blaue Wege", "ein Start-up, öffentlich-rechtlich, grün-blaue Wege"),
        ("eﬃziente Flächen", "effiziente Flächen"),
        ("St\u00a8adte", "Städte"),
        ("S T A D T", "STADT"),
        ("Z I E L E  U N D  M A S S N A H M E N", "ZIELE UND MASSNAHMEN"),
        ("W e g e  i n  T o r g a u", "Wege in Torgau"),
        ("Punkte a b c", "Punkte a b c"),
        ("Gru\u0308n\u00adflächen\u00a0 und\tWege", "Grünflächen und Wege"),
        ("CO₂ und m²", "CO₂ und m²"),
    ],
)
def test_text_is_cleaned(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Maß nahmen und ihre Um setzung", "Maßnahmen und ihre Umsetzung"),
        ("Qual itätssicherung im Verk ehr", "Qualitätssicherung im Verkehr"),
        ("Heizst rom", "Heizstrom"),
        ("nimmt die Stadt teil, in der man Rad fahren kann", "nimmt die Stadt teil, in der man Rad fahren kann"),
        ("Klimaschutz e. V. und Schule n", "Klimaschutz e. V. und Schule n"),
        ("Rad- und Fußwege", "Rad- und Fußwege"),
    ],
)
def test_words_that_spaces_break_are_made_whole(broken: str, whole: str) -> None:
    assert join_pieces(broken) == whole


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("Grunflachen", "Grünflächen"),
        ("MaBnahmen und StraBen", "Maßnahmen und Straßen"),
        ("6ffentlicher Raum fiir Burger", "öffentlicher Raum für Burger"),
        ("OPNV", "ÖPNV"),
        ("Scha\ufffdung", "Scha\ufffdung"),
        ("Investi\ufffdonen", "Investitionen"),
    ],
)
def test_damage_is_mended_where_there_is_one_reading(damaged: str, repaired: str) -> None:
    assert repair_ocr(damaged) == repaired


@pytest.mark.parametrize("text", ["Torgau, Staupitz und Beckwitz", "Bruno fordert Masse", "Die Kosten wurden genannt."])
def test_names_and_sound_words_stay(text: str) -> None:
    assert repair_ocr(text) == text


def test_share_of_damage() -> None:
    assert ocr_damaged("Die Grunflachen der Stadt werden gepflegt") > 0.1
    assert ocr_damaged("Die Grünflächen der Stadt werden gepflegt") == 0.0
    assert ocr_damaged("") == 0.0


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\n" not in once


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßABCDEFGHIJKLMNOPQRSTUVWXYZ -,.\n", max_size=120))
def test_no_letter_is_lost(text: str) -> None:
    assert re.sub(r"\W", "", clean(text)) == re.sub(r"\W", "", text)


def _words(value: object) -> set[str]:
    if isinstance(value, str):
        return {word.lower() for word in re.findall(r"[^\W\d_]+", value)}
    if isinstance(value, dict):
        kept = [part for key, part in value.items() if not re.search("note|doubt|quote|source|trap|code|id", key)]
        return set().union(*map(_words, kept))
    return set().union(*map(_words, value)) if isinstance(value, list) else set()


def test_repair_is_precise_on_a_recognised_deck(corpus: Path) -> None:
    """What is repaired becomes a word of the labels; what cannot be said from them was read by a person."""
    truth = _words(json.loads((corpus / "labels/torgau.json").read_text(encoding="utf-8")))
    truth |= {"großwohn", "ergebnispräsentation", "gültige"}
    text = join_lines((corpus / "seeds/004_60a9671b8ea9525b.txt").read_text(encoding="utf-8").split("\n"))
    repaired = {word: repair_ocr(word) for word in set(re.findall(r"[^\W_]+(?:&[^\W_]+)*", text))}
    changed = {word: reading for word, reading in repaired.items() if word != reading}
    wrong = {word: reading for word, reading in changed.items() if reading.lower() not in truth}
    assert not wrong
    assert len(changed) >= 150
