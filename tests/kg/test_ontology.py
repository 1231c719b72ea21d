"""A reasoner finds no contradiction in the ontology, and common pitfalls are absent."""

from __future__ import annotations

import owlrl
import pytest
import rdflib
from example_dataset import graphs
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from kg.namespaces import INSEK
from kg.pitfalls import scan
from kg.terms import to_rdflib
from kg.vocabulary import turtle

PREFIX = "https://w3id.org/insek/def#"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


@pytest.fixture(scope="module")
def ontology():
    return rdflib.Graph().parse(data=turtle("insek"), format="turtle")


def _own(graph, kind):
    return [term for term in graph.subjects(RDF.type, kind) if str(term).startswith(PREFIX)]


def _errors(graph):
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(text) for text in graph.objects(None, ERROR)]


def _with_example(*more):
    graph = rdflib.Graph().parse(data=turtle("insek"), format="turtle")
    for triple in graphs()[2].triples:
        graph.add(to_rdflib(triple))
    for triple in more:
        graph.add(triple)
    return graph


def test_ontology_and_example_are_consistent():
    graph = _with_example()
    assert _errors(graph) == []
    assert list(graph.subjects(RDF.type, OWL.Nothing)) == []
    measure = next(graph.subjects(RDF.type, INSEK.Measure))
    assert (measure, RDF.type, INSEK.Item) in graph
    assert (measure, DCTERMS.isPartOf, None) in graph


def test_the_reasoner_would_find_a_contradiction():
    both = rdflib.URIRef("http://x/both")
    assert _errors(_with_example((both, RDF.type, INSEK.Goal), (both, RDF.type, INSEK.Measure)))


def test_every_term_is_labelled_defined_and_at_home(ontology):
    for kind in KINDS:
        for term in _own(ontology, kind):
            for predicate in (RDFS.label, SKOS.definition):
                languages = sorted(text.language for text in ontology.objects(term, predicate))
                assert languages == ["de", "en"], (term, predicate)
            assert (term, RDFS.isDefinedBy, rdflib.URIRef("https://w3id.org/insek/def")) in ontology


def test_links_say_where_they_lead(ontology):
    for term in _own(ontology, OWL.ObjectProperty):
        assert (term, RDFS.range, None) in ontology, term


def test_no_term_is_of_two_kinds_and_names_follow_their_kind(ontology):
    terms = [term for kind in KINDS for term in _own(ontology, kind)]
    assert len(terms) == len(set(terms))
    for term in terms:
        initial = str(term).removeprefix(PREFIX)[0]
        assert initial.isupper() == ((term, RDF.type, OWL.Class) in ontology), term


def test_no_two_terms_share_a_label_within_their_kind(ontology):
    for kind in KINDS:
        labels = [text for term in _own(ontology, kind) for text in ontology.objects(term, RDFS.label)]
        assert len(labels) == len(set(labels))


def test_hierarchies_have_no_circle_and_use_declared_terms(ontology):
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term, above in ontology.subject_objects(predicate):
            assert term not in set(ontology.transitive_objects(above, predicate))
            assert (above, RDF.type, None) in ontology, above
    for predicate in (RDFS.domain, RDFS.range):
        for target in ontology.objects(None, predicate):
            declared = (target, RDF.type, OWL.Class) in ontology or str(target).startswith(
                (str(rdflib.XSD), str(RDF), str(RDFS))
            )
            assert declared, target


def test_the_ontology_has_version_and_licence(ontology):
    about = rdflib.URIRef("https://w3id.org/insek/def")
    for predicate in (OWL.versionIRI, OWL.versionInfo, DCTERMS.license, DCTERMS.title, DCTERMS.creator):
        assert (about, predicate, None) in ontology


def test_the_scan_finds_no_important_pitfall_and_can_find_each(ontology):
    assert [pitfall for pitfall in scan(ontology) if pitfall.important] == []
    broken = rdflib.Graph().parse(data=turtle("insek") + BROKEN, format="turtle")
    about = rdflib.URIRef("https://w3id.org/insek/def")
    broken.remove((about, DCTERMS.license, None))
    found = {pitfall.code for pitfall in scan(broken)}
    assert found == {"P04", "P05", "P06", "P08", "P10", "P11", "P13", "P32", "P34", "P41"}


BROKEN = b"""
insek:Lonely a owl:Class , owl:ObjectProperty .
insek:Plan rdfs:subClassOf insek:Item , <http://x/unknown> .
insek:Item rdfs:subClassOf insek:Plan .
insek:other a owl:DatatypeProperty ; rdfs:label "Rechteck"@de .
"""
