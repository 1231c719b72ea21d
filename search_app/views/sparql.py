"""`/sparql`: the query operation of the SPARQL 1.1 Protocol, read-only, open to other origins."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from importlib.resources import files
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import InvalidRequest
from kg.sparql import formats
from kg.sparql.request import DatasetOf
from kg.sparql.run import MAX_BYTES
from search_app.views.context import services, settings
from search_app.views.linked import prefers_page, rdf
from search_app.views.problems import problem
from search_app.views.protocol import answer_of

pages = Blueprint("sparql", __name__)

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_ONE_MINUTE = 60
_METHODS = "GET, HEAD, POST, OPTIONS"
_SECONDS = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)


@pages.route("/sparql", methods=["OPTIONS"])
def options() -> Response:
    """What other origins may do here."""
    answer = make_response("", 204)
    answer.headers["Allow"] = _METHODS
    answer.headers["Access-Control-Allow-Methods"] = _METHODS
    answer.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match, Timeout"
    answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


@pages.route("/sparql", methods=["GET", "POST"])
def endpoint() -> AnyResponse:
    """Answers a query in the form that `Accept` asks for; without a query, describes itself."""
    request.get_data()  # kept as it was sent: a form no longer tells whether it was UTF-8
    if (request.method == "POST" and request.mimetype == _UPDATE) or "update" in request.values:
        return _read_only()
    text = _query_text()
    if text is None:
        if request.method != "POST" and not set(request.args) - {"format", "lang"}:
            return _introduction()
        raise InvalidRequest("parameter query is missing; send a SPARQL query")
    seconds, dataset = _seconds(), _dataset()
    tag = _tag(text, dataset) if settings().remote_store is None else None
    if tag and request.if_none_match.contains_weak(tag):
        return _cacheable(make_response("", 304), tag)
    result = services().query(text, seconds=seconds, dataset=dataset)
    return _cacheable(answer_of(result, _form(result.kind)), tag)


def _introduction() -> AnyResponse:
    """People come to the workbench, programs get a description of the service."""
    if "format" not in request.args and prefers_page():
        return redirect(url_for("query.page"), code=303)
    text = (files("search_app.views") / "service.ttl").read_text(encoding="utf-8")
    marks = {"#ENDPOINT#": request.base_url, "#DATASET#": settings().base_iri + "dataset", "#SITE#": request.url_root}
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return rdf(text.encode())


def _tag(text: str, dataset: DatasetOf | None) -> str:
    """What tells answers apart: what is published never changes under the id of its generation."""
    asked = (request.values.get("format"), request.headers.get("Accept"), settings().query_rows, str(dataset))
    parts = (services().generation, text, *map(str, asked))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _form(kind: str) -> formats.Format:
    """The format that the parameter `format` names, else the one that `Accept` prefers."""
    if name := request.values.get("format"):
        return formats.by_name(name, kind)
    chosen = formats.negotiate(request.headers.get("Accept", ""), kind)
    if chosen is None:
        known = ", ".join(form.media_type for form in formats.formats(kind))
        raise NotAcceptable(f"this query can be answered as {known}")
    return chosen


def _read_only() -> Response:
    answer = problem(HTTPStatus.METHOD_NOT_ALLOWED, "this endpoint is read-only; updates are refused")
    answer.headers["Allow"] = _METHODS
    return answer


def _query_text() -> str | None:
    if request.method != "POST":
        return _single(request.query_string, request.args)
    if request.mimetype == _FORM:
        return _single(request.get_data(), request.form)
    if request.mimetype != _QUERY or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise UnsupportedMediaType(f"send the query as {_QUERY} or {_FORM}, in UTF-8")
    return _utf8(request.get_data())


def _single(sent: bytes, parameters: MultiDict[str, str]) -> str | None:
    values = parameters.getlist("query")
    if len(values) > 1:
        raise InvalidRequest("parameter query may be given once only")
    _utf8(unquote_to_bytes(sent))
    return values[0] if values else None


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRequest("the query is not valid UTF-8") from error


def _dataset() -> DatasetOf | None:
    """The graphs that the request names; None where it leaves the choice to us."""
    default, named = request.values.getlist("default-graph-uri"), request.values.getlist("named-graph-uri")
    return DatasetOf(tuple(default), tuple(named)) if default or named else None


def _seconds() -> float | None:
    """The deadline that the parameter `timeout` or the header `Timeout` asks for; the setting bounds it."""
    value = request.values.get("timeout") or request.headers.get("Timeout")
    if not value:
        return None
    most = max(settings().query_seconds, settings().query_seconds_most)
    if not (_SECONDS.fullmatch(value) and 0 < float(value) <= most):
        raise InvalidRequest(
            "parameter timeout: {value!r} is not a number of seconds, at most {most}", value=value, most=f"{most:g}"
        )
    return float(value)


def _cacheable(answer: Response, tag: str | None) -> Response:
    """Lets anyone keep the answer for a minute, and ask after it by its tag; without one, that of its content."""
    if tag:
        answer.set_etag(tag)
    else:
        answer.add_etag()
        answer.make_conditional(request)
    answer.headers["X-Limits"] = f"rows={settings().query_rows}, bytes={MAX_BYTES}"
    answer.cache_control.public = True
    answer.cache_control.max_age = _ONE_MINUTE
    return answer
