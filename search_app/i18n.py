"""German and English: translations are read straight from the `.po` catalogue, so no compile step can be forgotten.

Texts stand in the code in English and are translated at the edges: `translator` serves the command line, and
`init_app` gives the same catalogue to Flask-Babel and the Jinja templates.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_locale

LANGUAGES = ("de", "en")
DEFAULT = "de"
COOKIE = "language"
_TIMEZONE = "Europe/Berlin"
_CATALOGUES = Path(__file__).parent / "translations"


@cache
def translations(language: str) -> Translations:
    """The catalogues of a language together; empty, so that texts stay English, where there is none.

    `messages.po` holds the texts of the web app and of errors, `cli.po` those of the command line.
    """
    merged = Translations()
    for path in sorted((_CATALOGUES / language / "LC_MESSAGES").glob("*.po")):
        compiled = io.BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        merged.merge(Translations(compiled))
    return merged


def translator(language: str) -> Callable[[str], str]:
    """A function that translates an English text; a text without translation comes back as it is."""
    gettext: Callable[[str], str] = translations(language).gettext
    return gettext


class _Catalogue(Domain):  # type: ignore[misc]
    def get_translations(self) -> Translations:
        return translations(current_language())


def current_language() -> str:
    """The language of this request: `de` or `en`."""
    locale = get_locale() if has_request_context() else None
    return locale.language if locale else DEFAULT


def init_app(app: Flask) -> None:
    """Gives the catalogues to Flask-Babel and the templates."""
    babel = Babel(app, default_locale=DEFAULT, default_timezone=_TIMEZONE, locale_selector=_choose)
    babel.domain_instance = _Catalogue()


def _choose() -> str:
    """What the address asks for, else what was chosen before, else German."""
    wanted = (request.args.get("lang"), request.cookies.get(COOKIE))
    return next((language for language in wanted if language in LANGUAGES), DEFAULT)
