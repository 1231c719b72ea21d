"""What the published dataset is, for catalogues: VoID and DCAT-AP.de, with licence, version and counts."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.terms import node

_DCAT = "http://www.w3.org/ns/dcat#"
_DCATDE = "http://dcat-ap.de/def/dcatde/"
_DCTERMS = PREFIXES["dcterms"]
_FOAF = "http://xmlns.com/foaf/0.1/"
_RDF = PREFIXES["rdf"]
_SD = "http://www.w3.org/ns/sparql-service-description#"
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_VOID = "http://rdfs.org/ns/void#"
_XSD = PREFIXES["xsd"]
_MEDIA = "http://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_DESCRIPTION = {
    "de": "Ziele und Maßnahmen aus Stadtentwicklungskonzepten, jede mit ihrem Beleg im Dokument und ihrem Bezug zu "
    "SDG, Smart City und Neuer Leipzig-Charta.",
    "en": "Goals and measures of urban development plans, each with its evidence in the document and its relation to "
    "the SDGs, Smart City and the New Leipzig Charter.",
}
_THEMES = ("REGI", "GOVE", "ENVI")
_FORMATS = {"turtle": ("text/turtle", "RDF_TURTLE"), "trig": ("application/trig", "RDF_TRIG")} | {
    "nquads": ("application/n-quads", "RDF_N_QUADS"),
    "jsonld": ("application/ld+json", "JSON_LD"),
    "csv": ("text/csv", "CSV"),
}
_VOCABULARIES = ("skos", "dcterms", "prov", "oa", "geo", "schema", "insek")
_LINKED = {
    "sdg": ("http://metadata.un.org/sdg/", "https://w3id.org/insek/def#contributesTo"),
    "wikidata": ("http://www.wikidata.org/entity/", "http://www.w3.org/2002/07/owl#sameAs"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What a publisher says of the dataset. `modified` is an ISO date or time, `site` the address of the web app.

    `contact` is a mailto: or web address and `contributor` an IRI of GovData; both are left out where empty.
    """

    site: str
    modified: str
    version: str = "0.1.0"
    title_de: str = "INSEK-Graph: Ziele und Maßnahmen deutscher Stadtentwicklungskonzepte"
    title_en: str = "INSEK-Graph: goals and measures of German urban development plans"
    publisher: str = "INSEK-Graph"
    contact: str = ""
    contributor: str = ""
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    licence_de: str = "http://dcat-ap.de/def/licenses/cc-by/4.0"


def description(store: ox.Store, base_iri: str, about: About) -> bytes:
    """The description of the dataset in that store, as Turtle, under the IRI `<base>dataset`."""
    dataset = ox.NamedNode(base_iri + "dataset")
    triples = [*_catalogue(dataset, about), *_distributions(dataset, about), *_counts(store, dataset)]
    prefixes = PREFIXES | {"dcat": _DCAT, "dcatde": _DCATDE, "foaf": _FOAF, "void": _VOID, "sd": _SD, "vcard": _VCARD}
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""


def _catalogue(dataset: ox.NamedNode, about: About) -> list[ox.Triple]:
    publisher = ox.NamedNode(dataset.value + "#publisher")
    return [
        _link(dataset, _RDF + "type", _VOID + "Dataset"),
        _link(dataset, _RDF + "type", _DCAT + "Dataset"),
        *_texts(dataset, "title", {"de": about.title_de, "en": about.title_en}),
        *_texts(dataset, "description", _DESCRIPTION),
        ox.Triple(dataset, node(_DCTERMS + "modified"), _time(about.modified)),
        ox.Triple(dataset, node(_DCTERMS + "identifier"), ox.Literal(dataset.value)),
        ox.Triple(dataset, node(_DCAT + "version"), ox.Literal(about.version)),
        ox.Triple(dataset, node(_DCTERMS + "publisher"), publisher),
        ox.Triple(publisher, node(_RDF + "type"), node(_FOAF + "Agent")),
        ox.Triple(publisher, node(_FOAF + "name"), ox.Literal(about.publisher)),
        *_reached(dataset, about),
        _link(dataset, _DCTERMS + "license", about.licence),
        _link(dataset, _DCTERMS + "language", "http://publications.europa.eu/resource/authority/language/DEU"),
        _link(dataset, _DCTERMS + "spatial", "http://publications.europa.eu/resource/authority/country/DEU"),
        _link(dataset, _DCAT + "landingPage", about.site),
        _link(dataset, _FOAF + "homepage", about.site),
        *(_link(dataset, _DCAT + "theme", _theme(name)) for name in _THEMES),
        *(_link(dataset, _VOID + "vocabulary", PREFIXES[name]) for name in _VOCABULARIES),
        _link(dataset, _VOID + "sparqlEndpoint", about.site + "sparql"),
        ox.Triple(dataset, node(_VOID + "uriSpace"), ox.Literal(dataset.value.removesuffix("dataset") + "id/")),
    ]


def _reached(dataset: ox.NamedNode, about: About) -> list[ox.Triple]:
    """Where to reach the publisher, and who that is at GovData; DCAT-AP.de wants both of whoever delivers to it."""
    triples = [_link(dataset, _DCATDE + "contributorID", about.contributor)] if about.contributor else []
    if about.contact:
        card = ox.NamedNode(dataset.value + "#contact")
        reached = "hasEmail" if about.contact.startswith("mailto:") else "hasURL"
        triples += [
            ox.Triple(dataset, node(_DCAT + "contactPoint"), card),
            _link(card, _RDF + "type", _VCARD + "Organization"),
            ox.Triple(card, node(_VCARD + "fn"), ox.Literal(about.publisher)),
            _link(card, _VCARD + reached, about.contact),
        ]
    return triples


def _distributions(dataset: ox.NamedNode, about: About) -> list[ox.Triple]:
    triples = []
    for name, (media_type, file_type) in _FORMATS.items():
        part = ox.NamedNode(f"{dataset.value}#{name}")
        address = f"{about.site}export/{name}"
        triples += [
            ox.Triple(dataset, node(_DCAT + "distribution"), part),
            _link(part, _RDF + "type", _DCAT + "Distribution"),
            _link(part, _DCAT + "accessURL", address),
            _link(part, _DCAT + "downloadURL", address),
            _link(part, _DCAT + "mediaType", _MEDIA + media_type),
            _link(part, _DCTERMS + "format", _FILE_TYPE + file_type),
            _link(part, _DCTERMS + "license", about.licence_de),
            ox.Triple(part, node(_DCATDE + "licenseAttributionByText"), ox.Literal(about.publisher)),
            ox.Triple(part, node(_DCTERMS + "modified"), _time(about.modified)),
        ]
        if name != "csv":
            triples.append(_link(dataset, _VOID + "dataDump", address))
    return triples


def _counts(store: ox.Store, dataset: ox.NamedNode) -> list[ox.Triple]:
    triples = [
        _number(dataset, "triples", _count(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")),
        _number(dataset, "distinctSubjects", _count(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")),
        _number(dataset, "properties", _count(store, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")),
    ]
    for row in _rows(store, "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY DESC(?n)"):
        found, number = row["class"], row["n"]
        if isinstance(found, ox.NamedNode) and isinstance(number, ox.Literal):
            part = ox.NamedNode(f"{dataset.value}#class-{len(triples)}")
            triples += [
                ox.Triple(dataset, node(_VOID + "classPartition"), part),
                ox.Triple(part, node(_VOID + "class"), found),
                _number(part, "entities", int(number.value)),
            ]
    for name, (space, predicate) in _LINKED.items():
        text = f'SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o FILTER (STRSTARTS(STR(?o), "{space}")) }}'
        part = ox.NamedNode(f"{dataset.value}#links-{name}")
        triples += [
            ox.Triple(dataset, node(_VOID + "subset"), part),
            _link(part, _RDF + "type", _VOID + "Linkset"),
            ox.Triple(part, node(_VOID + "subjectsTarget"), dataset),
            _link(part, _VOID + "objectsTarget", space),
            _link(part, _VOID + "linkPredicate", predicate),
            _number(part, "triples", _count(store, text)),
        ]
    return triples


def _rows(store: ox.Store, text: str) -> ox.QuerySolutions:
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return found


def _count(store: ox.Store, text: str) -> int:
    number = next(_rows(store, text))["n"]
    assert isinstance(number, ox.Literal)
    return int(number.value)


def _texts(subject: ox.NamedNode, name: str, texts: dict[str, str]) -> list[ox.Triple]:
    return [ox.Triple(subject, node(_DCTERMS + name), ox.Literal(text, language=tag)) for tag, text in texts.items()]


def _link(subject: ox.NamedNode, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(subject, node(predicate), ox.NamedNode(target))


def _number(subject: ox.NamedNode, name: str, value: int) -> ox.Triple:
    return ox.Triple(subject, node(_VOID + name), ox.Literal(value))


def _time(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=node(_XSD + ("dateTime" if "T" in text else "date")))


def _theme(name: str) -> str:
    return f"http://publications.europa.eu/resource/authority/data-theme/{name}"
