"""The concepts of the shared schemes, read from `ontologies/*.ttl` once in a process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kg.errors import NotFound
from kg.model import Concept, Scheme

FILES = ("insek", "sdg", "smart-city", "leipzig-charter", "topics", "crosswalk")
"""The Turtle files of `ontologies/` that are published with the graph, without their ending."""

_SCHEME_FILES = ("sdg", "smart-city", "leipzig-charter", "topics")
_GRAPHS = {
    "insek": "https://w3id.org/insek/def",
    "sdg": "http://metadata.un.org/sdg",
    "smart-city": "https://w3id.org/insek/scheme/smart-city",
    "leipzig-charter": "https://w3id.org/insek/scheme/leipzig-charter",
    "topics": "https://w3id.org/insek/scheme/topic",
    "crosswalk": "https://w3id.org/insek/crosswalk",
}
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SDG = "http://metadata.un.org/sdg"
_SCHEMES = {
    _SDG: Scheme.SDG,
    "https://w3id.org/insek/scheme/smart-city": Scheme.SMART_CITY,
    "https://w3id.org/insek/scheme/leipzig-charter": Scheme.LEIPZIG_CHARTER,
    "https://w3id.org/insek/scheme/topic": Scheme.TOPIC,
}
_LANGUAGES = ("de", "en")
_Facts = dict[str, list[ox.NamedNode | ox.Literal]]


def concepts(scheme: Scheme | None = None) -> tuple[Concept, ...]:
    """All concepts in the order of their files, or those of one scheme: 17, 169, 6, 13 and 24 of them."""
    return _by_scheme()[scheme] if scheme else _all()


def concept(iri_or_code: str, scheme: Scheme | None = None) -> Concept:
    """The concept of that IRI, prefixed name ("sdg:11.2") or code ("11.2", "mobility").

    A code that several schemes use means the first of them, in the order of `Scheme`, unless `scheme` is given.
    Raises NotFound.
    """
    found = _index().get((scheme, iri_or_code)) or _index().get((scheme, iri_or_code.removeprefix("sdg:")))
    if found is None:
        raise NotFound("no concept {name!r}; 'insek query' or /api/v1/concepts list those that exist", name=iri_or_code)
    return found


def other_labels(iri: str) -> tuple[tuple[str, str], ...]:
    """Further labels of a concept as pairs of language and text, empty where there are none."""
    return tuple(_texts(_facts().get(iri, {}), "altLabel"))


def exact_matches(iri: str) -> tuple[str, ...]:
    """IRIs under which others publish the same concept."""
    return tuple(node.value for node in _facts().get(iri, {}).get(_SKOS + "exactMatch", []))


def turtle(name: str) -> bytes:
    """The Turtle text of one of `FILES`."""
    return (files("ontologies") / f"{name}.ttl").read_bytes()


def graph_iri(name: str) -> str:
    """The named graph that one of `FILES` is published in: the IRI of its ontology or scheme."""
    return _GRAPHS[name]


@cache
def _facts() -> dict[str, _Facts]:
    facts: dict[str, _Facts] = {}
    for name in _SCHEME_FILES:
        for quad in ox.parse(turtle(name), ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                facts.setdefault(quad.subject.value, defaultdict(list))[quad.predicate.value].append(quad.object)
    return facts


@cache
def _all() -> tuple[Concept, ...]:
    return tuple(_read(iri, facts) for iri, facts in _facts().items() if _SKOS + "notation" in facts)


@cache
def _by_scheme() -> dict[Scheme, tuple[Concept, ...]]:
    return {scheme: tuple(found for found in _all() if found.scheme is scheme) for scheme in Scheme}


@cache
def _index() -> dict[tuple[Scheme | None, str], Concept]:
    index: dict[tuple[Scheme | None, str], Concept] = {}
    for scheme in Scheme:
        for found in _by_scheme()[scheme]:
            for name in (found.iri, found.notation):
                index.setdefault((None, name), found)
                index.setdefault((scheme, name), found)
    return index


def _read(iri: str, facts: _Facts) -> Concept:
    broader = [node.value for node in facts.get(_SKOS + "broader", [])]
    scheme = _SCHEMES[facts[_SKOS + "inScheme"][0].value]
    return Concept(
        iri=iri,
        scheme=Scheme.SDG_TARGET if scheme is Scheme.SDG and broader else scheme,
        notation=facts[_SKOS + "notation"][0].value,
        labels=tuple(_texts(facts, "prefLabel")),
        definitions=tuple(_texts(facts, "definition")),
        broader=broader[0] if broader else None,
    )


def _texts(facts: _Facts, name: str) -> Iterator[tuple[str, str]]:
    literals = [node for node in facts.get(_SKOS + name, []) if isinstance(node, ox.Literal)]
    for language in _LANGUAGES:
        yield from ((language, node.value) for node in literals if node.language == language)
