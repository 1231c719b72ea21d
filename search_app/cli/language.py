"""The language of the command line: what `--lang` asks for, else what the locale says, else English."""

from __future__ import annotations

import locale
from collections.abc import Callable

import click

_META = "insek.language"


def default_language() -> str:
    """`de` where the locale is German, else `en`."""
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        return "en"
    name = locale.getlocale(locale.LC_CTYPE)[0] or ""
    return "de" if name.lower().startswith(("de", "german")) else "en"


def language(ctx: click.Context | None = None) -> str:
    """The language of this call."""
    ctx = ctx or click.get_current_context(silent=True)
    chosen: str | None = ctx.meta.get(_META) if ctx else None
    return chosen or default_language()


def speak(text: str, ctx: click.Context | None = None) -> str:
    """An English text of ours in the language of this call."""
    chosen = language(ctx)
    return text if chosen == "en" else _translator(chosen)(text)


def _translator(chosen: str) -> Callable[[str], str]:
    from search_app.i18n import translator

    return translator(chosen)


def _remember(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value:
        ctx.meta[_META] = value
    return value


def language_option() -> click.Option:
    """The option `--lang`, which is read before all others, so that help comes in that language too."""
    return click.Option(
        ["--lang"],
        type=click.Choice(["de", "en"]),
        is_eager=True,
        expose_value=False,
        callback=_remember,
        help="Language of labels and messages; default from the locale.",
    )
