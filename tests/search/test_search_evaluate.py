"""Scores, BEIR folders, and the comparison of towns."""

import json
import math
from dataclasses import replace

import pytest

from kg.errors import InvalidRequest
from kg.model import Alignment, Entry, Kind, LinkMethod, Measure, Municipality, Scheme
from kg.vocabulary import concepts
from search_app.clusters import clusters
from search_app.compare import Coverage, against_size_class, compare, matrix
from search_app.search import catalog, catalog_file, evaluate, index
from search_app.search.counterparts import (
    candidates_of_each,
    comparability,
    concept_factor,
    distance_km,
    of_entry,
    similar,
)
from search_app.search.encoder import load
from search_app.search.engine import Engine
from search_app.search.filters import Filters

A = Municipality("14730310", "Torgau", "Sachsen", population=20_000, latitude=51.56, longitude=13.0)
B = Municipality("12062224", "Herzberg (Elster)", "Brandenburg", population=9_000, latitude=51.69, longitude=13.23)
C = Municipality("08421000", "Ulm", "Baden-Württemberg", population=129_000, latitude=48.4, longitude=9.99)
SDG = "http://metadata.un.org/sdg/11"


def test_scores_by_hand():
    found = evaluate.score(["x", "a", "y", "b"], {"a": 2, "b": 1, "c": 1})
    ideal = 3 + 1 / math.log2(3) + 1 / 2
    assert found.ndcg == pytest.approx((3 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert found.mrr == 0.5
    assert found.recall == 1.0
    assert evaluate.score([], {"a": 1}).ndcg == 0


def test_recall_is_of_items_that_meet_the_need_by_hand():
    grades = {"a": 3, "b": 2, "c": 2, "d": 1, "e": 1}
    assert evaluate.score(["d", "a", "e", "x", "b", "c"], grades).recall == pytest.approx(2 / 3)
    assert evaluate.score(["d", "e"], grades).recall == 0
    many = dict.fromkeys("abcdefg", 2) | {"h": 1}
    assert evaluate.score(["a", "b", "h", "c", "x", "d"], many).recall == pytest.approx(3 / 5)
    assert evaluate.score(["x", "a"], {"a": 1, "b": 1}).recall == 0.5
    assert evaluate.score(["x"], {}).recall == 0


def beir(folder):
    (folder / "qrels").mkdir(parents=True)
    texts = {"1": "Ausbau der Radwege", "2": "Sanierung der Grundschule", "3": "Neubau einer Kita"}
    lines = [json.dumps({"_id": key, "title": text, "text": f"{text}. Mehr dazu."}) for key, text in texts.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "Radwege"}\n{"_id": "r", "text": "Schule"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t2\nr\t2\t1\nr\t1\t0\n")
    return folder


def test_a_beir_folder_is_evaluated(tmp_path):
    collection = evaluate.read_beir(beir(tmp_path))
    assert collection.queries[1].grades == {"2": 1}
    summary = evaluate.evaluate(collection, load("dummy")).summary()
    assert summary["queries"] == 2
    assert summary["hybrid"] == {"ndcg@10": 1.0, "mrr@10": 1.0, "recall@5": 1.0}
    assert set(summary) == {"lexical", "dense", "hybrid", "queries"}


def test_a_folder_without_judgements_is_refused(tmp_path):
    beir(tmp_path)
    (tmp_path / "qrels" / "test.tsv").unlink()
    with pytest.raises(InvalidRequest, match="qrels"):
        evaluate.read_beir(tmp_path)


def measure(number, town, label, aligned=True):
    name = f"measure-{number:012x}"
    links = (Alignment(name, SDG, Scheme.SDG, "11", LinkMethod.STATED, "1", 1.0, accepted=aligned),)
    item = Measure(id=name, plan_id=f"plan-{town.ags:0>12}", label=label)
    return Entry(item, Kind.MEASURE, town, "Plan", f"document-{town.ags:0>12}", links)


PLANS = [
    measure(1, A, "Ausbau der Radwege in der Altstadt"),
    measure(2, A, "Sanierung der Grundschule", aligned=False),
    measure(3, B, "Ausbau der Radwege im Stadtgebiet"),
    measure(4, B, "Landesgartenschau", aligned=False),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    directory = tmp_path_factory.mktemp("plans")
    catalog_file.write(directory, PLANS, municipalities=[C])
    index.build(directory, PLANS, load("dummy"))
    return Engine(directory, load("dummy"))


def test_counterparts_are_of_other_towns_with_their_factors(engine):
    hits = similar(engine, PLANS[0].item.id, threshold=0.0).hits
    assert hits[0].entry.item.id == PLANS[2].item.id
    assert {hit.entry.municipality for hit in hits} == {B}
    factors = dict(hits[0].why.factors)
    assert factors["concepts"] == 1.0
    assert hits[0].score == pytest.approx(math.prod(factors.values()))
    assert hits[0].why.concepts == (SDG,)


def test_no_counterpart_is_an_answer(engine):
    assert similar(engine, PLANS[0].item.id, threshold=1.1).hits == ()


def test_comparison_of_two_towns(engine):
    found = compare(engine, A.ags, B.ags, threshold=0.01)
    assert (PLANS[0].item.id, PLANS[2].item.id) in {(pair.a.item.id, pair.b.item.id) for pair in found.pairs}
    assert {entry.item.id for entry in found.only_b} <= {PLANS[3].item.id}
    paired = [entry.item.id for pair in found.pairs for entry in (pair.a, pair.b)]
    assert len(paired) == len(set(paired))
    alike = {entry.item.id for pair in (*found.pairs, *found.also) for entry in (pair.a, pair.b)}
    assert not alike.intersection(entry.item.id for entry in (*found.only_a, *found.only_b))
    with pytest.raises(InvalidRequest):
        compare(engine, A.ags, A.ags)
    with pytest.raises(InvalidRequest):
        compare(engine, A.ags, "00000001")


def test_a_gap_is_not_a_missing_document(engine):
    (row,) = matrix(engine.catalog, (A.ags, B.ags, C.ags))
    assert [cell.count for cell in row.cells] == [1, 1, 0]
    assert row.cells[0].share == 0.5
    assert row.cells[2].coverage is Coverage.NOT_AVAILABLE


def test_a_town_without_peers_has_no_average(engine):
    assert against_size_class(engine.catalog, A.ags) == ()


def test_comparability_knows_size_land_and_distance():
    def factors(a, b):
        return dict(comparability(a, b))

    assert factors(A, A) == {"size": 1.0, "state": 1.0, "distance": 1.0}
    assert factors(A, B) == {"size": 0.975, "state": 0.95, "distance": pytest.approx(0.9974, abs=1e-3)}
    assert factors(A, C) == {"size": 0.975, "state": 0.95, "distance": 0.95}
    middle, upper = replace(A, central_place="Mittelzentrum"), replace(B, central_place="Oberzentrum")
    assert (factors(middle, middle)["rank"], factors(middle, upper)["rank"]) == (1.0, 0.975)
    assert distance_km(A, C) == pytest.approx(412, abs=15)
    assert concept_factor(PLANS[0], PLANS[1], ()) == 1.0


def test_comparison_finds_the_pairs_that_each_item_finds(engine):
    own, _ = engine.catalog.select(Filters(municipalities=(A.ags,), kinds=(Kind.GOAL, Kind.MEASURE)))
    there = Filters(municipalities=(B.ags,), kinds=(Kind.GOAL, Kind.MEASURE))
    for entry, candidates in zip(own, candidates_of_each(engine, own, there), strict=True):
        first = of_entry(engine, entry, there)[0]
        best = max(candidates, key=lambda hit: hit.score)
        assert best.entry == first.entry
        assert best.score == pytest.approx(first.score, abs=1e-3)


def test_towns_with_like_plans_stand_together(tmp_path):
    topics = [concept.iri for concept in concepts(Scheme.TOPIC)][:2]
    towns = [Municipality(f"{number:08d}", f"Ort {number}", "Sachsen") for number in range(5)]

    def entry(town, number, topic):
        name = f"measure-{town.ags}{number:04x}"
        link = Alignment(name, topic, Scheme.TOPIC, "t", LinkMethod.SEMANTIC, "1", 0.9, accepted=True)
        item = Measure(id=name, plan_id=f"plan-{town.ags}", label=f"Maßnahme {number}")
        return Entry(item, Kind.MEASURE, town, "Plan", f"document-{town.ags}", (link,))

    weights = {0: 9, 1: 8, 2: 1, 3: 0}
    entries = [
        entry(town, number, topics[number >= weights[place]])
        for place, town in enumerate(towns[:4])
        for number in range(10)
    ]
    catalog_file.write(tmp_path, [*entries, entry(towns[4], 0, topics[0])])
    found = clusters(catalog.Catalog(tmp_path))
    assert [[town.name for town in cluster.towns] for cluster in found] == [["Ort 0", "Ort 1"], ["Ort 2", "Ort 3"]]
    assert [cluster.topics for cluster in found] == [(topics[0],), (topics[1],)]
