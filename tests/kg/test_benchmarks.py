from __future__ import annotations

import pyoxigraph as ox

from kg.benchmarks import graph, sparql
from kg.benchmarks.plans import TOWN, synthetic
from kg.evidence import check_evidence
from kg.municipalities import load
from kg.to_rdf import municipality_triples
from kg.validate import check_document


def test_made_up_plans_are_of_real_shape_and_sound():
    document, plan, links = synthetic(1, measures=30)
    assert (len(plan.topics), len(plan.goals), len(plan.measures)) == (8, 45, 30)
    assert synthetic(1, measures=30) == (document, plan, links)
    assert synthetic(2, measures=30)[1].id != plan.id
    check_evidence(document, plan)
    triples = graph.document_triples(document, plan, links, "https://w3id.org/insek/")
    towns = municipality_triples(load().find(TOWN), "https://w3id.org/insek/")
    assert [found for found in check_document([*triples, *towns]) if found.severity == "violation"] == []


def test_the_graph_benchmark_measures_us_beside_the_bulk_load(tmp_path):
    triples, row = graph.run(tmp_path, plans=1)
    assert triples > 40_000
    assert row.ours > 0
    assert row.theirs > 0
    quads = [set(ox.Store.read_only(str(tmp_path / name))) for name in ("ours", "theirs")]
    assert quads[0] == quads[1]


def test_the_query_benchmark_measures_us_beside_its_peers(tmp_path):
    rows = sparql.run(tmp_path, times=3)
    assert {row.peer for row in rows} == {"pyoxigraph in process", "Oxigraph server", "rdflib"}
    assert {row.task for row in rows} == set(sparql.QUERIES)
    assert all(row.ratio > 0 for row in rows)
