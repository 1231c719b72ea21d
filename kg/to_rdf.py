"""From our types to triples. Only this module and `kg.from_rdf`, its inverse, know both.

A document's graph is named by the document's IRI and holds its plan, items, alignments and evidence. All parts have
IRIs, never blank nodes: those of a part begin with its owner's (`…/id/measure/12ab#cost`), so they are stable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pyoxigraph as ox
import rdflib
from rdflib import namespace as standard

from kg import namespaces
from kg.errors import InvalidGraph
from kg.evidence import STATED, check_evidence
from kg.ids import iri_path, make_id
from kg.model import (
    Alignment,
    Change,
    Document,
    Evidence,
    Goal,
    Item,
    Measure,
    Municipality,
    Plan,
    PlanningArea,
    Review,
    Scheme,
    Source,
    Stated,
    StatedTotal,
    Topic,
)
from kg.namespaces import PREFIXES
from kg.normal_forms import values
from kg.regions import population_class
from kg.terms import Nodes, Value, literal_of, node, to_rdflib
from kg.town_names import fold

GEO, INSEK, OA, PAV, SCHEMA = map(
    Nodes, (namespaces.GEO, namespaces.INSEK, namespaces.OA, namespaces.PAV, namespaces.SCHEMA)
)
DCTERMS, ORG, OWL, PROV = map(Nodes, (standard.DCTERMS, standard.ORG, standard.OWL, standard.PROV))
RDF, RDFS, SKOS, XSD = map(Nodes, (standard.RDF, standard.RDFS, standard.SKOS, standard.XSD))

SOFTWARE = "https://w3id.org/insek/software"
"""What extraction runs are associated with."""

# How a plan's own topic matches a shared one (`kg.mapping.topics`); "broad" says that the plan's is the broader one.
_MATCHES = {"exact": SKOS.exactMatch, "close": SKOS.closeMatch, "broad": SKOS.narrowMatch}
_ACTORS = frozenset({"responsible", "partner"})
_CLASSES = {Topic: INSEK.Topic, PlanningArea: INSEK.PlanningArea, Goal: INSEK.Goal, Measure: INSEK.Measure}


def document_graph(
    document: Document,
    plan: Plan,
    alignments: Iterable[Alignment],
    municipality: Municipality,
    base_iri: str,
    changes: Sequence[Change] = (),
) -> rdflib.Graph:
    """All that is said of one document, its plan and its town, as a graph named by the document's IRI.

    Raises InvalidGraph where a quote does not stand on its page or two alignments say the same.
    """
    graph = rdflib.Graph(identifier=base_iri + iri_path(document.id), bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    own = document_triples(document, plan, alignments, base_iri, changes)
    for triple in (*own, *municipality_triples(municipality, base_iri)):
        graph.add(to_rdflib(triple))
    return graph


def document_triples(
    document: Document, plan: Plan, alignments: Iterable[Alignment], base_iri: str, changes: Sequence[Change] = ()
) -> list[ox.Triple]:
    """The same without the town, as triples of Oxigraph; `changes` are what people corrected."""
    check_evidence(document, plan)
    builder = _Builder(base_iri, document.language)
    builder.source(document.source, document.id, document.language)
    builder.plan(plan, document.id)
    for position, item in enumerate(plan.items()):
        builder.item(item, position)
    builder.alignments(alignments)
    for number, change in enumerate(changes):
        builder.change(plan.id, number, change)
    return builder.triples


def municipality_triples(town: Municipality, base_iri: str) -> list[ox.Triple]:
    """What is known of a municipality."""
    builder = _Builder(base_iri, "de")
    subject = builder.municipality_node(town.ags)
    for kind in (SCHEMA.AdministrativeArea, GEO.Feature):
        builder.link(subject, RDF.type, kind)
    builder.value(subject, DCTERMS.identifier, town.ags)
    builder.text(subject, RDFS.label, town.name)
    builder.value(subject, INSEK.state, town.state)
    builder.value(subject, INSEK.nuts3, town.nuts3)
    builder.value(subject, INSEK.population, town.population)
    builder.value(subject, INSEK.populationClass, population_class(town.population))
    builder.text(subject, INSEK.centralPlaceRank, town.central_place)
    builder.text(subject, DCTERMS.source, town.central_place_source)
    for other in town.same_as:
        builder.link(subject, OWL.sameAs, ox.NamedNode(other))
    if town.latitude is not None and town.longitude is not None:
        point = builder.part(subject, "point")
        builder.link(subject, GEO.hasGeometry, point)
        builder.link(point, RDF.type, GEO.Geometry)
        wkt = f"POINT({town.longitude!r} {town.latitude!r})"
        builder.triples.append(ox.Triple(point, GEO.asWKT, ox.Literal(wkt, datatype=GEO.wktLiteral)))
    return builder.triples


class _Builder:
    """Collects triples. Values that are absent make none."""

    def __init__(self, base_iri: str, language: str) -> None:
        self.triples: list[ox.Triple] = []
        self._base = base_iri
        self._language = language or None
        self._actors: set[ox.NamedNode] = set()

    def iri(self, identifier: str) -> ox.NamedNode:
        return ox.NamedNode(self._base + iri_path(identifier))

    def municipality_node(self, ags: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._base}id/municipality/{ags}")

    def part(self, owner: ox.NamedNode, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{owner.value}{'-' if '#' in owner.value else '#'}{name}")

    def link(self, subject: ox.NamedNode, predicate: ox.NamedNode, target: ox.NamedNode) -> None:
        self.triples.append(ox.Triple(subject, predicate, target))

    def value(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: Value | None) -> None:
        if value is not None:
            self.triples.append(ox.Triple(subject, predicate, literal_of(value)))

    def text(self, subject: ox.NamedNode, predicate: ox.NamedNode, text: str | None) -> None:
        if text is not None:
            literal = ox.Literal(text, language=self._language)
            self.triples.append(ox.Triple(subject, predicate, literal))

    def source(self, source: Source, document_id: str, language: str) -> None:
        document = self.iri(document_id)
        for kind in (SCHEMA.DigitalDocument, PROV.Entity):
            self.link(document, RDF.type, kind)
        self.value(document, DCTERMS.identifier, source.id)
        self.text(document, DCTERMS.title, source.title)
        self.value(document, SCHEMA.contentUrl, source.location)
        self.value(document, DCTERMS.format, source.media_type)
        self.value(document, SCHEMA.sha256, source.sha256)
        self.value(document, PAV.retrievedOn, source.retrieved)
        self.value(document, DCTERMS.rights, source.licence)
        self.value(document, DCTERMS.language, language or None)
        self.link(document, DCTERMS.spatial, self.municipality_node(source.municipality))

    def plan(self, plan: Plan, document_id: str) -> None:
        subject = self.iri(plan.id)
        self.link(subject, RDF.type, INSEK.Plan)
        self.text(subject, DCTERMS.title, plan.title)
        self.link(subject, INSEK.municipality, self.municipality_node(plan.municipality))
        for document in plan.documents:
            self.link(subject, PROV.wasDerivedFrom, self.iri(document))
        for framework in plan.frameworks:
            self.link(subject, INSEK.follows, ox.NamedNode(framework))
        self.value(subject, SCHEMA.version, plan.edition)
        self.value(subject, INSEK.horizon, plan.horizon)
        self.value(subject, SCHEMA.creativeWorkStatus, plan.status)
        run = self.part(subject, "extraction")
        self.link(subject, PROV.wasGeneratedBy, run)
        self.link(run, RDF.type, PROV.Activity)
        self.link(run, PROV.used, self.iri(document_id))
        self.link(run, PROV.wasAssociatedWith, node(SOFTWARE))
        for number, total in enumerate(plan.totals):
            self.total(subject, number, total)

    def total(self, plan: ox.NamedNode, number: int, total: StatedTotal) -> None:
        subject = self.part(plan, f"total-{number}")
        self.link(plan, INSEK.statedTotal, subject)
        self.link(subject, RDF.type, INSEK.StatedTotal)
        self.text(subject, RDFS.label, total.label)
        self.value(subject, INSEK.counted, total.counted)
        self.value(subject, INSEK.printed, total.printed)
        self.value(subject, INSEK.value, total.value)
        self.value(subject, INSEK.found, total.found)
        self.value(subject, INSEK.doubtful, total.doubtful)
        if total.topic_id:
            self.link(subject, INSEK.topic, self.iri(total.topic_id))
        self.evidence(subject, total.evidence)

    def item(self, item: Item, position: int) -> None:
        subject = self.iri(item.id)
        self.link(subject, RDF.type, _CLASSES[type(item)])
        self.text(subject, RDFS.label, item.label)
        self.text(subject, DCTERMS.description, item.description or None)
        self.value(subject, SKOS.notation, item.number)
        self.link(subject, INSEK.plan, self.iri(item.plan_id))
        self.value(subject, SCHEMA.position, position)
        self.value(subject, INSEK.method, item.method or None)
        self.value(subject, INSEK.confidence, float(item.confidence))
        self.evidence(subject, item.evidence)
        if isinstance(item, PlanningArea):
            self._area(subject, item)
        if isinstance(item, Topic | Goal | Measure) and item.part_of:
            self.link(subject, INSEK.partOf, self.iri(item.part_of))
        if isinstance(item, Goal | Measure):
            self._belongs(subject, item)

    def _area(self, subject: ox.NamedNode, area: PlanningArea) -> None:
        for alias in area.aliases:
            self.text(subject, SKOS.altLabel, alias)
        self.value(subject, INSEK.listed, area.listed)
        self.value(subject, INSEK.wholeTown, area.whole_town)

    def _belongs(self, subject: ox.NamedNode, item: Goal | Measure) -> None:
        if item.topic_id:
            self.link(subject, INSEK.topic, self.iri(item.topic_id))
        for area in item.area_ids:
            self.link(subject, INSEK.area, self.iri(area))
        if isinstance(item, Goal):
            self.value(subject, INSEK.level, item.level)
            return
        for goal in item.goal_ids:
            self.link(subject, INSEK.serves, self.iri(goal))
        self.value(subject, INSEK.bundle, item.bundle)
        for name in STATED:
            self.stated(subject, item.plan_id, name, name, getattr(item, name))
        for number, partner in enumerate(item.partners):
            self.stated(subject, item.plan_id, "partner", f"partner-{number}", partner)

    def stated(self, measure: ox.NamedNode, plan_id: str, name: str, part: str, fact: Stated | None) -> None:
        if fact is None:
            return
        subject = self.part(measure, part)
        self.link(measure, INSEK[name], subject)
        self.link(subject, RDF.type, INSEK.StatedFact)
        self.text(subject, INSEK.statedAs, fact.text)
        self.value(subject, INSEK.normalForm, fact.normal)
        for predicate, literal in values(name, fact.normal):
            self.triples.append(ox.Triple(subject, predicate, literal))
        if name in _ACTORS:
            self.link(subject, INSEK.actor, self.actor(plan_id, fact.text))
        self.evidence(subject, fact.evidence)

    def change(self, plan_id: str, number: int, change: Change) -> None:
        """A correction as an activity that used the item; an item that was taken out stands in no other triple."""
        subject = self.part(self.iri(change.item_id), f"correction-{number}")
        self.link(subject, RDF.type, INSEK.Correction)
        self.link(subject, RDF.type, PROV.Activity)
        self.value(subject, SCHEMA.position, number)
        self.link(subject, PROV.used, self.iri(change.item_id))
        if change.concept:
            self.link(subject, INSEK.concept, ox.NamedNode(change.concept))
        for name in ("field", "before", "after"):
            self.value(subject, INSEK[name], getattr(change, name))
        moment = XSD.dateTime if "T" in change.date else XSD.date
        self.triples.append(ox.Triple(subject, PROV.endedAtTime, ox.Literal(change.date, datatype=moment)))
        person = self.iri(make_id("agent", plan_id, change.author))
        self.link(subject, PROV.wasAssociatedWith, person)
        self.link(person, RDF.type, PROV.Agent)
        self.value(person, RDFS.label, change.author)

    def actor(self, plan_id: str, name: str) -> ox.NamedNode:
        """The body of that name in a plan. A plan's bodies are its own: another's "Bauamt" is another."""
        subject = self.iri(make_id("actor", plan_id, fold(name)))
        if subject not in self._actors:
            self._actors.add(subject)
            self.link(subject, RDF.type, ORG.Organization)
            self.text(subject, RDFS.label, name)
        return subject

    def evidence(self, owner: ox.NamedNode, found: Sequence[Evidence]) -> None:
        for number, evidence in enumerate(found):
            subject = self.part(owner, f"evidence-{number}")
            target, quote, range_ = (self.part(subject, name) for name in ("target", "quote", "range"))
            self.link(owner, INSEK.evidence, subject)
            self.link(subject, RDF.type, OA.Annotation)
            self.link(subject, OA.hasBody, owner)
            self.link(subject, OA.hasTarget, target)
            self.link(target, RDF.type, OA.SpecificResource)
            self.link(target, OA.hasSource, self.iri(evidence.document_id))
            self.value(target, INSEK.page, evidence.page)
            if box := evidence.box:
                self.value(target, INSEK.box, " ".join(repr(float(x)) for x in (box.x0, box.top, box.x1, box.bottom)))
            self.link(target, OA.hasSelector, quote)
            self.link(quote, RDF.type, OA.TextQuoteSelector)
            self.text(quote, OA.exact, evidence.quote)
            self.link(target, OA.hasSelector, range_)
            self.range(range_, evidence.start, evidence.end)

    def range(self, subject: ox.NamedNode, start: int, end: int) -> None:
        self.link(subject, RDF.type, OA.TextPositionSelector)
        self.value(subject, OA.start, start)
        self.value(subject, OA.end, end)

    def alignments(self, alignments: Iterable[Alignment]) -> None:
        said: set[tuple[str, str, str]] = set()
        for position, alignment in enumerate(alignments):
            link = (alignment.item_id, alignment.concept, alignment.method)
            if link in said:
                raise InvalidGraph("{item}: aligned twice to {concept} by one method", item=link[0], concept=link[1])
            said.add(link)
            self.alignment(alignment, position)

    def alignment(self, alignment: Alignment, position: int) -> None:
        item, concept = self.iri(alignment.item_id), ox.NamedNode(alignment.concept)
        subject = self.part(item, f"alignment-{alignment.scheme}-{alignment.code}-{alignment.method}")
        self.link(subject, RDF.type, INSEK.Alignment)
        self.link(subject, INSEK.item, item)
        self.link(subject, INSEK.concept, concept)
        self.value(subject, SCHEMA.position, position)
        self.value(subject, INSEK.scheme, alignment.scheme)
        self.value(subject, SKOS.notation, alignment.code)
        self.value(subject, INSEK.method, alignment.method)
        self.value(subject, SCHEMA.version, alignment.version)
        self.value(subject, INSEK.confidence, float(alignment.confidence))
        self.value(subject, INSEK.accepted, alignment.accepted)
        self.value(subject, INSEK.review, alignment.review)
        self.value(subject, INSEK.nearest, alignment.nearest)
        if alignment.shares:
            shares = json.dumps(alignment.shares, ensure_ascii=False)
            self.triples.append(ox.Triple(subject, INSEK.shares, ox.Literal(shares, datatype=RDF.JSON)))
        for index, span in enumerate(alignment.evidence):
            words = self.part(subject, f"words-{index}")
            self.link(subject, INSEK.words, words)
            self.range(words, span.start, span.end)
            self.value(words, OA.exact, span.text)
        if alignment.accepted and alignment.review is not Review.REJECTED:
            self.link(item, DCTERMS.subject if alignment.scheme is Scheme.TOPIC else INSEK.contributesTo, concept)
            for name, _ in alignment.shares:
                if name in _MATCHES and alignment.scheme is Scheme.TOPIC:
                    self.link(item, _MATCHES[name], concept)
