"""Whatever else has an IRI of ours (bodies, graphs, versions): what is said of it, as a page and as RDF."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kg.errors import NotFound
from kg.sparql.result import Term
from search_app.views import linked
from search_app.views.context import services
from search_app.views.query import GRAPH_FORMS, Cell, cell, short

pages = Blueprint("things", __name__)

_PARTS = {"1": _("What is said of it"), "2": _("What points to it"), "3": _("What stands in it")}
_LABELS = ("rdfs:label", "foaf:name", "dcterms:title")


@dataclass(frozen=True, slots=True)
class Statement:
    """One line: the property, and the value with its label."""

    property: str
    value: Cell
    label: str


@dataclass(frozen=True, slots=True)
class ThingPage:
    """What the page of a thing shows."""

    iri: str
    title: str
    parts: tuple[tuple[LazyString, tuple[Statement, ...]], ...]
    forms: tuple[tuple[str, str], ...]


@pages.get("/id/<any(actor):kind>/<digits>")
@pages.get("/graph/<name>")
@pages.get("/def/<version>")
@pages.get("/<any(crosswalk, software):name>")
def page(**_parts: str) -> str | Response:
    """The thing whose IRI has this path. Raises NotFound where the graph knows none."""
    iri = services().settings.base_iri + request.path.removeprefix("/")
    if any(character in iri for character in '<>"{}|^`\\ '):
        raise NotFound("the graph says nothing of {things}", things=iri)
    if linked.wanted_rdf():
        return linked.around(iri)
    return render_template("thing.html", page=_thing_page(iri))


def _thing_page(iri: str) -> ThingPage:
    parts: dict[str, list[Statement]] = {}
    for direction, name, value, label in services().query(_template().replace("#THING#", f"<{iri}>")).rows():
        statement = Statement(short(_text(name)), cell(value), _text(label))
        parts.setdefault(_text(direction), []).append(statement)
    if not parts:
        raise NotFound("the graph says nothing of {things}", things=iri)
    names = [each.value.text for each in parts.get("1", ()) if each.property in _LABELS]
    shown = tuple((_PARTS[direction], tuple(found)) for direction, found in parts.items())
    return ThingPage(iri, names[0] if names else short(iri), shown, GRAPH_FORMS)


def _text(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


@cache
def _template() -> str:
    return (files("search_app.views") / "thing.rq").read_text(encoding="utf-8")
