"""The German analyser and the taking apart of questions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.wordlist import WordList, write
from search_app.search.analysis import Analyzer, dictionary, fold
from search_app.search.query import LONGEST, parse


@pytest.fixture(scope="module")
def analyzer():
    return Analyzer(dictionary())


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Radverkehrskonzept", ("rad", "verkehrskonzept")),
        ("Lärmaktionsplanes", ("laerm", "aktionsplanes")),
        ("Radweg", ("rad", "weg")),
        ("Stadtbäume", ("stadt", "baeume")),
        ("Besucherinformation", ("besucher", "information")),
        ("Jugendberatung", ("jugend", "beratung")),
        ("Verein", ()),
        ("Unterstützung", ()),
        ("Weiterentwicklung", ()),
        ("Verkehr", ()),
    ],
)
def test_compounds_are_split_into_words(analyzer, word, parts):
    assert analyzer.splitter.parts(fold(word)) == parts


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Grünflächen", "Gruenflaechen"),
        ("Grünflächen", "Grunflachen"),
        ("Maßnahmen", "MaBnahmen"),
        ("Maßnahme", "Massnahmen"),
        ("Bäume", "Baum"),
    ],
)
def test_spellings_of_a_word_share_their_stem(analyzer, a, b):
    assert analyzer.terms(a)[0] == analyzer.terms(b)[0]


def test_suspended_hyphens_are_completed(analyzer):
    terms = {term for token in analyzer.tokens("Rad- und Fußwege") for term in token.terms}
    assert analyzer.terms("Radwege")[0] in terms
    assert analyzer.terms("Fußwege")[0] in terms


@settings(deadline=None)
@given(st.text(max_size=200))
def test_tokens_stand_where_they_say(text):
    for token in Analyzer(frozenset()).tokens(text):
        assert text[token.start : token.end].strip()
        assert token.terms


def test_questions_are_taken_apart():
    query = parse('"grüne Spirale" Park* -Verkehr und der Bus')
    assert query.phrases == (("gruene", "spirale"),)
    assert query.excluded == (("verkehr",),)
    assert query.prefixes == ("park",)
    assert "Bus" in query.words
    assert "und" not in query.words
    assert "Verkehr" not in query.text


@given(st.text(max_size=300))
def test_any_question_can_be_taken_apart(text):
    assert len(parse(text).text) <= LONGEST


@settings(deadline=None)
@given(st.sets(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)))
def test_a_word_list_knows_its_words_and_no_others(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("words") / "list.marisa"
    write(path, found)
    listed = WordList(path)
    assert all(word in listed for word in found if word)
    assert all((word + "x" in listed) == (word + "x" in found) for word in found)
    assert sorted(listed.words(), key=str.encode) == sorted((w for w in found if w), key=str.encode)
