"""Answers in the formats of the SPARQL protocol: which one a client wants, and the body in it."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import InvalidRequest
from kg.sparql.result import Result

_BINDINGS = {
    "json": ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    "xml": ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    "csv": ("text/csv", ox.QueryResultsFormat.CSV),
    "tsv": ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
}
_GRAPH = {
    "turtle": ("text/turtle", ox.RdfFormat.TURTLE),
    "ntriples": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdfxml": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
# Further names that clients ask by.
_ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
}


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its short name and its media type."""

    name: str
    media_type: str


def formats(kind: str) -> tuple[Format, ...]:
    """The formats in which a result of that kind can be answered, the default first."""
    table = _GRAPH if kind == "graph" else _BINDINGS
    return tuple(Format(name, media_type) for name, (media_type, _) in table.items())


def by_name(name: str, kind: str) -> Format:
    """The format of that short name or media type. Raises InvalidRequest that lists those that fit the result."""
    known = formats(kind)
    wanted = _ALIASES.get(name, name)
    if kind == "graph" and name in {"json", "application/json", "xml", "application/xml"}:
        wanted = "jsonld" if "json" in name else "rdfxml"
    for each in known:
        if wanted in {each.name, each.media_type}:
            return each
    raise InvalidRequest(
        "{name!r} is no format for this query; choose from {known}",
        name=name,
        known=", ".join(each.name for each in known),
    )


def negotiate(accept: str, kind: str) -> Format | None:
    """The format that an Accept header prefers for a result of that kind, None where it allows none of them."""
    known = formats(kind)
    if not accept.strip():
        return known[0]
    ranked: list[tuple[float, int, Format]] = []
    for order, (pattern, quality) in enumerate(_accepted(accept)):
        if quality > 0 and (found := _matching(pattern, kind, known)):
            ranked.append((-quality, order, found))
    return min(ranked, key=lambda each: each[:2])[2] if ranked else None


def serialise(result: Result, chosen: Format) -> bytes:
    """The body of a result in that format, UTF-8."""
    if result.kind == "boolean":
        return _boolean(result.boolean, chosen.name)
    if chosen.name in {"tsv", "ntriples"}:
        return result.body
    if result.kind == "graph":
        return ox.serialize(result.triples(), format=_GRAPH[chosen.name][1]) or b""
    parsed = ox.parse_query_results(result.body, format=ox.QueryResultsFormat.TSV)
    return _bytes(parsed, chosen.name)


def from_turtle(text: bytes, chosen: Format) -> bytes:
    """A graph in Turtle, in that format."""
    return ox.serialize(ox.parse(text, ox.RdfFormat.TURTLE), format=_GRAPH[chosen.name][1]) or b""


def _boolean(value: bool, name: str) -> bytes:
    if name in {"csv", "tsv"}:
        return b"true\n" if value else b"false\n"
    return _bytes(ox.Store().query(f"ASK {{ FILTER({str(value).lower()}) }}"), name)


def _bytes(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, name: str) -> bytes:
    assert not isinstance(results, ox.QueryTriples)
    return results.serialize(format=_BINDINGS[name][1]) or b""


def _accepted(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        media_type, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            found.append((media_type.lower(), float(quality)))
        except ValueError:
            continue
    return found


def _matching(pattern: str, kind: str, known: tuple[Format, ...]) -> Format | None:
    if pattern == "*/*":
        return known[0]
    if pattern.endswith("/*"):
        return next((each for each in known if each.media_type.startswith(pattern[:-1])), None)
    try:
        return by_name(pattern, kind) if "/" in pattern else None
    except InvalidRequest:
        return None
