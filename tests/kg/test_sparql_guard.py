from __future__ import annotations

import pytest

from kg.errors import QueryError, QueryRefused
from kg.sparql.guard import MAX_CHARACTERS, check

REACHING_OUT = [
    "SELECT * { SERVICE <http://evil/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://evil/> { ?s ?p ?o } }",
    "PREFIX : <http://evil/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "SELECT * { FILTER(?a<?b)SERVICE<http://evil/>{} }",
    "SELECT * { ?s ?p 1SERVICE <http://evil/> {} }",
    "SELECT * { \\u0053ERVICE <http://evil/> {} }",
    "SELECT * { ?s ?p '''x''' SERVICE <http://evil/> {} }",
    'SELECT * { ?s ?p "\\"" SERVICE <http://evil/> { ?s ?p "" } }',
    "SELECT * { # a comment '\n SERVICE <http://evil/> {} }",
    "SELECT * { ?s <http://x/#y> ?o . SERVICE ?e { ?s ?p ?o } }",
]


@pytest.mark.parametrize("text", REACHING_OUT)
def test_service_is_refused_however_it_is_written(text):
    with pytest.raises(QueryRefused, match="SERVICE"):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <b:b> <c:c> }",
        "PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://evil/>",
        "CLEAR ALL",
        "WITH <g:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "# SELECT\nDROP ALL",
    ],
)
def test_updates_are_refused(text):
    with pytest.raises(QueryRefused, match="read-only"):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service ?from ?load }",
        "SELECT * { ?s ?p 'SERVICE <http://x/>' }",
        'SELECT * { ?s ?p """ " SERVICE """ }',
        "SELECT * { ?s <http://x/SERVICE> ?o } # SERVICE <http://x/>",
        "PREFIX x: <http://x/> SELECT * { ?s x:service ?o ; x:from ?f }",
        "BASE <http://x/> SELECT ?insert { ?insert a ?delete }",
    ],
)
def test_harmless_words_pass(text):
    assert check(text).form == "select"


def test_named_graphs_are_told():
    text = "PREFIX g: <http://g/> SELECT * FROM g:a FROM NAMED <http://g/b> from named g:c { ?s ?p ?o }"
    assert check(text).graphs == ("http://g/a", "http://g/b", "http://g/c")


@pytest.mark.parametrize(("form", "rest"), [("ask", "{}"), ("describe", "<a:b>"), ("construct", "WHERE { ?s ?p ?o }")])
def test_forms(form, rest):
    assert check(f"# c\nPREFIX select: <http://x/>\n{form.upper()} {rest}").form == form


@pytest.mark.parametrize("text", ["", "hello", "{}", "SELECT\x00 * {}"])
def test_what_is_no_query_is_said(text):
    with pytest.raises(QueryError):
        check(text)


def test_an_endless_query_is_refused():
    with pytest.raises(QueryRefused, match="characters"):
        check("SELECT * {}" + " " * MAX_CHARACTERS)
