"""The rules of the retrieval collections (tests/quality/retrieval/README.md), without asking any engine."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from search_app.search import evaluate
from search_app.search.analysis import Analyzer, dictionary, fold
from search_app.search.labelled import TOWNS
from search_app.search.overlap import without_common_word
from search_app.search.query import parse

HERE = Path(__file__).parent / "retrieval"
HALVES = ("queries.tsv", "queries_test.tsv")
TYPES = ("compound", "umlaut", "ocr", "acronym", "negation", "phrase", "typo", "long", "english")


@pytest.fixture(scope="module")
def labels(corpus):
    return corpus / "labels"


@pytest.fixture(scope="module")
def halves(labels):
    return {name: evaluate.read_own(HERE / name, labels) for name in HALVES}


@pytest.fixture(scope="module")
def analyzer():
    return Analyzer(dictionary())


def test_enough_queries_of_every_type(halves):
    everything = Counter(query.type for half in halves.values() for query in half.queries)
    assert everything.total() - everything["english"] >= 150
    assert everything["english"] >= 30
    for name, half in halves.items():
        assert len(half.queries) >= 100, name
        counted = Counter(query.type for query in half.queries)
        assert {type_: counted[type_] for type_ in TYPES if counted[type_] < 10} == {}, name


def test_no_query_twice_also_across_the_halves(halves):
    counted = Counter(fold(query.text) for half in halves.values() for query in half.queries)
    assert [text for text, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("name", HALVES)
def test_grades(halves, name):
    for query in halves[name].queries:
        assert set(query.grades.values()) <= {1, 2, 3}, query.text
        assert max(query.grades.values()) >= 2, query.text


@pytest.mark.parametrize("name", HALVES)
def test_items_that_say_the_same_have_the_same_grade(halves, name):
    for query in halves[name].queries:
        for one, other in (("torgau:FV-2", "torgau:FV-5"), ("ulm:06.12/03", "ulm:06.13/03")):
            assert query.grades.get(one) == query.grades.get(other), query.text


@pytest.mark.parametrize("name", HALVES)
def test_half_of_the_queries_share_no_word_with_their_relevant_items(halves, labels, name):
    assert len(without_common_word(halves[name], labels)) / len(halves[name].queries) >= 0.5


@pytest.mark.parametrize("name", HALVES)
def test_operators_hold_for_every_judged_item(halves, analyzer, name):
    for query in halves[name].queries:
        asked = parse(query.text)
        for key in query.grades:
            entry = halves[name].items[key]
            words = [token.folded for token in analyzer.tokens(f"{entry.item.label} {entry.item.description}")]
            town = fold(entry.municipality.name)
            for phrase in asked.phrases:
                assert f" {' '.join(phrase)} " in f" {' '.join(words)} ", (query.text, key)
            for excluded in asked.excluded:
                assert not any(excluded[0] in word for word in (*words, town)), (query.text, key)


def rows(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_counterparts(halves):
    items = halves[HALVES[0]].items
    pairs = [(row["item"], row["counterparts"].split("|")) for row in rows("counterparts.tsv")]
    none = {(row["item"], row["town"]) for row in rows("no_counterparts.tsv")}
    assert len(pairs) >= 60
    assert len(none) >= 30
    for item, found in pairs:
        towns = {key.split(":")[0] for key in found}
        assert {item, *found} <= set(items), item
        assert len(towns) == 1, item
        assert item.split(":")[0] not in towns, item
        assert (item, *towns) not in none, item
    assert all(item in items and town in TOWNS and town != item.split(":")[0] for item, town in none)
