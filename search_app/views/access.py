"""Who may change something: signing in with the token of the settings, and protection of every form against forgery.

Without the setting `editor_token` none of it exists, and the pages for editing answer 404.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from search_app.editing import CORRECTIONS, Editing
from search_app.views.sparql import pages as sparql_pages

P = ParamSpec("P")

_KEY = "insek-editing"
_UPLOAD = "edit.add"
_FORM_AROUND_FILE = 100_000
_EIGHT_HOURS = 8 * 3_600


def init_app(app: Flask, editing: Editing | None) -> None:
    """Protects every form, and keeps in the app how to edit; None where nobody may.

    Sessions end with the process: their key is never written down.
    """
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_NAME="editor",
        PERMANENT_SESSION_LIFETIME=_EIGHT_HOURS,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions[_KEY] = editing
    app.before_request(_allow_upload)
    CSRFProtect(app).exempt(sparql_pages)  # read-only, and other programs post there
    app.context_processor(lambda: {"editing_allowed": editing is not None, "editor": editor(), "waiting": waiting()})


def _allow_upload() -> None:
    """A larger request is taken from who is signed in, and only where a file is expected."""
    if request.endpoint == _UPLOAD and editor():
        request.max_content_length = editing().largest + _FORM_AROUND_FILE


def editing() -> Editing:
    """How to edit; answers 404 where nobody may."""
    found = current_app.extensions[_KEY]
    if found is None:
        abort(404)
    return cast(Editing, found)


def editor() -> str | None:
    """The name of who is signed in."""
    if current_app.extensions[_KEY] is None or "editor" not in session:
        return None
    return str(session["editor"])


def waiting() -> int:
    """How many corrections wait to be published; 0 for who is not signed in."""
    if not editor():
        return 0
    known = {draft.id for draft in editing().drafts()}
    return len(editing().changes(CORRECTIONS)) if CORRECTIONS in known else 0


def signed_in(view: Callable[P, str | Response]) -> Callable[P, str | Response]:
    """A view that leads to the sign-in form whoever is not signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
        editing()
        if editor() is None:
            back = request.full_path if request.method == "GET" else ""
            return redirect(url_for("edit.sign_in", back=back.rstrip("?") or None), code=303)
        return view(*args, **kwargs)

    return guarded
