"""What a heading says of what stands below it: measures, goals, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache

from ingest.extract.cues import cues
from ingest.extract.names import fold


class Says(StrEnum):
    """What a heading announces."""

    MEASURES = "measures"
    GOALS = "goals"
    OTHER = "other"
    NOTHING = "nothing"


_MEANINGS = (
    ("other_sections", Says.OTHER),
    ("measure_sections", Says.MEASURES),
    ("goal_sections", Says.GOALS),
)


@lru_cache(maxsize=10_000)
def says(heading: str) -> Says:
    """What one heading announces. Where it names several, "other" wins over measures, measures over goals."""
    folded = fold(heading)
    for name, meaning in _MEANINGS:
        if _cue_pattern(name).search(folded):
            return meaning
    return Says.NOTHING


@cache
def _cue_pattern(name: str) -> re.Pattern[str]:
    words = "|".join(re.escape(fold(cue)) for cue in cues(name))
    return re.compile(rf"\b(?:{words})" if name == "other_sections" else f"(?:{words})")


def announced(path: Iterable[str]) -> Says:
    """What the nearest heading of a path announces that announces anything."""
    for heading in reversed(list(path)):
        if (meaning := says(heading)) is not Says.NOTHING:
            return meaning
    return Says.NOTHING


def is_action(title: str) -> bool:
    """Whether a title begins like a measure's: with a noun of doing ("Ausbau", "Stärkung") in its first three words."""
    opening = [fold(word.strip("„“\"',;:/()")) for word in re.split(r"[\s/]+", title)[:3]]
    return any(word.startswith(fold(action)) for word in opening for action in cues("actions")) or any(
        word.endswith(("ung", "ierung")) and len(word) > 7 for word in opening[:1]
    )


def is_furniture(text: str) -> bool:
    """Whether a text is what a web page prints around its content."""
    folded = fold(text.strip())
    if any(folded.startswith(fold(cue)) for cue in cues("furniture")):
        return len(folded) <= 200
    return len(folded) <= 90 and any(folded.endswith(fold(cue)) for cue in cues("furniture_ends"))
