"""Extraction on the labelled documents must not fall below what it has reached."""

import tomllib
from pathlib import Path

import pytest

from ingest.extract.evaluate import evaluate_all, record, reliability
from kg.settings import Settings

FLOORS = tomllib.loads(Path(__file__).with_name("floors_extraction.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scores(corpus):
    return {score.name: score for score in evaluate_all(corpus, Settings(ocr="off"))}


def test_every_labelled_document_has_a_floor(scores):
    assert set(scores) == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_no_figure_falls_below_its_floor(scores, name):
    score = scores[name]
    items, fields = dict(score.items), dict(score.fields)
    below = [
        f"{kind} F1 {items[kind].f1:.3f} < {floor}; missed {score.missed[:5]}, extra {score.extra[:5]}"
        for kind, floor in FLOORS[name]["items"].items()
        if items[kind].f1 < floor
    ]
    below += [
        f"{field} recall {fields[field].recall:.3f} < {floor}"
        for field, floor in FLOORS[name]["fields"].items()
        if fields[field].recall < floor
    ]
    assert not below


@pytest.mark.parametrize("name", FLOORS)
def test_items_are_precise_in_every_document(scores, name):
    assert all(count.precision >= 0.95 for _, count in scores[name].items)


def test_confidences_promise_no_more_than_they_keep(scores):
    table = reliability(list(scores.values()))
    assert all(row["right"] >= row["confidence"] - 0.05 for row in table if row["items"] >= 20)


def test_the_record_counts_all_cases(scores):
    counted = record(list(scores.values()))
    assert counted["cases"] == len(FLOORS)
    assert counted["all"]["goal"]["expected"] == 45
