"""From triples back to our types: the inverse of `kg.to_rdf`.

What has no order comes back sorted: areas and goals of an item, aliases, documents and frameworks of a plan.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS

from kg.errors import InvalidGraph
from kg.evidence import STATED
from kg.ids import id_from_iri
from kg.model import (
    Alignment,
    Box,
    Change,
    Evidence,
    Goal,
    LinkMethod,
    Measure,
    Municipality,
    Plan,
    PlanningArea,
    Review,
    Scheme,
    Source,
    Span,
    Stated,
    StatedTotal,
    Topic,
)
from kg.namespaces import GEO, INSEK, OA, PAV, SCHEMA
from kg.terms import from_rdflib

_POINT = re.compile(r"POINT\s*\(\s*(\S+)\s+([^\s)]+)\s*\)")
_NUMBER = re.compile(r"(\d+)$")


def read_document(graph: rdflib.Graph, base_iri: str) -> tuple[Plan, tuple[Alignment, ...], Source, Municipality]:
    """What `kg.to_rdf.document_graph` wrote. Raises InvalidGraph where something is missing or malformed."""
    facts = Facts(from_rdflib(graph))
    try:
        document = facts.only(SCHEMA.DigitalDocument)
        plan = _plan(facts, facts.only(INSEK.Plan))
        source = _source(facts, document)
        town = municipality(facts, facts.one(document, DCTERMS.spatial))
        alignments = tuple(_alignment(facts, iri) for iri in facts.subjects(INSEK.Alignment))
        return plan, alignments, source, town
    except (KeyError, ValueError) as error:
        raise InvalidGraph("{graph}: {reason}", graph=graph.identifier, reason=error) from error


def read_changes(graph: rdflib.Graph) -> tuple[Change, ...]:
    """What people corrected, as `kg.to_rdf.document_graph` wrote it. Raises InvalidGraph where something is missing."""
    facts = Facts(from_rdflib(graph))
    try:
        return tuple(_change(facts, iri) for iri in facts.subjects(INSEK.Correction))
    except (KeyError, ValueError) as error:
        raise InvalidGraph("{graph}: {reason}", graph=graph.identifier, reason=error) from error


def _change(facts: Facts, iri: str) -> Change:
    return Change(
        item_id=_id(facts.one(iri, PROV.used)),
        field=facts.one(iri, INSEK.field),
        before=facts.one(iri, INSEK.before),
        after=facts.one(iri, INSEK.after),
        author=facts.one(facts.one(iri, PROV.wasAssociatedWith), RDFS.label),
        date=facts.one(iri, PROV.endedAtTime),
        concept=facts.get(iri, INSEK.concept),
    )


class Facts:
    """Triples by subject and predicate; all terms as plain strings, as the property says what they are."""

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        self._facts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
                self._facts[triple.subject.value][triple.predicate.value].append(triple.object.value)

    def subjects(self, kind: str) -> list[str]:
        """All subjects of a class, or all there are, in the order of their `schema:position`."""
        found = [iri for iri, facts in self._facts.items() if str(kind) in facts.get(str(RDF.type), ())]
        return sorted(found, key=lambda iri: int(self.get(iri, SCHEMA.position) or 0))

    def only(self, kind: str) -> str:
        """The one subject of a class. Raises ValueError where there is none or more than one."""
        found = self.subjects(kind)
        if len(found) != 1:
            raise ValueError(f"expected one {kind}, found {len(found)}")
        return found[0]

    def all(self, subject: str, predicate: str) -> list[str]:
        """All values, sorted."""
        return sorted(self._facts[subject].get(str(predicate), ())) if subject in self._facts else []

    def parts(self, subject: str, predicate: str) -> list[str]:
        """All values in the order of the numbers that they end in."""
        return sorted(self.all(subject, predicate), key=_number)

    def get(self, subject: str, predicate: str) -> str | None:
        """The value, or None."""
        values = self._facts[subject].get(str(predicate)) if subject in self._facts else None
        return values[0] if values else None

    def one(self, subject: str, predicate: str) -> str:
        """The value. Raises ValueError where there is none."""
        value = self.get(subject, predicate)
        if value is None:
            raise ValueError(f"{subject} has no {predicate}")
        return value

    def id(self, subject: str, predicate: str) -> str | None:
        """The identifier of the linked thing, or None."""
        value = self.get(subject, predicate)
        return _id(value) if value else None

    def ids(self, subject: str, predicate: str) -> tuple[str, ...]:
        """The identifiers of all linked things, sorted."""
        return tuple(sorted(_id(value) for value in self.all(subject, predicate)))


def _id(iri: str) -> str:
    found = id_from_iri(iri)
    if found is None:
        raise ValueError(f"{iri} is not an IRI of ours")
    return found


def _number(iri: str) -> int:
    found = _NUMBER.search(iri)
    return int(found[1]) if found else 0


def _flag(text: str | None) -> bool:
    return text == "true"


def municipality(facts: Facts, iri: str) -> Municipality:
    """The municipality of that IRI."""
    point = _POINT.search(facts.get(facts.get(iri, GEO.hasGeometry) or "", GEO.asWKT) or "")
    population = facts.get(iri, INSEK.population)
    return Municipality(
        ags=facts.one(iri, DCTERMS.identifier),
        name=facts.one(iri, RDFS.label),
        state=facts.one(iri, INSEK.state),
        nuts3=facts.get(iri, INSEK.nuts3),
        population=int(population) if population else None,
        latitude=float(point[2]) if point else None,
        longitude=float(point[1]) if point else None,
        same_as=tuple(facts.all(iri, OWL.sameAs)),
        central_place=facts.get(iri, INSEK.centralPlaceRank),
        central_place_source=facts.get(iri, DCTERMS.source),
    )


def _source(facts: Facts, iri: str) -> Source:
    return Source(
        id=facts.one(iri, DCTERMS.identifier),
        municipality=facts.one(iri, DCTERMS.spatial).rpartition("/")[2],
        title=facts.one(iri, DCTERMS.title),
        location=facts.one(iri, SCHEMA.contentUrl),
        media_type=facts.one(iri, DCTERMS.format),
        sha256=facts.one(iri, SCHEMA.sha256),
        retrieved=facts.one(iri, PAV.retrievedOn),
        licence=facts.get(iri, DCTERMS.rights),
    )


def _plan(facts: Facts, iri: str) -> Plan:
    return Plan(
        id=_id(iri),
        municipality=facts.one(iri, INSEK.municipality).rpartition("/")[2],
        title=facts.one(iri, DCTERMS.title),
        documents=facts.ids(iri, PROV.wasDerivedFrom),
        topics=tuple(_topic(facts, item) for item in facts.subjects(INSEK.Topic)),
        areas=tuple(_area(facts, item) for item in facts.subjects(INSEK.PlanningArea)),
        goals=tuple(_goal(facts, item) for item in facts.subjects(INSEK.Goal)),
        measures=tuple(_measure(facts, item) for item in facts.subjects(INSEK.Measure)),
        totals=tuple(_total(facts, total) for total in facts.parts(iri, INSEK.statedTotal)),
        frameworks=tuple(facts.all(iri, INSEK.follows)),
        edition=facts.get(iri, SCHEMA.version),
        horizon=facts.get(iri, INSEK.horizon),
        status=facts.get(iri, SCHEMA.creativeWorkStatus),
    )


def _topic(facts: Facts, iri: str) -> Topic:
    return Topic(part_of=facts.id(iri, INSEK.partOf), **_common(facts, iri))


def _area(facts: Facts, iri: str) -> PlanningArea:
    return PlanningArea(
        aliases=tuple(facts.all(iri, SKOS.altLabel)),
        listed=_flag(facts.get(iri, INSEK.listed)),
        whole_town=_flag(facts.get(iri, INSEK.wholeTown)),
        **_common(facts, iri),
    )


def _goal(facts: Facts, iri: str) -> Goal:
    return Goal(
        topic_id=facts.id(iri, INSEK.topic),
        area_ids=facts.ids(iri, INSEK.area),
        part_of=facts.id(iri, INSEK.partOf),
        level=facts.get(iri, INSEK.level),
        **_common(facts, iri),
    )


def _measure(facts: Facts, iri: str) -> Measure:
    return Measure(
        goal_ids=facts.ids(iri, INSEK.serves),
        topic_id=facts.id(iri, INSEK.topic),
        area_ids=facts.ids(iri, INSEK.area),
        part_of=facts.id(iri, INSEK.partOf),
        bundle=_flag(facts.get(iri, INSEK.bundle)),
        partners=tuple(_stated(facts, part) for part in facts.parts(iri, INSEK.partner)),
        **_stated_facts(facts, iri),
        **_common(facts, iri),
    )


def _common(facts: Facts, iri: str) -> dict[str, Any]:
    return {
        "id": _id(iri),
        "plan_id": facts.id(iri, INSEK.plan),
        "label": facts.one(iri, RDFS.label),
        "description": facts.get(iri, DCTERMS.description) or "",
        "number": facts.get(iri, SKOS.notation),
        "evidence": _evidence(facts, iri),
        "method": facts.get(iri, INSEK.method) or "",
        "confidence": float(facts.one(iri, INSEK.confidence)),
    }


def _stated_facts(facts: Facts, iri: str) -> dict[str, Any]:
    return {name: _stated(facts, part) for name in STATED if (part := facts.get(iri, INSEK[name]))}


def _stated(facts: Facts, iri: str) -> Stated:
    return Stated(facts.one(iri, INSEK.statedAs), facts.get(iri, INSEK.normalForm), _evidence(facts, iri))


def _total(facts: Facts, iri: str) -> StatedTotal:
    value, found = facts.get(iri, INSEK.value), facts.get(iri, INSEK.found)
    return StatedTotal(
        label=facts.one(iri, RDFS.label),
        counted=facts.one(iri, INSEK.counted),
        printed=facts.one(iri, INSEK.printed),
        value=int(value) if value else None,
        topic_id=facts.id(iri, INSEK.topic),
        found=int(found) if found else None,
        doubtful=_flag(facts.get(iri, INSEK.doubtful)),
        evidence=_evidence(facts, iri),
    )


def _evidence(facts: Facts, owner: str) -> tuple[Evidence, ...]:
    return tuple(_quote(facts, facts.one(iri, OA.hasTarget)) for iri in facts.parts(owner, INSEK.evidence))


def _quote(facts: Facts, target: str) -> Evidence:
    quote, span = _selectors(facts, target)
    box = facts.get(target, INSEK.box)
    return Evidence(
        document_id=_id(facts.one(target, OA.hasSource)),
        page=int(facts.one(target, INSEK.page)),
        start=int(facts.one(span, OA.start)),
        end=int(facts.one(span, OA.end)),
        quote=facts.one(quote, OA.exact),
        box=Box(*map(float, box.split())) if box else None,
    )


def _selectors(facts: Facts, target: str) -> tuple[str, str]:
    """The selector of the quote and that of its place."""
    selectors = facts.all(target, OA.hasSelector)
    quotes = [iri for iri in selectors if facts.get(iri, OA.exact) is not None]
    spans = [iri for iri in selectors if facts.get(iri, OA.start) is not None]
    if not quotes or not spans:
        raise ValueError(f"{target} lacks its quote or its place")
    return quotes[0], spans[0]


def _alignment(facts: Facts, iri: str) -> Alignment:
    return Alignment(
        item_id=_id(facts.one(iri, INSEK.item)),
        concept=facts.one(iri, INSEK.concept),
        scheme=Scheme(facts.one(iri, INSEK.scheme)),
        code=facts.one(iri, SKOS.notation),
        method=LinkMethod(facts.one(iri, INSEK.method)),
        version=facts.one(iri, SCHEMA.version),
        confidence=float(facts.one(iri, INSEK.confidence)),
        accepted=_flag(facts.get(iri, INSEK.accepted)),
        evidence=tuple(
            Span(int(facts.one(part, OA.start)), int(facts.one(part, OA.end)), facts.one(part, OA.exact))
            for part in facts.parts(iri, INSEK.words)
        ),
        nearest=facts.get(iri, INSEK.nearest),
        shares=tuple((str(name), float(score)) for name, score in json.loads(facts.get(iri, INSEK.shares) or "[]")),
        review=Review(facts.one(iri, INSEK.review)),
    )
