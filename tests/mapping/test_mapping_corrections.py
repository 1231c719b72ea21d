from __future__ import annotations

import pytest

from kg.errors import InvalidRequest, NotFound
from kg.mapping import classify
from kg.mapping.corrections import Correction, apply_corrections, read_corrections
from kg.model import LinkMethod, Review

(LINKS,) = classify(["Fortschreibung des Lärmaktionsplans"], None)
ITEM = LINKS[0].item_id
SDG = "http://metadata.un.org/sdg/"


def test_confirmed_rejected_and_added_links():
    corrections = [
        Correction(ITEM, SDG + "3", Review.CONFIRMED),
        Correction(ITEM, SDG + "11", Review.REJECTED),
        Correction(ITEM, SDG + "9", Review.CONFIRMED),
        Correction("goal-other", SDG + "9", Review.CONFIRMED),
    ]
    links = {link.concept: link for link in apply_corrections(LINKS, corrections)}
    assert (links[SDG + "3"].confidence, links[SDG + "3"].review) == (1.0, Review.CONFIRMED)
    assert (links[SDG + "11"].accepted, links[SDG + "11"].review) == (False, Review.REJECTED)
    assert (links[SDG + "9"].method, links[SDG + "9"].accepted) == (LinkMethod.HUMAN, True)
    assert len(links) == len(LINKS) + 1


def test_links_without_a_word_stay_as_they_are():
    assert apply_corrections(LINKS, []) == LINKS


def test_corrections_are_read_from_json_lines(tmp_path):
    path = tmp_path / "corrections.jsonl"
    path.write_text('{"item": "goal-1", "concept": "11.2", "review": "rejected"}\n', encoding="utf-8")
    assert read_corrections(path) == (Correction("goal-1", SDG + "11.2", Review.REJECTED),)
    assert read_corrections(tmp_path / "absent.jsonl") == ()


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", InvalidRequest),
        ('{"item": "goal-1", "concept": "11.2", "review": "perhaps"}', InvalidRequest),
        ('{"item": "goal-1", "concept": "11.77", "review": "confirmed"}', NotFound),
    ],
)
def test_a_correction_that_cannot_be_used_is_named(tmp_path, line, error):
    path = tmp_path / "corrections.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(error):
        read_corrections(path)
