"""Floors of search quality on the test half of the own collection (tests/quality/retrieval/README.md).

The adapter for search was trained on neither half of it, nor on its items (retrieval/training). A failing case prints
the ranks that came instead.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.model import Kind
from search_app.search import catalog_file, evaluate, index
from search_app.search.counterparts import of_entry
from search_app.search.encoder import load
from search_app.search.engine import Engine
from search_app.search.filters import Filters

FLOOR_TEST = 0.71
"""nDCG@10 of the hybrid; measured .724, the aim of .80 is missed."""

FLOOR_COUNTERPARTS = 0.93
"""Share of labelled pairs whose counterpart is among the first five of its town; measured .950."""

RECALL = {
    "compound": 0.8,
    "umlaut": 0.8,
    "ocr": 0.77,
    "acronym": 0.8,
    "negation": 0.8,
    "phrase": 0.95,
    "typo": 0.74,
    "long": 0.74,
    "english": 0.78,
}
"""Recall@5 that each typed case has to reach: .80, which is the aim, or a little below what was measured."""

HERE = Path(__file__).parent / "retrieval"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def collection(corpus):
    return evaluate.read_own(HERE / "queries_test.tsv", corpus / "labels")


@pytest.fixture(scope="session")
def engine(collection, tmp_path_factory):
    directory = tmp_path_factory.mktemp("own")
    encoder = load("builtin:e5-small", light=True)
    catalog_file.write(directory, collection.items.values())
    index.build(directory, collection.items.values(), encoder)
    return Engine(directory, encoder)


@pytest.fixture(scope="session")
def report(engine, collection):
    keys = {entry.item.id: key for key, entry in collection.items.items()}
    return evaluate.ask(engine, keys, collection.queries)


def test_hybrid_beats_both_lists(report):
    summary = report.summary()
    best = max(summary["lexical"]["ndcg@10"], summary["dense"]["ndcg@10"])
    assert summary["hybrid"]["ndcg@10"] > best + 0.05, summary
    assert summary["hybrid"]["ndcg@10"] >= FLOOR_TEST, summary


@pytest.mark.parametrize("type_", RECALL)
def test_typed_cases(report, type_):
    places = [place for place, query in enumerate(report.queries) if query.type == type_]
    scores = [report.scores["hybrid"][place] for place in places]
    missed = {
        report.queries[place].text: score.found[:5]
        for place, score in zip(places, scores, strict=True)
        if score.recall < 1
    }
    assert sum(score.recall for score in scores) / len(scores) >= RECALL[type_], missed


def rows(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_counterparts_are_among_the_first_five(engine, collection):
    labelled = rows("counterparts.tsv")
    assert len(labelled) >= 60
    missed = {}
    for row in labelled:
        wanted = {collection.items[key].item.id for key in row["counterparts"].split("|")}
        town = next(iter(row["counterparts"].split("|"))).split(":")[0]
        ags = next(entry.municipality.ags for key, entry in collection.items.items() if key.startswith(town))
        found = of_entry(
            engine, collection.items[row["item"]], Filters(municipalities=(ags,), kinds=(Kind.GOAL, Kind.MEASURE))
        )[:5]
        if not wanted & {hit.entry.item.id for hit in found}:
            missed[row["item"], row["counterparts"]] = [hit.entry.item.label[:60] for hit in found]
    assert 1 - len(missed) / len(labelled) >= FLOOR_COUNTERPARTS, missed
