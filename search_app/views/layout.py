"""What every page shares: addresses of things, names of codes, the navigation and the frame's facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, g, request, url_for
from flask_babel import format_date, format_datetime
from flask_babel import lazy_gettext as _

from kg.errors import NotFound, NotPublished
from kg.model import Concept, Entry, Hit, Kind, Municipality, Scheme, Source
from kg.vocabulary import concept
from search_app.i18n import LANGUAGES, current_language, translator
from search_app.search.relations import parents_of
from search_app.views import labels
from search_app.views.colours import sdg_colour
from search_app.views.context import services, settings
from search_app.views.highlight import highlight

_NAVIGATION = (
    ("search.results", _("Search")),
    ("towns.index", _("Towns")),
    ("compare.page", _("Compare")),
    ("concepts.index", _("Goals and frameworks")),
    ("query.page", _("SPARQL")),
    ("about.page", _("Data and method")),
)


def init_app(app: Flask) -> None:
    """Gives the templates their names."""
    app.context_processor(_frame)
    app.jinja_env.globals.update(
        labels=labels,
        item_url=item_url,
        town_url=town_url,
        document_url=document_url,
        concept_url=concept_url,
        concept_of=concept_of,
        scheme_code=scheme_code,
        snippet=snippet,
        parent_of=parent_of,
        sdg_colour=sdg_colour,
        plan_url=plan_url,
        document_title=document_title,
        translated=translated,
    )
    app.jinja_env.filters.update(highlight=highlight, iso_date=iso_date, iso_time=iso_time)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _frame() -> dict[str, Any]:
    return {
        "language": current_language(),
        "other_languages": [(language, _in_language(language)) for language in LANGUAGES],
        "navigation": [(url_for(name), label, request.endpoint == name) for name, label in _NAVIGATION],
        "generation": _generation(),
        "operator": settings(),
        "base_iri": settings().base_iri,
        "iri": settings().base_iri + request.path.removeprefix("/"),
    }


def _in_language(language: str) -> str:
    arguments = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    return f"{quote(request.path)}?{urlencode([*arguments, ('lang', language)])}"


def _generation() -> tuple[str, str] | None:
    """The id of what serves, and when it was published."""
    if g.get("services_failed"):
        return None
    try:
        return services().generation, services().published
    except NotPublished:
        return None


def item_url(identifier: str) -> str:
    """The page of an item, which is its IRI's path; a passage is shown in its document."""
    kind, _sep, digits = identifier.rpartition("-")
    if kind == Kind.PASSAGE:
        return url_for("documents.passage", digits=digits)
    return url_for("items.page", kind=kind, digits=digits)


def town_url(town: Municipality) -> str:
    """The profile of a town."""
    return url_for("towns.page", ags=town.ags)


def document_url(identifier: str, page: int | None = None, item: str | None = None) -> str:
    """The reader at a page of a document, with one item's passage in view."""
    digits = identifier.rpartition("-")[2]
    return url_for("documents.page", digits=digits, page=page, item=item, _anchor="passage" if item else None)


def concept_url(found: Concept) -> str:
    """The page of a concept."""
    return url_for("concepts.page", scheme=found.scheme.value, code=found.notation)


def concept_of(iri: str) -> Concept | None:
    """The concept of that IRI, or None where the vocabulary lacks it."""
    try:
        return concept(iri)
    except NotFound:
        return None


def scheme_code(found: Concept) -> str:
    """The code of a concept where readers know it: "SDG 11.2"; empty for other schemes."""
    return f"SDG {found.notation}" if found.scheme in (Scheme.SDG, Scheme.SDG_TARGET) else ""


def plan_url(identifier: str) -> str:
    """The tree of a plan."""
    return url_for("documents.plan", digits=identifier.rpartition("-")[2])


def document_title(identifier: str) -> str:
    """The title of a document, its plan's where it has only a file's name, or its id where it is no longer there."""
    if "titles" not in g:
        plans = {document: plan.title for plan in services().catalog.plans() for document in plan.documents}
        records = services().catalog.documents()
        g.titles = {record.id: _title(record.source, plans.get(record.id, "")) for record in records}
    return str(g.titles.get(identifier, identifier))


def _title(source: Source, plan: str) -> str:
    return plan if plan and source.title == PurePath(source.location).stem else source.title


def iso_date(text: str) -> str:
    """An ISO time as a date in the reader's language."""
    try:
        return str(format_date(datetime.fromisoformat(text), "long"))
    except ValueError:
        return text


def snippet(hit: Hit) -> str:
    """What to show of a hit below its title: the sentence nearest to the question, else the description."""
    label = hit.entry.item.label
    text = (hit.why.sentence or "").removeprefix(label).lstrip(".: ")
    return text or hit.entry.item.description


def parent_of(entry: Entry) -> Entry | None:
    """The goal that a measure serves, or what an item is part of: a short title is understood beside it."""
    names = [name for name in parents_of(entry) if not name.startswith("topic-")]
    try:
        return services().catalog.get(names[0]) if names else None
    except NotFound:
        return None


def iso_time(text: str) -> str:
    """An ISO time in UTC as date and time of day in the reader's language and in German time; a date as a date."""
    if "T" not in text:
        return iso_date(text)
    try:
        return str(format_datetime(datetime.fromisoformat(text), "short"))
    except ValueError:
        return text


def translated(template: str, params: Iterable[tuple[str, object]]) -> str:
    """A remark of a build in the reader's language."""
    return translator(current_language())(template).format(**dict(params))
