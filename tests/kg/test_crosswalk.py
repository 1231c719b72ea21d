from __future__ import annotations

import csv
from importlib.resources import files

import rdflib
from rdflib.namespace import OWL, RDF, SKOS

from kg.vocabulary import concepts, turtle

_MATCHES = (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)


def _table():
    lines = (files("ontologies") / "crosswalk.sssom.tsv").read_text(encoding="utf-8").splitlines()
    head = [line[1:].strip() for line in lines if line.startswith("#  ")]
    prefixes = dict(line.split(": ", 1) for line in head)
    rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))

    def iri(name):
        prefix, _, local = name.partition(":")
        return prefixes[prefix] + local

    return {tuple(iri(row[f"{part}_id"]) for part in ("subject", "predicate", "object")) for row in rows}, rows


def _graph():
    return rdflib.Graph().parse(data=turtle("crosswalk"), format="turtle")


def test_both_files_say_the_same_and_every_mapping_has_its_origin():
    table, rows = _table()
    graph = _graph()
    plain = {tuple(map(str, triple)) for match in _MATCHES for triple in graph.triples((None, match, None))}
    parts = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
    axioms = {tuple(str(graph.value(axiom, part)) for part in parts) for axiom in graph.subjects(RDF.type, OWL.Axiom)}
    assert table == plain == axioms
    assert len(rows) == len(table) > 180


def test_all_that_is_mapped_exists_and_every_topic_is_mapped():
    table, _ = _table()
    known = {each.iri for each in concepts()}
    assert {end for row in table for end in (row[0], row[2])} <= known
    topics = {each.iri for each in concepts() if each.iri.startswith("https://w3id.org/insek/scheme/topic/")}
    assert topics <= {row[0] for row in table}


def test_no_pair_is_mapped_twice():
    table, _ = _table()
    assert len({frozenset((row[0], row[2])) for row in table}) == len(table)
