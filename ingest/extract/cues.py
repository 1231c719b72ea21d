"""The cue words of `cues.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _all() -> dict[str, list[str]]:
    return tomllib.loads(files("ingest.extract").joinpath("cues.toml").read_text(encoding="utf-8"))


def cues(name: str) -> tuple[str, ...]:
    """The cue words of that name. Raises KeyError for a name that the file lacks."""
    return tuple(_all()[name])
