"""The dataset as a whole: its description (VoID, DCAT-AP.de) at the usual places, and all of it as a file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg import describe
from kg.errors import NotFound
from kg.store.oxigraph import open_read_only
from search_app.views import records
from search_app.views.context import Services, services
from search_app.views.download import table_text
from search_app.views.linked import prefers_page, rdf

pages = Blueprint("dataset", __name__)

_MEDIA_TYPES = {
    "turtle": "text/turtle",
    "trig": "application/trig",
    "nquads": "application/n-quads",
    "jsonld": "application/ld+json",
}


@pages.get("/dataset")
@pages.get("/.well-known/void")
def description() -> AnyResponse:
    """The description of what is published, as RDF; people come to the page about it."""
    if "format" not in request.args and prefers_page():
        return redirect(url_for("about.page"), code=303)
    current = services()
    told = current.settings
    about = describe.About(
        site=request.url_root,
        modified=current.published,
        publisher=told.publisher,
        contact=told.contact,
        contributor=told.contributor,
    )
    return rdf(_description(current.store, told.base_iri, about))


@lru_cache(maxsize=4)
def _description(store: Path, base_iri: str, about: describe.About) -> bytes:
    return describe.description(open_read_only(store), base_iri, about)


@pages.get("/export/<form>")
def whole(form: str) -> Response:
    """All that is published, in one file: turtle, trig, nquads, jsonld, or the items as csv."""
    current = services()
    if form == "csv":
        return _file("\ufeff" + _table(current), "text/csv", "insek.csv")
    if form not in _MEDIA_TYPES:
        raise NotFound("no export {form!r}; there are {known}", form=form, known=", ".join((*_MEDIA_TYPES, "csv")))
    return send_file(current.export(form), _MEDIA_TYPES[form], as_attachment=True, download_name=f"insek.{form}")


def _table(current: Services) -> str:
    base = current.settings.base_iri
    return table_text(records.item_record(entry, current.catalog, base) for entry in current.catalog.entries())


def _file(body: str | bytes, media_type: str, name: str) -> Response:
    answer = Response(body, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
