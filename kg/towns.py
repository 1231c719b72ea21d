"""Towns of which more is known than the table of all municipalities holds: read from Turtle, and added to it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InvalidGraph
from kg.model import Municipality
from kg.regions import check_ags, check_nuts3, states
from kg.turtle import check_turtle

_DEF = "https://w3id.org/insek/def#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_IDENTIFIER = "http://purl.org/dc/terms/identifier"
_GEOMETRY = "http://www.opengis.net/ont/geosparql#hasGeometry"
_WKT = "http://www.opengis.net/ont/geosparql#asWKT"
_SOURCE = "http://purl.org/dc/terms/source"
_SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"
_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)")
_BASE = "https://w3id.org/insek/"
_Facts = dict[str, list[str]]


def read_towns(turtle: bytes, name: str) -> dict[str, Municipality]:
    """The municipalities of a Turtle file by AGS; `name` is what the file is called in messages.

    Raises InvalidGraph with the line of a syntax error or an unknown term, UnknownMunicipality for a malformed key.
    """
    check_turtle(turtle, name)
    facts: dict[str, _Facts] = {}
    for quad in ox.parse(turtle, ox.RdfFormat.TURTLE):
        value = quad.object.value if isinstance(quad.object, ox.NamedNode | ox.Literal) else ""
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        facts.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(value)
    towns = {}
    for stated in facts.values():
        if _IDENTIFIER in stated:
            ags = check_ags(stated[_IDENTIFIER][0])
            towns[ags] = _town(ags, stated, facts.get(_first(stated, _GEOMETRY) or "", {}), name)
    return towns


def _town(ags: str, stated: _Facts, place: _Facts, name: str) -> Municipality:
    label, population = _first(stated, _LABEL), _first(stated, _DEF + "population")
    if not label or (population and not population.isdigit()):
        raise InvalidGraph("{name}: {ags} needs a rdfs:label and a whole number as population", name=name, ags=ags)
    point = _POINT.search(_first(place, _WKT) or "")
    return Municipality(
        ags=ags,
        name=label,
        state=states()[ags[:2]][0],
        nuts3=_first(stated, _DEF + "nuts3"),
        population=int(population) if population else None,
        latitude=float(point[2]) if point else None,
        longitude=float(point[1]) if point else None,
        same_as=tuple(sorted(stated.get(_SAME_AS, []))),
        central_place=_first(stated, _DEF + "centralPlaceRank"),
        central_place_source=_first(stated, _SOURCE),
    )


def add(path: Path, town: Municipality) -> None:
    """Adds a municipality to a Turtle file, or replaces what the file says of it; the file is made if need be.

    The file is replaced as a whole or not at all. Raises InvalidGraph where it cannot be read, UnknownMunicipality
    where the key or the NUTS-3 code is malformed.
    """
    from kg.namespaces import PREFIXES
    from kg.to_rdf import municipality_triples

    check_nuts3(town.nuts3, check_ags(town.ags))
    towns = read_towns(path.read_bytes(), str(path)) if path.exists() else {}
    towns[town.ags] = town
    triples = [triple for ags in sorted(towns) for triple in municipality_triples(towns[ags], _BASE)]
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"")
    partial.replace(path)


def _first(stated: _Facts, predicate: str) -> str | None:
    return stated.get(predicate, [None])[0]
