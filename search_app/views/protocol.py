"""Answers to SPARQL queries as HTTP answers. Serialising is the library's; only the header lines are ours."""

from __future__ import annotations

from flask import Response

from kg.sparql.formats import Format, serialise
from kg.sparql.result import Result


def answer_of(result: Result, form: Format) -> Response:
    """The result in that format. A header says where rows were left out."""
    answer = Response(serialise(result, form), mimetype=form.media_type)
    if result.truncated:
        answer.headers["X-Truncated"] = "true"
    return answer
