"""The SPARQL workbench: a form that works without JavaScript, with examples, a table and a chart."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_babel import gettext, ngettext

from kg.errors import EngineError, InvalidRequest, QueryError, QueryRefused, QueryTimeout
from kg.ids import id_from_iri
from kg.namespaces import PREFIXES
from kg.sparql import formats
from kg.sparql.questions import questions
from kg.sparql.result import Term
from kg.vocabulary import concepts
from search_app.i18n import current_language
from search_app.views.context import services, settings
from search_app.views.layout import concept_of, concept_url
from search_app.views.ontology import terms as our_terms
from search_app.views.problems import message_of
from search_app.views.towns import Bar, shortened

pages = Blueprint("query", __name__)

_ROWS_FORMS = (("CSV", "csv"), ("JSON", "json"), ("XML", "xml"), ("TSV", "tsv"))
GRAPH_FORMS = (("Turtle", "turtle"), ("JSON-LD", "jsonld"), ("N-Triples", "ntriples"))
_BARS = 20


@dataclass(frozen=True, slots=True)
class Example:
    """A query to start from."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Example queries on one theme."""

    title: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of the answer: its text, the page it leads to, and its language or datatype."""

    text: str
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer as a table; for graphs, and for yes or no, as text."""

    heading: str
    variables: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    text: str
    truncated: bool
    bars: tuple[Bar, ...]
    downloads: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QueryPage:
    """What the workbench shows."""

    query: str
    themes: tuple[Theme, ...]
    answer: Answer | None
    error: str | None


@pages.get("/query")
def page() -> str:
    """The form, with the answer below it where a query was sent."""
    text = request.args.get("query", "")
    known = themes(current_language())
    answer, error = None, None
    if text and request.args.get("run"):
        try:
            answer = _answer(text)
        except (QueryError, QueryRefused, QueryTimeout, InvalidRequest, EngineError) as problem:
            error = message_of(problem, current_language())
    return render_template("query.html", page=QueryPage(text or known[0].examples[0].text, known, answer, error))


@pages.get("/query/terms.json")
def terms() -> Response:
    """Prefixes, our terms and all concepts with their labels, for suggestions in the editor."""
    language = current_language()
    ours = [
        {"iri": term.iri, "name": f"insek:{term.name}", "label": term.labels.get(language, term.name)}
        for term in our_terms()
    ]
    shared = [
        {"iri": found.iri, "name": f"<{found.iri}>", "label": f"{found.notation} {found.label(language)}"}
        for found in concepts()
    ]
    return jsonify({"prefixes": PREFIXES, "terms": ours, "concepts": shared})


def themes(language: str) -> tuple[Theme, ...]:
    """The questions that the graph is made to answer, by theme, in their order."""
    titles = {
        "measures": gettext("Measures"),
        "comparison": gettext("Comparing towns"),
        "areas": gettext("Areas"),
        "evidence": gettext("Evidence and confidence"),
        "editions": gettext("Editions of a plan"),
        "frameworks": gettext("Goal frameworks"),
    }
    found: dict[str, list[Example]] = {}
    for question in questions():
        found.setdefault(question.theme, []).append(Example(question.title(language), question.query))
    return tuple(Theme(titles[theme], tuple(examples)) for theme, examples in found.items())


def _answer(text: str) -> Answer:
    result = services().query(text)
    forms = GRAPH_FORMS if result.kind == "graph" else _ROWS_FORMS
    downloads = tuple((label, url_for("sparql.endpoint", query=text, format=form)) for label, form in forms)
    if result.kind == "graph":
        body = formats.serialise(result, formats.by_name("turtle", "graph")).decode()
        return Answer(gettext("Answer: a graph"), (), (), body, result.truncated, (), downloads)
    if result.kind == "boolean":
        heading = gettext("Answer: yes") if result.boolean else gettext("Answer: no")
        return Answer(heading, (), (), "", False, (), downloads)
    rows = tuple(tuple(map(cell, row)) for row in result.rows())
    heading = ngettext("%(num)s row", "%(num)s rows", len(rows))
    return Answer(heading, result.variables, rows, "", result.truncated, _bars(rows), downloads)


def cell(term: Term) -> Cell:
    """A term as it is shown."""
    if isinstance(term, ox.NamedNode):
        return Cell(short(term.value), _page_of(term.value))
    if isinstance(term, ox.Literal):
        plain = term.datatype.value == f"{PREFIXES['xsd']}string"
        return Cell(term.value, None, term.language or (None if plain else short(term.datatype.value)))
    return Cell("" if term is None else str(term))


def short(iri: str) -> str:
    """The IRI with a prefix where one fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _page_of(iri: str) -> str | None:
    """Where an IRI can be looked at: our own page of it, or the web address that it is."""
    base = settings().base_iri
    if found := concept_of(iri):
        return concept_url(found)
    if iri.startswith(base) and id_from_iri(iri.partition("#")[0]):
        return "/" + iri.removeprefix(base)
    return iri if iri.startswith(("http://", "https://")) else None


def _bars(rows: tuple[tuple[Cell, ...], ...]) -> tuple[Bar, ...]:
    """A chart where the answer is names with whole numbers in the last column, as counts are."""
    if not 1 < len(rows) <= _BARS or len(rows[0]) < 2:
        return ()
    names = [row[-2].text for row in rows]
    if not all(row[-1].text.isascii() and row[-1].text.isdigit() for row in rows) or len(set(names)) < len(names):
        return ()
    return tuple((row[-2].text, shortened(row[-2].text), int(row[-1].text), None, row[-2].url) for row in rows)
