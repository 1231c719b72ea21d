"""A check of the ontology: what a reasoner concludes, and a scan for the pitfalls that OOPS! looks for.

Run as `python -m kg.pitfalls`; the exit code is 1 where the reasoner finds a contradiction or a pitfall is important.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import rdflib
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from kg.vocabulary import graph_iri, turtle

_OWN = "https://w3id.org/insek/def#"
_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
_KINDS = (OWL.Class, *_PROPERTIES, OWL.AnnotationProperty)
_ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


@dataclass(frozen=True, slots=True)
class Pitfall:
    """Something in an ontology that often is a mistake. `code` is the number that OOPS! gives it, such as "P08"."""

    code: str
    meaning: str
    term: str
    important: bool


def contradictions(graph: rdflib.Graph) -> tuple[str, ...]:
    """What an OWL 2 RL reasoner (owlrl) finds contradictory in a graph, which gets all that it concludes."""
    import owlrl

    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return tuple(str(text) for text in graph.objects(None, _ERROR))


def scan(graph: rdflib.Graph) -> tuple[Pitfall, ...]:
    """The pitfalls of an ontology, important ones first."""
    checks = (_unlabelled, _unconnected, _without_domain_or_range, _without_inverse, _cycles, _same_label)
    found = [
        pitfall for check in (*checks, _two_kinds, _not_disjoint, _undeclared, _unlicensed) for pitfall in check(graph)
    ]
    return tuple(sorted(found, key=lambda pitfall: (not pitfall.important, pitfall.code, pitfall.term)))


def _own(graph: rdflib.Graph, *kinds: Node) -> list[Node]:
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if str(term).startswith(_OWN)}
    return sorted(found, key=str)


def _unlabelled(graph: rdflib.Graph) -> Iterator[Pitfall]:
    for term in _own(graph, *_KINDS):
        for predicate in (RDFS.label, SKOS.definition):
            spoken = {text.language for text in graph.objects(term, predicate) if isinstance(text, rdflib.Literal)}
            if spoken != {"de", "en"}:
                yield Pitfall("P08", "no label or definition in German and English", str(term), important=True)


def _unconnected(graph: rdflib.Graph) -> Iterator[Pitfall]:
    used = set(graph.objects(None, RDFS.domain)) | set(graph.objects(None, RDFS.range))
    used |= set(graph.subjects(RDFS.subClassOf)) | set(graph.objects(None, RDFS.subClassOf))
    for term in _own(graph, OWL.Class):
        if term not in used:
            yield Pitfall("P04", "a class that nothing is connected with", str(term), important=True)


def _without_domain_or_range(graph: rdflib.Graph) -> Iterator[Pitfall]:
    for term in _own(graph, *_PROPERTIES):
        for predicate, name in ((RDFS.domain, "domain"), (RDFS.range, "range")):
            if (term, predicate, None) not in graph:
                yield Pitfall("P11", f"a property without {name}", str(term), important=False)


def _without_inverse(graph: rdflib.Graph) -> Iterator[Pitfall]:
    inverted = set(graph.subjects(OWL.inverseOf)) | set(graph.objects(None, OWL.inverseOf))
    for term in _own(graph, OWL.ObjectProperty):
        if term not in inverted:
            yield Pitfall("P13", "a link without a named inverse", str(term), important=False)


def _cycles(graph: rdflib.Graph) -> Iterator[Pitfall]:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term, above in graph.subject_objects(predicate):
            if term in graph.transitive_objects(above, predicate):
                yield Pitfall("P06", "a term above itself", str(term), important=True)


def _same_label(graph: rdflib.Graph) -> Iterator[Pitfall]:
    for kind in _KINDS:
        seen: dict[Node, Node] = {}
        for term in _own(graph, kind):
            for label in graph.objects(term, RDFS.label):
                if seen.setdefault(label, term) != term:
                    yield Pitfall("P32", "two terms with one label", str(term), important=True)


def _two_kinds(graph: rdflib.Graph) -> Iterator[Pitfall]:
    for one, other in combinations(_KINDS, 2):
        for term in set(_own(graph, one)) & set(_own(graph, other)):
            yield Pitfall("P05", "a term of two kinds", str(term), important=True)


def _not_disjoint(graph: rdflib.Graph) -> Iterator[Pitfall]:
    lists = graph.objects(None, OWL.members)
    disjoint = {member for found in lists for member in Collection(graph, found)}
    above = set(graph.objects(None, RDFS.subClassOf))
    for term in _own(graph, OWL.Class):
        if term not in disjoint | above:
            yield Pitfall("P10", "a class not said to be disjoint with its neighbours", str(term), important=True)


def _undeclared(graph: rdflib.Graph) -> Iterator[Pitfall]:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range):
        for term in graph.objects(None, predicate):
            known = (term, RDF.type, None) in graph or str(term).startswith((str(rdflib.XSD), str(RDF)))
            if not known:
                yield Pitfall("P34", "a class or property of others whose kind is not said", str(term), important=True)


def _unlicensed(graph: rdflib.Graph) -> Iterator[Pitfall]:
    about = rdflib.URIRef(graph_iri("insek"))
    for predicate in (DCTERMS.license, DCTERMS.title, DCTERMS.creator, OWL.versionIRI, OWL.versionInfo):
        if (about, predicate, None) not in graph:
            yield Pitfall("P41", f"no {predicate}", str(about), important=True)


def main() -> int:
    """Prints the report; 1 where something has to be mended."""
    graph = rdflib.Graph().parse(data=turtle("insek"), format="turtle")
    before, pitfalls = len(graph), scan(graph)
    wrong = contradictions(graph)
    print(f"owlrl, OWL 2 RL: {before} triples, {len(graph)} with conclusions, {len(wrong)} contradictions")
    for text in wrong:
        print(f"  {text}")
    important = sum(pitfall.important for pitfall in pitfalls)
    print(f"pitfalls: {important} important, {len(pitfalls) - important} minor")
    for pitfall in pitfalls:
        print(f"  {pitfall.code} {'important' if pitfall.important else 'minor':9} {pitfall.meaning}: {pitfall.term}")
    return 1 if wrong or important else 0


if __name__ == "__main__":
    sys.exit(main())
