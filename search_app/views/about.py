"""Pages about the collection itself, and the health check."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, jsonify, render_template

from kg.model import PLAN_KINDS, Plan
from search_app.search.catalog import DocumentRecord
from search_app.search.filters import Filters
from search_app.views.context import services

pages = Blueprint("about", __name__)


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured, in the words of `insek eval`: rows of name, figures between 0 and 1, and number of cases."""

    measured: str
    documents: int
    found: tuple[tuple[str, float, float, int], ...]
    texts: int
    linked: tuple[tuple[str, float, float, int], ...]
    questions: int
    searched: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What the page on data and method shows."""

    documents: tuple[tuple[str, DocumentRecord], ...]
    counts: tuple[tuple[str, int], ...]
    plans: tuple[Plan, ...]
    quality: Quality


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
            quality=quality(),
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


@cache
def quality() -> Quality:
    """The figures that `insek eval record` wrote down for this version."""
    figures = json.loads((files("search_app.views") / "measured.json").read_text(encoding="utf-8"))
    kinds, schemes, search = figures["extraction"]["kinds"], figures["mapping"]["schemes"], figures["search"]
    lists = ("lexical", "dense", "hybrid")
    return Quality(
        measured=figures["measured"],
        documents=figures["extraction"]["documents"],
        found=tuple((kind, *_row(kinds[kind])) for kind in PLAN_KINDS),
        texts=figures["mapping"]["texts"],
        linked=tuple((scheme, *_row(score)) for scheme, score in schemes.items()),
        questions=search["queries"],
        searched=tuple((name, search[name]["recall@5"], search[name]["ndcg@10"]) for name in lists),
    )


def _row(score: dict[str, float]) -> tuple[float, float, int]:
    return score["precision"], score["recall"], int(score["expected"])
