"""The JSON API of `openapi.yaml`: the same objects as the command line gives."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify, render_template, request

from kg.errors import InvalidRequest
from kg.model import Scheme
from kg.vocabulary import concepts as all_concepts
from search_app.i18n import current_language
from search_app.search import counterparts
from search_app.views import description as openapi
from search_app.views import records
from search_app.views.context import services
from search_app.views.download import as_table, list_as_table
from search_app.views.selection import Selection, read_filters, read_selection, whole_number
from search_app.views.tables import counts_by_iri

_TOWN_COLUMNS = ("name", "ags", "state", "nuts3", "population", "latitude", "longitude", "central_place", "same_as")

pages = Blueprint("api", __name__, url_prefix="/api/v1")


@pages.before_request
def _check() -> None:
    operation = (request.endpoint or "").removeprefix("api.")
    if operation not in ("description", "overview"):
        openapi.check(operation, request.args)


@pages.get("/")
def overview() -> str:
    """The operations of this API as a page."""
    return render_template("api.html", operations=openapi.operations())


@pages.get("/openapi.yaml")
def description() -> Response:
    """The description of this API."""
    return Response(openapi.text(), mimetype="application/yaml")


@pages.get("/search")
def search() -> Response:
    """Items by meaning and matching words."""
    selection = read_selection(request.args)
    found = services().engine.search(selection.query, selection.filters, selection.size, selection.offset)
    if request.args.get("format") == "csv":
        current, language = services(), current_language()
        base = current.settings.base_iri
        return as_table(records.item_record(hit.entry, current.catalog, base, language) for hit in found.hits)
    return jsonify(records.hits_record(selection.query, found))


@pages.get("/similar")
def similar() -> Response:
    """Items like a published one or like a text."""
    identifier, text = request.args.get("id"), request.args.get("text")
    if bool(identifier) == bool(text):
        raise InvalidRequest("give either the parameter id or the parameter text")
    if identifier:
        services().catalog.get(identifier)  # an unknown id is an error, not a text to search with
    most = whole_number(request.args, "k", 5, 100)
    found = counterparts.similar(services().engine, identifier or text or "", read_filters(request.args), most)
    return jsonify(records.hits_record(identifier or text or "", found))


@pages.get("/compare")
def compare() -> Response:
    """Two towns side by side."""
    comparison = services().compare(request.args["a"], request.args["b"])
    return jsonify(records.comparison_record(comparison, current_language()))


@pages.get("/items")
def items() -> Response:
    """A page of items; as a table all of them, unless a page is asked for."""
    selection = read_selection(request.args)
    if request.args.get("format") == "csv":
        whole = not {"page", "k"} & set(request.args)
        return as_table(_select(replace(selection, size=services().catalog.size) if whole else selection)[0])
    found, total = _select(selection)
    return jsonify({"total": total, "page": selection.page, "items": found})


def _select(selection: Selection) -> tuple[list[records.Record], int]:
    current, language = services(), current_language()
    entries, total = current.catalog.select(selection.filters, selection.offset, selection.size)
    base = current.settings.base_iri
    return [records.item_record(entry, current.catalog, base, language) for entry in entries], total


@pages.get("/items/<identifier>")
def item(identifier: str) -> Response:
    """One item."""
    current = services()
    entry = current.catalog.get(identifier)
    return jsonify(records.item_record(entry, current.catalog, current.settings.base_iri, current_language()))


@pages.get("/concepts")
def concepts() -> Response:
    """Concepts with the number of items linked to each."""
    scheme = request.args.get("scheme")
    counts, language = counts_by_iri(), current_language()
    listed = all_concepts(Scheme(scheme) if scheme else None)
    found = [records.concept_record(concept, counts, language) for concept in listed]
    if request.args.get("format") == "csv":
        return list_as_table(found, ("concept", "scheme", "code", "label", "broader", "count"))
    return jsonify({"concepts": found})


@pages.get("/municipalities")
def municipalities() -> Response:
    """Towns with a published plan."""
    found = [records.town_record(town) for town in services().catalog.municipalities()]
    if request.args.get("format") == "csv":
        return list_as_table(found, _TOWN_COLUMNS)
    return jsonify({"municipalities": found})
