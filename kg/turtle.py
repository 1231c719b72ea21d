"""Turtle that people write: syntax, and our own terms, with the line of what is wrong."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.errors import InvalidGraph
from kg.namespaces import INSEK

_OWN_TERM = re.compile(r"\binsek:(\w+)|<https://w3id\.org/insek/def#(\w+)>")


def check_turtle(data: bytes, name: str) -> None:
    """Raises InvalidGraph, with the line, for Turtle that cannot be parsed or uses a term of ours that is unknown."""
    try:
        for _ in ox.parse(data, ox.RdfFormat.TURTLE):
            pass
    except SyntaxError as error:
        raise InvalidGraph("{name} line {line}: {reason}", name=name, line=error.lineno, reason=error.msg) from error
    for number, line in enumerate(data.decode().splitlines(), start=1):
        for match in _OWN_TERM.finditer(line.partition(" # ")[0]):
            term = match[1] or match[2]
            if term not in INSEK.__annotations__:
                raise InvalidGraph(
                    "{name} line {line}: the INSEK ontology has no term {term}; see ontologies/insek.ttl",
                    name=name,
                    line=number,
                    term=term,
                )
