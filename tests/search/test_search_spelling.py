"""Questions with slips of typing and of text recognition, over the words of a small index."""

import pytest

from search_app.search import lexical
from search_app.search.query import parse
from search_app.search.spelling import Speller

TEXTS = (
    "Sanierung von Schulen und Kindertagesstätten",
    "Grünflächen und Bäume in der Innenstadt, Blühwiesen am Stadtpark",
    "Elektrobusse und Carsharing an Haltestellen",
    "Verkehrsplanung mit Querungshilfen, Fahrradtügel vor dem Rathaus",
    "Vereine der Stadt treffen sich",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    directory = tmp_path_factory.mktemp("spelling") / "lexical"
    lexical.build(directory, (lexical.Texts(row, text, "", "", ()) for row, text in enumerate(TEXTS)))
    return lexical.LexicalIndex(directory)


@pytest.fixture(scope="module")
def speller(index):
    return Speller(index)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Gruenflaechen", "Grünflächen"),
        ("grunflachen", "Grünflächen"),
        ("MaBnahmen fuer Strassenbaeume", "Maßnahmen für Straßenbäume"),
        ("Larmminderung", "Lärmminderung"),
        ("Schulgebaeudesanierungen", "Schulgebäudesanierungen"),
        ("Verkehrsp1anung", "Verkehrsplanung"),
        ("Innenstatd", "Innenstadt"),
        ("Elecktrobusse", "Elektrobusse"),
        ("Carshering", "Carsharing"),
        ("Fernwermenetz", "Fernwärmenetz"),
        ("Zebrastraifen", "Zebrastreifen"),
    ],
)
def test_slips_are_read_as_the_word_they_were_made_from(speller, typed, read):
    assert speller.corrected(typed) == read


@pytest.mark.parametrize(
    "question",
    [
        "Blühwiesen für Bienen",
        "im Winter geräumte Wege",
        "Bastelwerkstatt mit stickiger Luft",
        "pedestrian crossings near schools",
        "Masse, Maße, Busse, Buße, Steuer, neue Israel",
        "ÖPNV CO2 LoRaWAN B87 Smart4You",
        "Bad Münstereifel Buxtehude Uebigau",
        "Fahrradbügel",
        '"Innenstatd" Innenstat* -Innenstatd',
        "",
    ],
)
def test_proper_words_names_and_what_is_quoted_stay(speller, question):
    assert speller.corrected(question) == question
    assert speller.meant(question) is None


def test_what_was_typed_can_be_asked_for(speller):
    meant = speller.meant("Gruenflaechen  in der Innenstatd")
    assert (meant.read, meant.exact) == ("Grünflächen  in der Innenstadt", 'Gruenflaechen  in der "Innenstatd"')
    assert speller.meant("gruenflaechen") is None


def test_a_function_word_counts_for_no_question_and_can_be_left_out(index):
    rows, _ = index.search(index.groups(parse("Sicherheit")), [], 10)
    assert not len(rows), "the stem of Sicherheit is sich"
    assert index.with_word("stadt").tolist() == [4]
