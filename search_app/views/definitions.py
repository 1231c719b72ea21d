"""The terms of the graph as a page and as RDF, under the addresses of their IRIs."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.vocabulary import turtle
from search_app.views.linked import rdf, wanted_rdf
from search_app.views.ontology import terms

pages = Blueprint("definitions", __name__)


@pages.get("/def")
def page() -> str | Response:
    """Classes and properties; RDF where a program asks for it."""
    if wanted_rdf():
        return rdf(turtle("insek"))
    return render_template("definitions.html", terms=terms())


@pages.get("/scheme/<any('smart-city', 'leipzig-charter', topic, sdg):name>")
def scheme(name: str) -> AnyResponse:
    """A whole scheme: RDF, or the overview of all schemes."""
    if wanted_rdf():
        return rdf(turtle("topics" if name == "topic" else name))
    return redirect(url_for("concepts.index", _anchor=name), code=303)
