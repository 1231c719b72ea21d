"""Pages about the collection itself, and the health check."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template

from kg.model import PLAN_KINDS, Plan
from search_app.search.catalog import DocumentRecord
from search_app.search.filters import Filters
from search_app.views.context import services

pages = Blueprint("about", __name__)


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What the page on data and method shows."""

    documents: tuple[tuple[str, DocumentRecord], ...]
    counts: tuple[tuple[str, int], ...]
    plans: tuple[Plan, ...]


@pages.get("/about")
def page() -> str:
    """What the data are, how they came about, how good they are, and what they are not."""
    catalog = services().catalog
    names = {town.ags: town.name for town in catalog.municipalities()}
    return render_template(
        "about.html",
        page=AboutPage(
            documents=tuple((names[record.source.municipality], record) for record in catalog.documents()),
            counts=tuple((kind.value, catalog.count(Filters(kinds=(kind,)))) for kind in PLAN_KINDS),
            plans=catalog.plans(),
        ),
    )


@pages.get("/accessibility")
def accessibility() -> str:
    """The statement on accessibility."""
    return render_template("accessibility.html")


@pages.get("/health")
def health() -> Response:
    """200 with the generation's id while one is served; 503 else."""
    current = services()
    return jsonify({"status": "ok", "generation": current.generation, "published": current.published})
