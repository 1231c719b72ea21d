from __future__ import annotations

import re
from collections import Counter

import pytest

from kg.errors import InvalidRequest
from kg.mapping.dataset import labelled, read_labels, scheme_codes
from kg.model import Scheme

TRAIN, DEV = labelled("train"), labelled("dev")


def test_every_goal_has_at_least_sixty_texts_and_eleven_more():
    goals = Counter(goal for example in TRAIN + DEV for goal in example.labels[Scheme.SDG])
    assert len(TRAIN + DEV) >= 1500
    assert min(goals[str(goal)] for goal in range(1, 18)) >= 60
    assert goals["11"] == max(goals.values())


def test_every_label_is_a_known_code():
    for scheme in (Scheme.SDG, Scheme.SDG_TARGET, Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER, Scheme.TOPIC):
        assert {code for example in TRAIN + DEV for code in example.labels[scheme]} <= set(scheme_codes(scheme))


def test_no_group_and_no_text_is_on_both_sides():
    assert {example.group for example in TRAIN}.isdisjoint(example.group for example in DEV)
    texts = Counter(re.sub(r"\W+", " ", example.text).lower() for example in TRAIN + DEV)
    assert max(texts.values()) == 1


def test_there_are_texts_without_any_link():
    assert sum(not any(example.labels.values()) for example in TRAIN) >= 50
    assert sum(not any(example.labels.values()) for example in DEV) >= 15


def test_no_text_comes_from_the_corpus(corpus):
    real = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in corpus.rglob("*.t[xs][tv]"))
    real += "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in corpus.rglob("*.json"))
    flat = re.sub(r"\s+", " ", real).lower()
    long = [example.text for example in TRAIN + DEV if len(example.text.split()) > 6]
    assert len(long) > 300
    assert [text for text in long if re.sub(r"\s+", " ", text).lower() in flat] == []


def test_labels_of_others_are_read_in_their_words(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(
        '{"id": 1, "text": "Radweg", "sdg": [11, "SDG 13"], "smart_city": ["Smart Mobility"], "leipzig": ["grün"]}\n\n',
        encoding="utf-8",
    )
    (example,) = read_labels(path)
    assert example.labels[Scheme.SDG] == ("11", "13")
    assert example.labels[Scheme.SMART_CITY] == ("mobility",)
    assert example.labels[Scheme.LEIPZIG_CHARTER] == ("green",)
    assert Scheme.TOPIC not in example.labels
    assert Scheme.SDG_TARGET not in example.labels


@pytest.mark.parametrize("line", ["{", '{"sdg": [11]}', '["text"]', ""])
def test_a_line_that_is_no_label_is_named(tmp_path, line):
    path = tmp_path / "labels.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"labels\.jsonl"):
        read_labels(path)
