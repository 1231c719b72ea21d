from __future__ import annotations

from importlib.resources import files

import pyoxigraph as ox
import pytest
import rdflib
from example_dataset import graphs
from rdflib.namespace import RDF, SH

from kg.errors import InvalidGraph
from kg.turtle import check_turtle
from kg.validate import check_document, check_graph, verify, verify_queries

SHAPE = "https://w3id.org/insek/shape#"
EXAMPLES = files("ontologies") / "examples"
INVALID = sorted(path.name.removesuffix(".ttl") for path in (EXAMPLES / "invalid").iterdir())


def _shapes(name):
    return rdflib.Graph().parse(data=(files("ontologies") / "shapes" / f"{name}.ttl").read_bytes(), format="turtle")


def _rules(name):
    graph = _shapes(name)
    kinds = (SH.PropertyShape, SH.NodeShape)
    return {str(rule).removeprefix(SHAPE): rule for kind in kinds for rule in graph.subjects(RDF.type, kind)}, graph


MUST, MUST_GRAPH = _rules("must")
SHOULD, SHOULD_GRAPH = _rules("should")


def test_every_rule_has_an_example_that_breaks_it():
    assert set(INVALID) == set(MUST) | set(SHOULD)
    assert len(MUST) >= 50
    assert len(SHOULD) >= 9


@pytest.mark.parametrize("rule", INVALID)
def test_an_invalid_example_breaks_its_rule(rule):
    graph = rdflib.Graph().parse(data=(EXAMPLES / "invalid" / f"{rule}.ttl").read_bytes(), format="turtle")
    found = {finding.rule: finding for finding in check_graph(graph)}
    assert found[rule].severity == ("violation" if rule in MUST else "warning")
    assert found[rule].message("de") != found[rule].message("en")


def test_the_valid_examples_break_no_rule_and_touch_each():
    data = rdflib.Graph()
    for graph in graphs():
        findings = check_document(graph.triples)
        assert [finding for finding in findings if finding.severity == "violation"] == []
        data.parse(data=ox.serialize(graph.triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    for rules, shapes in ((MUST, MUST_GRAPH), (SHOULD, SHOULD_GRAPH)):
        for name, rule in rules.items():
            targets = list(shapes.objects(rule, SH.targetClass))
            assert any((None, RDF.type, target) in data for target in targets), f"{name} checks nothing"


def test_every_rule_speaks_german_and_english():
    for graph in (MUST_GRAPH, SHOULD_GRAPH):
        for rule in {*graph.subjects(SH.severity)}:
            assert {text.language for text in graph.objects(rule, SH.message)} == {"de", "en"}


def test_a_finding_names_item_and_place():
    graph = next(iter(graphs()))
    broken = [triple for triple in graph.triples if "#topic" not in triple.predicate.value]
    found = next(finding for finding in check_document(broken) if finding.rule == "PlacedGoal-topic")
    assert found.label in found.quote
    assert found.page == 1
    assert "/id/goal/" in found.item


def test_a_count_that_disagrees_is_told_once_with_both_figures():
    findings = [finding for graph in graphs() for finding in check_document(graph.triples)]
    [total] = [finding for finding in findings if finding.rule == "ConfirmedTotal-found"]
    assert (total.label, total.value, total.quote) == ("5 Maßnahmen", "3, 5", "5")


def test_the_valid_whole_passes_and_each_query_can_fail():
    store = ox.Store()
    assert len(verify_queries()) >= 10
    for name, breach in BREACHES.items():
        store.clear()
        store.update("PREFIX ex: <http://x/> PREFIX insek: <https://w3id.org/insek/def#> " + _PREFIXES + breach)
        assert name in {finding.rule for finding in verify(store)}, name
    assert set(BREACHES) == set(verify_queries())


_PREFIXES = (
    "PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX schema: <https://schema.org/> "
    "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
BREACHES = {
    "contribution-without-alignment": "INSERT DATA { ex:a insek:contributesTo ex:c }",
    "alignment-without-contribution": (
        "INSERT DATA { ex:l insek:accepted true ; insek:item ex:a ; insek:concept ex:c ; insek:review 'unreviewed' }"
    ),
    "evidence-elsewhere": (
        "INSERT DATA { ex:a insek:plan ex:p ; insek:evidence ex:e . ex:p prov:wasDerivedFrom ex:d . "
        "ex:e oa:hasTarget ex:t . ex:t oa:hasSource ex:other }"
    ),
    "quote-length": (
        "INSERT DATA { ex:e oa:hasBody ex:a ; oa:hasTarget ex:t . ex:t oa:hasSelector ex:q, ex:r . "
        "ex:q oa:exact 'Grün' . ex:r oa:start 0 ; oa:end 5 }"
    ),
    "same-position": (
        "INSERT DATA { ex:a insek:plan ex:p ; schema:position 1 . ex:b insek:plan ex:p ; schema:position 1 }"
    ),
    "topic-of-another-plan": "INSERT DATA { ex:a insek:plan ex:p ; insek:topic ex:t . ex:t insek:plan ex:q }",
    "part-of-itself": "INSERT DATA { ex:a insek:partOf ex:b . ex:b insek:partOf ex:a }",
    "dangling-link": "INSERT DATA { ex:a insek:topic ex:nothing }",
    "unknown-term": "INSERT DATA { ex:a insek:gaol ex:b }",
    "sdg-without-german-label": (
        "INSERT DATA { ex:g skos:inScheme <http://metadata.un.org/sdg> ; skos:notation '18' ; skos:prefLabel 'x'@en }"
    ),
}


def test_unknown_terms_and_broken_turtle_are_refused_with_their_line():
    good = b"@prefix insek: <https://w3id.org/insek/def#> .\n<http://x/a> a insek:Goal .\n"
    check_turtle(good, "a.ttl")
    with pytest.raises(InvalidGraph, match=r"a\.ttl line 2: .*Gaol"):
        check_turtle(good.replace(b"Goal", b"Gaol"), "a.ttl")
    with pytest.raises(InvalidGraph, match=r"a\.ttl line 2"):
        check_turtle(good.replace(b" .\n", b" \n").replace(b"#> \n", b"#> .\n").replace(b"Goal", b"Goal ] ."), "a.ttl")


@pytest.mark.parametrize("name", ["insek", "sdg", "crosswalk", "topics"])
def test_our_own_files_use_known_terms(name):
    check_turtle((files("ontologies") / f"{name}.ttl").read_bytes(), name)
