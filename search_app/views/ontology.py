"""The terms of our ontology with their labels, for the page of definitions and for suggestions in the editor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.namespaces import INSEK
from kg.vocabulary import turtle

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_OWL = "http://www.w3.org/2002/07/owl#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
_DOMAIN = "http://www.w3.org/2000/01/rdf-schema#domain"
_RANGE = "http://www.w3.org/2000/01/rdf-schema#range"
_NAMESPACE = str(INSEK._NS)


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property of ours. Labels and definitions are by language."""

    iri: str
    name: str
    is_class: bool
    labels: dict[str, str]
    definitions: dict[str, str]
    domain: str | None
    range: str | None


@cache
def terms() -> tuple[Term, ...]:
    """All classes, then all properties, in the order of the ontology."""
    facts: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
    for quad in ox.parse(turtle("insek"), ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(_NAMESPACE):
            values = facts.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, [])
            if isinstance(quad.object, ox.NamedNode | ox.BlankNode | ox.Literal):
                values.append(quad.object)
    found = [_term(iri, values) for iri, values in facts.items()]
    return tuple(sorted(found, key=lambda term: not term.is_class))


def _term(iri: str, values: dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]) -> Term:
    kinds = {value.value for value in values.get(_RDF_TYPE, [])}
    return Term(
        iri=iri,
        name=iri.removeprefix(_NAMESPACE),
        is_class=_OWL + "Class" in kinds,
        labels=_by_language(values.get(_LABEL, [])),
        definitions=_by_language(values.get(_DEFINITION, [])),
        domain=_named(values.get(_DOMAIN, [])),
        range=_named(values.get(_RANGE, [])),
    )


def _by_language(values: list[ox.NamedNode | ox.BlankNode | ox.Literal]) -> dict[str, str]:
    return {value.language: value.value for value in values if isinstance(value, ox.Literal) and value.language}


def _named(values: list[ox.NamedNode | ox.BlankNode | ox.Literal]) -> str | None:
    return next((value.value.removeprefix(_NAMESPACE) for value in values if isinstance(value, ox.NamedNode)), None)
