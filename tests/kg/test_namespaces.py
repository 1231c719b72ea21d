from __future__ import annotations

import pytest
import rdflib
from rdflib.namespace import OWL, RDF

from kg.namespaces import GEO, INSEK, OA, PAV, SCHEMA
from kg.vocabulary import turtle


def test_our_terms_are_those_of_the_ontology_both_ways():
    graph = rdflib.Graph().parse(data=turtle("insek"), format="turtle")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    prefix = "https://w3id.org/insek/def#"
    declared = {str(term) for kind in kinds for term in graph.subjects(RDF.type, kind) if str(term).startswith(prefix)}
    assert declared == {prefix + name for name in INSEK.__annotations__}


@pytest.mark.parametrize("namespace", [INSEK, OA, GEO, PAV, SCHEMA])
def test_a_misspelt_term_fails(namespace):
    with pytest.raises(AttributeError):
        _ = namespace.Gaol
