"""Errors at the web's edge: one table from kind to status, and one envelope, a page or problem+json."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kg.errors import (
    EngineError,
    IndexMismatch,
    InsekError,
    InvalidRequest,
    NotFound,
    NotPublished,
    QueryBusy,
    QueryError,
    QueryRefused,
    QueryTimeout,
    UnknownMunicipality,
)
from search_app.i18n import current_language, translator

_STATUS: tuple[tuple[type[InsekError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (UnknownMunicipality, HTTPStatus.NOT_FOUND),
    (InvalidRequest, HTTPStatus.BAD_REQUEST),
    (QueryError, HTTPStatus.BAD_REQUEST),
    (QueryRefused, HTTPStatus.FORBIDDEN),
    (QueryBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (QueryTimeout, HTTPStatus.GATEWAY_TIMEOUT),
    (NotPublished, HTTPStatus.SERVICE_UNAVAILABLE),
    (IndexMismatch, HTTPStatus.SERVICE_UNAVAILABLE),
    (EngineError, HTTPStatus.SERVICE_UNAVAILABLE),
)
_RETRY_SECONDS = "5"
_PROGRAM_PATHS = ("/api/", "/sparql", "/health", "/metrics")


def status_of(error: InsekError) -> HTTPStatus:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)


def message_of(error: InsekError, language: str) -> str:
    """What an error says, in that language."""
    return translator(language)(error.template).format(**error.params)


def init_app(app: Flask) -> None:
    """Answers every error in the one envelope; programming errors become a plain 500 without a trace."""
    app.register_error_handler(InsekError, _ours)
    app.register_error_handler(HTTPException, _http)


def _ours(error: InsekError) -> Response:
    answer = _answer(error, status_of(error))
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = _RETRY_SECONDS
    return answer


def _answer(error: InsekError, status: HTTPStatus) -> Response:
    if _for_programs():
        places = {name: getattr(error, name) for name in ("line", "column") if getattr(error, name, None)}
        return problem(status, str(error), **places)
    template = "unpublished.html" if isinstance(error, NotPublished) else "error.html"
    return _page(template, status, message_of(error, current_language()))


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    status = HTTPStatus(error.code)
    if _for_programs():
        answer = problem(status, error.description or status.description)
    else:
        answer = _page("error.html", status, _said(error))
    for name in ("Allow", "Retry-After"):
        if value := error.get_response().headers.get(name):
            answer.headers[name] = value
    return answer


def _said(error: HTTPException) -> str:
    """What a person should know of an error that is not ours; empty where the page has a text of its own."""
    if isinstance(error, CSRFError):
        return str(gettext("This form is out of date. Load its page again, and then send it."))
    if isinstance(error, RequestEntityTooLarge):
        return str(gettext("That is larger than is taken here."))
    return ""


def problem(status: HTTPStatus, detail: str, **extra: object) -> Response:
    """An error for programs, in the form of RFC 9457."""
    answer = jsonify({"type": "about:blank", "title": status.phrase, "status": status, "detail": detail} | extra)
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer


def _page(template: str, status: HTTPStatus, message: str) -> Response:
    g.services_failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR  # so that the page does not ask them again
    return make_response(render_template(template, status=status, message=message), status)


def _for_programs() -> bool:
    if request.path.startswith(_PROGRAM_PATHS):
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
