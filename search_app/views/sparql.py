"""`/sparql`: the query operation of the SPARQL 1.1 Protocol, read-only, open to other origins."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from importlib.resources import files

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import InvalidRequest
from kg.sparql import formats
from kg.sparql.request import DatasetOf
from search_app.views.context import services, settings
from search_app.views.problems import problem
from search_app.views.protocol import answer_of

pages = Blueprint("sparql", __name__)

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_ONE_MINUTE = 60


@pages.after_request
def _open_to_all(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "X-Truncated"
    return answer


@pages.route("/sparql", methods=["OPTIONS"])
def options() -> Response:
    """What other origins may do here."""
    answer = make_response("", 204)
    answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
    answer.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


@pages.route("/sparql", methods=["GET", "POST"])
def endpoint() -> AnyResponse:
    """Answers a query in the form that `Accept` asks for; without a query, leads people to the workbench."""
    if (request.method == "POST" and request.mimetype == _UPDATE) or "update" in request.values:
        return _read_only()
    text = _query_text()
    if text is None:
        if request.accept_mimetypes.best_match(["text/html", "text/turtle"]) == "text/html":
            return redirect(url_for("query.page"), code=303)
        if request.method == "GET" and not request.args:
            return service_description()
        raise InvalidRequest("parameter query is missing; send a SPARQL query")
    parts = (services().generation, request.full_path, text, str(request.accept_mimetypes))
    tag = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    if request.if_none_match.contains_weak(tag):
        return _cacheable(make_response("", 304), tag)
    result = services().query(text, seconds=_seconds(), dataset=_dataset())
    return _cacheable(answer_of(result, _form(result.kind)), tag)


def _form(kind: str) -> formats.Format:
    """The format that the parameter `format` names, else the one that `Accept` prefers."""
    if name := request.values.get("format"):
        return formats.by_name(name, kind)
    chosen = formats.negotiate(request.headers.get("Accept", ""), kind)
    if chosen is None:
        known = ", ".join(form.media_type for form in formats.formats(kind))
        raise NotAcceptable(f"this query can be answered as {known}")
    return chosen


def service_description() -> Response:
    """What this endpoint is and can do, in the vocabulary of SPARQL 1.1 Service Description."""
    text = (files("search_app.views") / "service.ttl").read_text(encoding="utf-8")
    here = request.base_url
    return Response(text.replace("#ENDPOINT#", here).replace("#SITE#", request.url_root), mimetype="text/turtle")


def _read_only() -> Response:
    answer = problem(HTTPStatus.METHOD_NOT_ALLOWED, "this endpoint is read-only; updates are refused")
    answer.headers["Allow"] = "GET, HEAD, POST, OPTIONS"
    return answer


def _query_text() -> str | None:
    if request.method != "POST":
        return _single(request.args.getlist("query"))
    if request.mimetype == _FORM:
        return _single(request.form.getlist("query"))
    if request.mimetype != _QUERY:
        raise UnsupportedMediaType(f"send the query as {_QUERY} or {_FORM}")
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRequest("the query is not valid UTF-8") from error


def _single(values: list[str]) -> str | None:
    if len(values) > 1:
        raise InvalidRequest("parameter query may be given once only")
    return values[0] if values else None


def _dataset() -> DatasetOf | None:
    """The graphs that the request names; None where it leaves the choice to us."""
    default, named = request.values.getlist("default-graph-uri"), request.values.getlist("named-graph-uri")
    return DatasetOf(tuple(default), tuple(named)) if default or named else None


def _seconds() -> float | None:
    """The deadline that the client asks for; the setting bounds it."""
    value = request.values.get("timeout", "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and 0 < int(value[:9]) <= settings().query_seconds):
        raise InvalidRequest(
            "parameter timeout: {value!r} is not a number of seconds from 1 to {most}",
            value=value,
            most=int(settings().query_seconds),
        )
    return float(value)


def _cacheable(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.cache_control.public = True
    answer.cache_control.max_age = _ONE_MINUTE
    return answer
