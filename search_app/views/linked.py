"""Linked data: what our IRIs answer to programs, chosen by `Accept` or by `format` in the address."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from flask import Response, request

from kg.errors import NotFound
from kg.sparql import formats
from kg.sparql.formats import Format
from search_app.views.context import services
from search_app.views.protocol import answer_of

_HTML = "text/html"
_GRAPH = "graph"


def as_asked(iris: list[str]) -> Response | None:
    """The RDF of these things where the request asks for RDF; None where a page is wanted."""
    wanted = _wanted()
    return describe(iris, wanted) if wanted else None


def _wanted() -> Format | None:
    if name := request.args.get("format"):
        return formats.by_name(name, _GRAPH)
    offered = {form.media_type: form for form in formats.formats(_GRAPH)}
    best = request.accept_mimetypes.best_match([_HTML, *offered], default=_HTML)
    return offered.get(best)


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


@cache
def _template() -> str:
    return (files("search_app.views") / "describe.rq").read_text(encoding="utf-8")
