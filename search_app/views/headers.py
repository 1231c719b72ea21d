"""Headers of every answer: a strict content policy, compression, tags by which an answer is asked after."""

from __future__ import annotations

import gzip
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, request

from search_app.i18n import COOKIE, LANGUAGES

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What programs of any origin may read: data, never a page that shows more to some than to others.
_OPEN = ("/api/", "/sparql", "/id/", "/def", "/scheme/", "/dataset", "/export/", "/.well-known/", "/context.jsonld")
_COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")
_COMPRESSIBLE_SUFFIXES = ("+json", "+xml", "-triples", "/trig")
_WORTH_COMPRESSING = 1_000
_ONE_MINUTE = 60
_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Sets the headers on every answer of the app."""
    app.after_request(_remember_language)
    app.after_request(_protect)
    app.after_request(_open_to_all)
    app.after_request(_compress)
    app.after_request(_tag)  # runs first: what is asked for last comes first


def _remember_language(answer: Response) -> Response:
    if (chosen := request.args.get("lang")) in LANGUAGES:
        answer.set_cookie(COOKIE, str(chosen), max_age=_YEAR, samesite="Lax", httponly=True)
    return answer


def _protect(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", _POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.vary.update(("Accept", "Accept-Encoding", "Cookie"))
    return answer


def _open_to_all(answer: Response) -> Response:
    if request.path.startswith(_OPEN):
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After, X-Limits, X-Truncated"
    return answer


def _tag(answer: Response) -> Response:
    """Lets open answers be kept for a minute, and asked after by the tag of their content."""
    plain = answer.status_code == HTTPStatus.OK and not answer.direct_passthrough and not request.cookies
    if plain and request.method in ("GET", "HEAD") and request.path.startswith(_OPEN) and not answer.get_etag()[0]:
        answer.add_etag()
        answer.cache_control.public = True
        answer.cache_control.max_age = _ONE_MINUTE
        answer.make_conditional(request)
    return answer


def _compress(answer: Response) -> Response:
    if not (
        _compressible(answer.mimetype)
        and "Content-Encoding" not in answer.headers
        and answer.status_code not in (204, 304)
        and request.accept_encodings.quality("gzip") > 0
        and request.method != "HEAD"
    ):
        return answer
    is_file, answer.direct_passthrough = answer.direct_passthrough, False
    body = answer.get_data()
    if len(body) >= _WORTH_COMPRESSING:
        answer.set_data(_compressed_file(body) if is_file else gzip.compress(body, compresslevel=5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        if tag := answer.get_etag()[0]:
            answer.set_etag(tag, weak=True)  # the same content in another coding
    return answer


@lru_cache(maxsize=64)
def _compressed_file(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=9, mtime=0)


def _compressible(mimetype: str | None) -> bool:
    kind = mimetype or ""
    return kind.startswith(_COMPRESSIBLE) or kind.endswith(_COMPRESSIBLE_SUFFIXES)
