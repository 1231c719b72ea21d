from __future__ import annotations

import pytest

from kg.mapping import classify
from kg.mapping.principles import CONFIDENCE, VERSION, find_principles
from kg.mapping.terms import read_terms
from kg.model import LinkMethod, Scheme
from kg.vocabulary import concept


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Jugendparlament mit eigenem Budget", {"participation"}),
        ("Ressortübergreifende Projektgruppe", {"integrated-approach"}),
        ("Krankenhaus in kommunaler Hand", {"common-good"}),
        ("Interkommunaler Gewerbepark", {"multi-level-governance"}),
        ("Quartiersmanagement in der Nordstadt", {"place-based-approach"}),
        ("Digitale Bauakte", {"digitalisation"}),
        ("Nachverdichtung und Schließung von Baulücken", {"land-policy"}),
        ("Globale Verantwortung im kommunalen Handeln", set()),
        ("Beteiligung der Bürgerschaft an Anlagen", set()),
        ("Sanierung der Grundschule", set()),
    ],
)
def test_what_the_words_say_is_found(text, codes):
    assert set(find_principles(text)) == codes


def test_every_principle_and_theme_of_the_terms_is_in_the_scheme():
    codes = [terms.code for terms in read_terms("charter-principles.toml")]
    assert len(codes) == 7
    assert all(concept(code, Scheme.LEIPZIG_CHARTER).notation == code for code in codes)


def test_a_principle_is_a_link_with_its_words():
    links = classify(["Bürgerrat zur Zukunft des Marktes"], None, schemes=["leipzig-charter"])[0]
    found = {link.code: link for link in links}
    link = found["participation"]
    assert (link.method, link.version, link.confidence) == (LinkMethod.LEXICAL, VERSION, CONFIDENCE)
    assert [span.text for span in link.evidence] == ["Bürgerrat"]
    assert link.accepted
    assert link.shares == (("lexical", 1.0),)


def test_a_chapter_has_no_principles_by_its_words():
    chapter = "Bürgerrat und Bürgerhaushalt werden beschrieben. " * 200
    assert [link for link in classify([chapter], None)[0] if link.code == "participation"] == []
