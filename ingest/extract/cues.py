"""The cue words of `cues.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from ingest.extract.names import fold


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads(files("ingest.extract").joinpath("cues.toml").read_text(encoding="utf-8"))


def cues(name: str) -> tuple[str, ...]:
    """The cue words of that name. Raises KeyError for a name that the file lacks."""
    return tuple(_all()[name])


def as_pattern(cue: str) -> str:
    """A regular expression of a folded cue word; a cue that ends in a space is the end of a word."""
    return re.escape(fold(cue.rstrip())) + (r"\b" if cue.endswith(" ") else "")


def kind_words(kind: str) -> tuple[str, ...]:
    """The words that name an item of that kind ("topic", "measure") before its number."""
    return tuple(_all()["kinds"][kind])


def prefixes(kind: str) -> tuple[str, ...]:
    """The letters that stand before the number of an item of that kind ("topic", "goal")."""
    return tuple(_all()["prefixes"][kind])


def goal_ranks() -> dict[str, int]:
    """The words that name a goal, with their rank from the guiding image (0) down."""
    return dict(_all()["ranks"])


def framework_names() -> dict[str, list[str]]:
    """Names of guiding frameworks by the code of the scheme that holds their concepts."""
    return dict(_all()["frameworks"])


def damaged_parts() -> dict[str, str]:
    """Patterns of parts of words without their umlaut, and the same parts with it."""
    return dict(_all()["damaged"])
