from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mapping.words import fold, words


@pytest.mark.parametrize(
    ("one", "other"),
    [("Gruenflaechen", "Grünflächen"), ("Klima-Anpassung", "Klimaanpassung"), ("STRASSE", "Straße"), ("CO₂", "CO2")],
)
def test_spellings_of_one_word_meet(one, other):
    assert fold(one) == fold(other)


def test_other_words_stay_apart():
    assert fold("Moor") != fold("Moos")


def test_a_suspended_hyphen_lists_what_it_may_stand_for():
    first = next(words("Rad- und Fußwege"))
    assert "radwege" in first.joined
    assert next(words("Arten-/Biotopvielfalt")).joined[0].startswith("arten")


def test_a_word_before_a_full_word_stands_for_itself():
    assert all(word.joined == () for word in words("Rad und Fußweg, Kita sowie Schule"))


@given(st.text(max_size=200))
def test_every_word_stands_at_its_place(text):
    for word in words(text):
        assert fold(text[word.start : word.end]) == word.folded
