from __future__ import annotations

import pytest

from kg.mapping.terms import concept_terms, term_index
from kg.model import Scheme
from kg.vocabulary import concepts

TARGETS = term_index(Scheme.SDG_TARGET)


def strong(text: str) -> set[str]:
    return {code for code, found in TARGETS.find(text).items() if found.strong}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Lückenschluss im Ostseeradwegenetz", "11.2"),
        ("Ausbau der Rad- und Fußwege", "11.2"),
        ("Förderung der Arten- und Biotopvielfalt", "15.5"),
        ("Fortschreibung des Laermaktionsplans", "3.9"),
        ("Beratung für Menschen mit wenig Geld", "1.2"),
        ("Unterstützung von Fachärzten bei der Praxisübernahme", "3.8"),
    ],
)
def test_a_term_is_found_inside_words_and_across_them(text, code):
    assert code in strong(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Waldorfschule", "15.2"),
        ("Digitale Tafeln im Klassenraum", "2.1"),
        ("Kunstrasenplatz", "11.4"),
        ("Künstliche Intelligenz im Bauamt", "11.4"),
        ("Volkshochschule", "4.1"),
        ("Privathaushalte beraten", "16.6"),
        ("Ein Verfahren erfahren", "11.2"),
        ("Ländliche Grundschule", "11.7"),
    ],
)
def test_an_exclusion_or_anchor_keeps_other_meanings_out(text, code):
    assert code not in strong(text)


def test_the_words_found_stand_in_the_text():
    text = "Blühwiesen und Nisthilfen für Bienen"
    spans = TARGETS.find(text)["15.5"].strong
    assert [span.text for span in spans] == ["Blühwiesen", "Nisthilfen", "Bienen"]
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_words_of_a_term_must_stand_close_together():
    far = "Vergabe " + "und weiteres Vorgehen in mehreren langen Schritten " * 3 + "mit Siegel"
    assert "12.7" in strong("Vergabe mit Siegel")
    assert "12.7" not in strong(far)


@pytest.mark.parametrize("scheme", [Scheme.SDG_TARGET, Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER, Scheme.TOPIC])
def test_every_section_is_a_concept_with_phrases_and_refers_to_known_targets(scheme):
    published = {concept.notation for concept in concepts(scheme)}
    targets = {concept.code for concept in concept_terms(Scheme.SDG_TARGET)}
    for concept in concept_terms(scheme):
        assert concept.code in published
        assert concept.phrases
        assert set(concept.like) <= targets


def test_targets_that_a_town_can_serve_cover_all_goals():
    goals = {concept.code.partition(".")[0] for concept in concept_terms(Scheme.SDG_TARGET)}
    assert goals == {str(goal) for goal in range(1, 18)}
    assert len(concept_terms(Scheme.SDG_TARGET)) >= 60
