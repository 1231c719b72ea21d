"""The colours that the United Nations give their goals. They only decorate; no meaning hangs on them alone."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from kg.model import Concept, Scheme


def sdg_colour(concept: Concept) -> str | None:
    """The colour of a goal, or of the goal that a target belongs to; None for other schemes."""
    if concept.scheme not in (Scheme.SDG, Scheme.SDG_TARGET):
        return None
    return _colours().get(concept.notation.partition(".")[0])


@cache
def _colours() -> dict[str, str]:
    data = tomllib.loads((files("search_app.views") / "sdg_colours.toml").read_text(encoding="utf-8"))
    colours: dict[str, str] = data["colours"]
    return colours
