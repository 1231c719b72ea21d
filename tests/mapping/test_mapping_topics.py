from __future__ import annotations

import csv
from importlib import resources

import pytest

from kg.mapping.topics import map_topic

NAMES = resources.files("kg.mapping") / "data" / "labelled" / "topics.tsv"


def codes(name: str) -> list[str]:
    return [link.code for link in map_topic("topic-1", name)]


@pytest.mark.parametrize(
    ("name", "expected", "match"),
    [
        ("Mobilität", ["mobility"], "exact"),
        ("Verkehr und technische Infrastruktur", ["mobility", "technical-infrastructure"], "broad"),
        ("Wirtschaft, Arbeitsmarkt und Handel", ["economy", "retail-town-centre"], "broad"),
        ("Sport und Freizeit", ["sport-leisure"], "exact"),
    ],
)
def test_a_topic_name_means_shared_topics(name, expected, match):
    assert codes(name) == expected
    assert {link.shares[0][0] for link in map_topic("topic-1", name)} == {match}


@pytest.mark.parametrize("name", ["Zentrales Vorhaben: Mittelzentrum und Kreisstadt", "Leitziele", "Allgemeines", "7"])
def test_a_name_that_says_nothing_of_them_means_none(name):
    assert codes(name) == []


def test_the_evidence_stands_in_the_name():
    name = "Kultur, Freizeit und Sport"
    for link in map_topic("topic-1", name):
        assert all(name[span.start : span.end] == span.text for span in link.evidence)


def test_labelled_names_are_mapped_as_stated_in_the_docstring():
    rows = list(csv.DictReader(NAMES.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    wanted = {(row["name"], code) for row in rows for code in row["topics"].split()}
    given = {(row["name"], code) for row in rows for code in codes(row["name"])}
    assert len(rows) >= 50
    assert len(wanted & given) / len(given) >= 0.95
    assert len(wanted & given) / len(wanted) >= 0.92
