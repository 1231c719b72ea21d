"""Reads `towns.ttl`: municipalities of which more is known than the table of all holds."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.errors import InvalidGraph
from kg.model import Municipality

_DEF = "https://w3id.org/insek/def#"
_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_IDENTIFIER = "http://purl.org/dc/terms/identifier"
_WKT = "http://www.opengis.net/ont/geosparql#asWKT"
_SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"
_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)")


def read_towns(turtle: bytes) -> dict[str, Municipality]:
    """The municipalities of a Turtle file by AGS.

    Raises InvalidGraph with the line of a syntax error, or where a key is malformed.
    """
    from kg.municipalities import check_ags, states

    facts: dict[str, dict[str, list[str]]] = {}
    try:
        for quad in ox.parse(turtle, ox.RdfFormat.TURTLE):
            value = quad.object.value if isinstance(quad.object, ox.NamedNode | ox.Literal) else ""
            facts.setdefault(str(quad.subject), {}).setdefault(quad.predicate.value, []).append(value)
    except SyntaxError as error:
        raise InvalidGraph("towns.ttl line {line}: {reason}", line=error.lineno, reason=error.msg) from error
    towns = {}
    for stated in facts.values():
        ags = check_ags(stated[_IDENTIFIER][0])
        point = _POINT.search(_first(stated, _WKT) or "")
        population = _first(stated, _DEF + "population")
        towns[ags] = Municipality(
            ags=ags,
            name=stated[_RDFS_LABEL][0],
            state=states()[ags[:2]][0],
            nuts3=_first(stated, _DEF + "nuts3"),
            population=int(population) if population else None,
            latitude=float(point[2]) if point else None,
            longitude=float(point[1]) if point else None,
            same_as=tuple(sorted(stated.get(_SAME_AS, []))),
        )
    return towns


def _first(stated: dict[str, list[str]], predicate: str) -> str | None:
    return stated.get(predicate, [None])[0]
