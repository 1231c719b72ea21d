"""Headers of every answer: a strict content policy, compression, caching by generation."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

from search_app.i18n import COOKIE, LANGUAGES

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")
_COMPRESSIBLE_SUFFIXES = ("+json", "+xml", "-triples", "/trig")
_WORTH_COMPRESSING = 1_000
_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Sets the headers on every answer of the app."""
    app.after_request(_remember_language)
    app.after_request(_protect)
    app.after_request(_compress)


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
