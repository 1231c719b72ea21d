"""The terms of the graph as a page and as RDF, under the addresses of their IRIs."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg.vocabulary import turtle
from search_app.views.ontology import terms

pages = Blueprint("definitions", __name__)


@pages.get("/def")
def page() -> str | Response:
    """Classes and properties; Turtle where a program asks for RDF."""
    wanted = request.accept_mimetypes.best_match(["text/html", "text/turtle"], default="text/html")
    if wanted == "text/turtle" or request.args.get("format") == "turtle":
        return Response(turtle("insek"), mimetype="text/turtle")
    return render_template("definitions.html", terms=terms())


@pages.get("/scheme/<any('smart-city', 'leipzig-charter', topic, sdg):name>")
def scheme(name: str) -> AnyResponse:
    """A whole scheme: Turtle, or the overview of all schemes."""
    wanted = request.accept_mimetypes.best_match(["text/html", "text/turtle"], default="text/html")
    if wanted == "text/turtle" or request.args.get("format") == "turtle":
        return Response(turtle("topics" if name == "topic" else name), mimetype="text/turtle")
    return redirect(url_for("concepts.index", _anchor=name), code=303)
