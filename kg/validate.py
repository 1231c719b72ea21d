"""Checks a graph before it is published: SHACL shapes for each document, queries for the whole.

The shapes of `ontologies/shapes/must.ttl` give violations, those of `should.ttl` warnings; a query of
`ontologies/verify/` that returns a row gives a violation. Every finding names the item, the rule and the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import attrgetter

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, RDFS, SH, SKOS
from rdflib.term import Node

from kg.errors import InvalidGraph
from kg.namespaces import INSEK, OA
from kg.terms import to_rdflib
from kg.vocabulary import concepts

_SHAPE = "https://w3id.org/insek/shape#"
_CLASSES = (INSEK.Topic, INSEK.PlanningArea, INSEK.Goal, INSEK.Measure)
_LOOKED_AT = (
    RDF.type,
    RDFS.label,
    rdflib.DCTERMS.title,
    INSEK.evidence,
    INSEK.page,
    OA.hasTarget,
    OA.hasSelector,
    OA.exact,
)
_SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning"}
_COMMENT = re.compile(r"^# (de|en): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that something breaks. `item` is the IRI of the item, document or municipality that is concerned.

    `severity` is "violation" or "warning", `rule` the short name of the shape or query, `messages` pairs of language
    and text; `page` and `quote` tell the place in the document, where the item has one.
    """

    severity: str
    rule: str
    item: str
    label: str
    messages: tuple[tuple[str, str], ...]
    value: str | None = None
    page: int | None = None
    quote: str | None = None

    def message(self, language: str = "en") -> str:
        """The rule in that language, else in English."""
        texts = dict(self.messages)
        return texts.get(language, texts.get("en", self.rule))


def check_document(triples: Iterable[ox.Triple], *, warnings: bool = True) -> tuple[Finding, ...]:
    """What is wrong with one document's graph, its town included: violations first, then warnings if wanted.

    Documents do not depend on one another here, so a document that has not changed need not be checked again. A plan
    of 460 measures (47,000 triples) takes some two seconds.
    """
    graph = rdflib.Graph(bind_namespaces="none")
    read = _read(warnings)
    for triple in triples:
        if triple.predicate.value in read:
            graph.add(to_rdflib(triple))
    return check_graph(graph, warnings=warnings)


def check_graph(graph: rdflib.Graph, *, warnings: bool = True) -> tuple[Finding, ...]:
    """The same for rdflib's graph, to which the classes that the shapes need are added."""
    from pyshacl import validate

    for triple in _surroundings():
        graph.add(triple)
    _, report, _ = validate(graph, shacl_graph=_shapes(warnings), inference="none", inplace=True, meta_shacl=False)
    if not isinstance(report, rdflib.Graph):
        raise InvalidGraph("the graph could not be checked: {reason}", reason=report)
    results: dict[tuple[str, str], list[Node]] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        key = str(report.value(result, SH.sourceShape)), str(report.value(result, SH.focusNode))
        results.setdefault(key, []).append(result)
    found = [_finding(graph, report, *key, several) for key, several in results.items()]
    return tuple(sorted(found, key=attrgetter("severity", "rule", "item", "label")))


def verify(store: ox.Store) -> tuple[Finding, ...]:
    """What is wrong with the published whole: one violation for each row of the queries that must have none."""
    return tuple(
        Finding(
            severity="violation",
            rule=name,
            item=_text(row["item"]),
            label=_text(row["item"]),
            messages=tuple(_COMMENT.findall(text)),
            value=_text(row["value"]),
        )
        for name, text in verify_queries().items()
        for row in _rows(store, text)
    )


@cache
def verify_queries() -> dict[str, str]:
    """The queries that must return no row, by name. Each begins with what a row means, in German and English."""
    folder = files("ontologies") / "verify"
    found = [path for path in folder.iterdir() if path.name.endswith(".rq")]
    return {path.name.removesuffix(".rq"): path.read_text(encoding="utf-8") for path in sorted(found, key=str)}


def _rows(store: ox.Store, text: str) -> Iterator[ox.QuerySolution]:
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return found


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else ""


@cache
def _shapes(warnings: bool) -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in ("must", "should") if warnings else ("must",):
        graph.parse(data=(files("ontologies") / "shapes" / f"{name}.ttl").read_bytes(), format="turtle")
    return graph


@cache
def _read(warnings: bool) -> frozenset[str]:
    """The properties that the shapes or a finding look at; a graph of the others need not be made."""
    named = {str(each) for each in _shapes(warnings).objects() if isinstance(each, rdflib.URIRef)}
    return frozenset(named | set(map(str, _LOOKED_AT)))


@cache
def _surroundings() -> tuple[tuple[rdflib.URIRef, rdflib.URIRef, rdflib.URIRef], ...]:
    """What the shapes need of the vocabularies: that concepts are concepts and goals are items."""
    known = [(rdflib.URIRef(each.iri), RDF.type, SKOS.Concept) for each in concepts()]
    return (*known, *((each, RDFS.subClassOf, INSEK.Item) for each in _CLASSES))


def _finding(graph: rdflib.Graph, report: rdflib.Graph, shape: str, focus: str, results: list[Node]) -> Finding:
    """What one rule says of one thing; a rule that compares two values has a result for each."""
    severity = report.value(results[0], SH.resultSeverity)
    texts = [text for text in report.objects(results[0], SH.resultMessage) if isinstance(text, rdflib.Literal)]
    values = sorted({str(value) for result in results for value in report.objects(result, SH.value)})
    subject, owner = rdflib.URIRef(focus), rdflib.URIRef(focus.partition("#")[0])
    names = (graph.value(each, name) for each in (subject, owner) for name in (RDFS.label, rdflib.DCTERMS.title))
    page, quote = _place(graph, subject) or _place(graph, owner) or (None, None)
    return Finding(
        severity=_SEVERITIES.get(severity, "violation") if isinstance(severity, rdflib.URIRef) else "violation",
        rule=shape.removeprefix(_SHAPE),
        item=str(owner),
        label=next((str(name) for name in names if name is not None), str(owner)),
        messages=tuple(sorted((text.language or "en", str(text)) for text in texts)),
        value=", ".join(values) or None,
        page=page,
        quote=quote,
    )


def _place(graph: rdflib.Graph, owner: rdflib.URIRef) -> tuple[int, str] | None:
    """Page and quote of the first evidence, None where there is none."""
    for evidence in sorted(graph.objects(owner, INSEK.evidence), key=str):
        target = graph.value(evidence, OA.hasTarget)
        page = graph.value(target, INSEK.page)
        quotes = [str(text) for each in graph.objects(target, OA.hasSelector) for text in graph.objects(each, OA.exact)]
        if isinstance(page, rdflib.Literal) and quotes:
            return int(page), quotes[0]
    return None
