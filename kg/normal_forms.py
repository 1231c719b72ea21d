"""What the normal form of a stated cost or period says, as typed values that a query can compare."""

from __future__ import annotations

import re

import pyoxigraph as ox
from rdflib.namespace import XSD

from kg import namespaces
from kg.terms import Nodes, node

_COST = re.compile(r"(?:(\d+(?:\.\d+)?)-)?(\d+(?:\.\d+)?) EUR(?:/year)?")
_END = r"(\d{4}|\d{4}-\d{2}-\d{2}|\.\.)"
_PERIOD = re.compile(rf"{_END}(?:/{_END})?")

SCHEMA = Nodes(namespaces.SCHEMA)

Values = tuple[tuple[ox.NamedNode, ox.Literal], ...]


def values(field: str, normal: str | None) -> Values:
    """Properties of schema.org with their values: least and greatest amount, currency; first and last year or day.

    Costs are written "250000 EUR" or "100000-250000 EUR", with "/year" where they recur; periods as in ISO 8601,
    "2024/2026", with ".." for an open end. Anything else has no typed value.
    """
    if normal is None:
        return ()
    if field == "cost" and (cost := _COST.fullmatch(normal)):
        least, greatest = (ox.Literal(text, datatype=node(XSD.decimal)) for text in (cost[1] or cost[2], cost[2]))
        return (SCHEMA.minValue, least), (SCHEMA.maxValue, greatest), (SCHEMA.currency, ox.Literal("EUR"))
    if field == "period" and (period := _PERIOD.fullmatch(normal)):
        ends = ((SCHEMA.startDate, period[1]), (SCHEMA.endDate, period[2] or period[1]))
        return tuple((name, _date(text)) for name, text in ends if text != "..")
    return ()


def _date(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=node(XSD.date if "-" in text else XSD.gYear))
