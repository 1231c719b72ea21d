"""The web app. The factory wires, blueprints talk, services do."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from kg.settings import Settings
from search_app import i18n
from search_app.editing import Editing
from search_app.views import (
    about,
    access,
    api,
    compare,
    concepts,
    context,
    dataset,
    definitions,
    documents,
    edit,
    headers,
    items,
    layout,
    limits,
    metrics,
    problems,
    query,
    search,
    sparql,
    things,
    towns,
)
from search_app.views.context import Services

_PAGES = (
    search,
    items,
    towns,
    compare,
    concepts,
    documents,
    query,
    sparql,
    api,
    definitions,
    dataset,
    about,
    metrics,
    things,
    edit,
)
_LARGEST_REQUEST = 1_000_000
_ONE_HOUR = 3_600


def create_app(provide: Callable[[], Services], settings: Settings, editing: Editing | None = None) -> Flask:
    """The app over whatever generation `provide` gives at each request, so that a newer one is picked up.

    `provide` raises NotPublished while there is none; every page then says how to build one. Without `editing`
    nothing can be added or corrected.
    """
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LARGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=_ONE_HOUR,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    context.init_app(app, provide, settings)
    for part in (i18n, metrics, headers, problems, layout):
        part.init_app(app)
    limits.init_app(app, settings)
    access.init_app(app, editing)
    for pages in _PAGES:
        app.register_blueprint(pages.pages)
    return app
