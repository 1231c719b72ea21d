"""Between Oxigraph's terms and rdflib's."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

import pyoxigraph as ox
import rdflib
from rdflib.namespace import DefinedNamespace
from rdflib.term import Node

Triple = tuple[Node, Node, Node]
Value = str | bool | int | float


@cache
def node(iri: str) -> ox.NamedNode:
    """The node of a vocabulary term. Kept, as there are few of them and they are needed all the time."""
    return ox.NamedNode(str(iri))


@lru_cache(maxsize=1 << 12, typed=True)
def literal_of(value: Value) -> ox.Literal:
    """The plain literal of a value. Kept, as numbers, flags and codes recur all the time."""
    return ox.Literal(str(value)) if isinstance(value, str) else ox.Literal(value)


class Nodes:
    """The terms of a namespace as Oxigraph's nodes, made once; a misspelt term fails."""

    def __init__(self, namespace: type[DefinedNamespace]) -> None:
        for name in namespace.__annotations__:
            if not name.startswith("_"):
                setattr(self, name, ox.NamedNode(str(namespace[name])))

    def __getattr__(self, name: str) -> ox.NamedNode:
        raise AttributeError(f"no term {name}")

    def __getitem__(self, name: str) -> ox.NamedNode:
        term: ox.NamedNode = getattr(self, name)
        return term


def to_rdflib(triple: ox.Triple) -> Triple:
    """A triple of ours as rdflib's. It has no blank nodes and no quoted triples."""
    return _term(triple.subject), _term(triple.predicate), _term(triple.object)


def from_rdflib(triples: Iterable[Triple]) -> Iterable[ox.Triple]:
    """Triples of rdflib as Oxigraph's, blank nodes included."""
    for subject, predicate, target in triples:
        yield ox.Triple(_resource(subject), ox.NamedNode(str(predicate)), _from_node(target))


def _term(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return _uri(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=_datatype(term.datatype.value), normalize=False)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    raise TypeError(f"rdflib has no term for {term!r}")


@lru_cache(maxsize=1 << 16)
def _uri(iri: str) -> rdflib.URIRef:
    return rdflib.URIRef(iri)


@cache
def _datatype(iri: str) -> rdflib.URIRef | None:
    return None if rdflib.URIRef(iri) == rdflib.XSD.string else rdflib.URIRef(iri)


def _resource(term: Node) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(str(term)) if isinstance(term, rdflib.BNode) else ox.NamedNode(str(term))


def _from_node(term: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if not isinstance(term, rdflib.Literal):
        return _resource(term)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
