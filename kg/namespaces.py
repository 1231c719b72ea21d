"""Our own terms and those of others, as rdflib namespaces that fail on a misspelt name.

`INSEK` repeats the terms of `ontologies/insek.ttl`; a test compares the two both ways.
"""

# ruff: noqa: N815 - the names are those of the vocabularies

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace


class INSEK(DefinedNamespace):
    """The terms of the INSEK ontology."""

    _NS = Namespace("https://w3id.org/insek/def#")
    _fail = True

    Plan: URIRef
    Item: URIRef
    Topic: URIRef
    PlanningArea: URIRef
    Goal: URIRef
    Measure: URIRef
    Alignment: URIRef
    StatedFact: URIRef
    StatedTotal: URIRef
    Correction: URIRef
    plan: URIRef
    municipality: URIRef
    partOf: URIRef
    topic: URIRef
    area: URIRef
    serves: URIRef
    contributesTo: URIRef
    evidence: URIRef
    item: URIRef
    concept: URIRef
    words: URIRef
    actor: URIRef
    follows: URIRef
    statedTotal: URIRef
    priority: URIRef
    period: URIRef
    cost: URIRef
    responsible: URIRef
    partner: URIRef
    status: URIRef
    indicator: URIRef
    horizon: URIRef
    level: URIRef
    bundle: URIRef
    listed: URIRef
    wholeTown: URIRef
    method: URIRef
    confidence: URIRef
    accepted: URIRef
    review: URIRef
    scheme: URIRef
    shares: URIRef
    nearest: URIRef
    statedAs: URIRef
    normalForm: URIRef
    counted: URIRef
    printed: URIRef
    value: URIRef
    found: URIRef
    doubtful: URIRef
    field: URIRef
    before: URIRef
    after: URIRef
    page: URIRef
    box: URIRef
    nuts3: URIRef
    state: URIRef
    population: URIRef
    populationClass: URIRef
    centralPlaceRank: URIRef


class OA(DefinedNamespace):
    """The terms of the Web Annotation vocabulary that are used here."""

    _NS = Namespace("http://www.w3.org/ns/oa#")
    _fail = True

    Annotation: URIRef
    SpecificResource: URIRef
    TextPositionSelector: URIRef
    TextQuoteSelector: URIRef
    end: URIRef
    exact: URIRef
    hasBody: URIRef
    hasSelector: URIRef
    hasSource: URIRef
    hasTarget: URIRef
    start: URIRef


class GEO(DefinedNamespace):
    """The terms of GeoSPARQL that are used here."""

    _NS = Namespace("http://www.opengis.net/ont/geosparql#")
    _fail = True

    Feature: URIRef
    Geometry: URIRef
    asWKT: URIRef
    hasGeometry: URIRef
    wktLiteral: URIRef


class PAV(DefinedNamespace):
    """The term of the provenance, authoring and versioning ontology that is used here."""

    _NS = Namespace("http://purl.org/pav/")
    _fail = True

    retrievedOn: URIRef


class SCHEMA(DefinedNamespace):
    """The terms of schema.org that are used here."""

    _NS = Namespace("https://schema.org/")
    _fail = True

    AdministrativeArea: URIRef
    DigitalDocument: URIRef
    SoftwareApplication: URIRef
    contentUrl: URIRef
    creativeWorkStatus: URIRef
    startDate: URIRef
    minValue: URIRef
    maxValue: URIRef
    endDate: URIRef
    currency: URIRef
    position: URIRef
    sha256: URIRef
    version: URIRef


PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "insek": "https://w3id.org/insek/def#",
    "leipzig": "https://w3id.org/insek/scheme/leipzig-charter/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pav": "http://purl.org/pav/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdg": "http://metadata.un.org/sdg/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "smart": "https://w3id.org/insek/scheme/smart-city/",
    "topic": "https://w3id.org/insek/scheme/topic/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes for queries, Turtle and JSON-LD."""
