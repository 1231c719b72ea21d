"""Linked data: what our IRIs answer to programs, chosen by `Accept` or by `format` in the address."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from kg.errors import NotFound
from kg.sparql import formats
from kg.sparql.formats import Format
from search_app.views.context import services
from search_app.views.protocol import answer_of

_HTML = "text/html"
_GRAPH = "graph"


def as_asked(iris: list[str]) -> Response | None:
    """The RDF of these things where the request asks for RDF; None where a page is wanted."""
    wanted = wanted_rdf()
    return describe(iris, wanted) if wanted else None


def wanted_rdf() -> Format | None:
    """The RDF format that the request asks for by `format` or by `Accept`; None where a page will do.

    Raises NotAcceptable where it takes neither.
    """
    if "format" not in request.args and (not request.accept_mimetypes or _best() == _HTML):
        return None
    return _rdf_format()


def prefers_page() -> bool:
    """Whether the request asks for a page by name: what takes anything is a program."""
    return _best() == _HTML and any(kind == _HTML for kind, _ in request.accept_mimetypes)


def rdf(text: bytes) -> Response:
    """A description that is kept as Turtle, in the RDF format that the request asks for, else as Turtle."""
    chosen = _rdf_format()
    body = text if chosen.name == "turtle" else formats.from_turtle(text, chosen)
    return Response(body, mimetype=chosen.media_type)


def _best() -> str | None:
    return request.accept_mimetypes.best_match([_HTML, *(form.media_type for form in formats.formats(_GRAPH))])


def _rdf_format() -> Format:
    if name := request.args.get("format"):
        return formats.by_name(name, _GRAPH)
    chosen = formats.negotiate(request.headers.get("Accept", ""), _GRAPH)
    if chosen is None:
        known = ", ".join(form.media_type for form in formats.formats(_GRAPH))
        raise NotAcceptable(f"this can be had as {_HTML}, {known}")
    return chosen


def turtle(iris: list[str]) -> Response:
    """The RDF of these things as Turtle."""
    return describe(iris, formats.by_name("turtle", _GRAPH))


def describe(iris: Iterable[str], form: Format) -> Response:
    """All that the graph says of these things and their parts. Raises NotFound where it says nothing."""
    values = " ".join(f"<{iri}>" for iri in iris)
    result = services().query(_template().replace("#THINGS#", values))
    if not result.body:
        raise NotFound("the graph says nothing of {things}", things=values)
    return answer_of(result, form)


def around(iri: str) -> Response:
    """What is said of a thing, what points to it and, where it is a graph, all of it. Raises NotFound."""
    parts = (f"GRAPH <{iri}> {{ ?s ?p ?o }}", f"VALUES ?s {{ <{iri}> }} ?s ?p ?o", f"VALUES ?o {{ <{iri}> }} ?s ?p ?o")
    where = " UNION ".join(f"{{ {part} }}" for part in parts)
    result = services().query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}")
    if not result.body:
        raise NotFound("the graph says nothing of {things}", things=iri)
    return answer_of(result, _rdf_format())


@cache
def _template() -> str:
    return (files("search_app.views") / "describe.rq").read_text(encoding="utf-8")
