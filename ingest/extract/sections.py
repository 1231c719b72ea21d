"""What a heading says of what stands below it: measures, goals, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache

from ingest.extract.cues import as_pattern, cues, kind_words
from ingest.extract.doing import ends_in_verb
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
    """What one heading announces. Where it names several, "other" wins over measures, measures over goals.

    A verb is no noun ("Ortskern stärken" is no list of strengths), and what names a field of action is none of the
    chapters around it ("Handlungsfeld Beteiligung").
    """
    if _is_other(heading):
        return Says.OTHER
    folded = fold(heading)
    for name, meaning in (("measure_sections", Says.MEASURES), ("goal_sections", Says.GOALS)):
        if _cue_pattern(name).search(folded):
            return meaning
    return Says.NOTHING


def _is_other(heading: str) -> bool:
    if ends_in_verb(heading):
        return False
    nouns = heading if heading == heading.upper() else " ".join(w for w in heading.split() if not w[0].islower())
    if _cue_pattern("analysis_sections").search(fold(nouns)):
        return True
    if names_topic(heading):
        return False
    return bool(_cue_pattern("other_sections").search(fold(nouns)) or _chapter_pattern().match(fold(heading)))


def names_topic(heading: str) -> bool:
    """Whether a heading begins with the word for a field of action: "Handlungsfeld 2: Wohnen"."""
    return bool(_topic_pattern().match(fold(heading)))


@cache
def _chapter_pattern() -> re.Pattern[str]:
    """Names of chapters that are doings too where something is done to: "Einführung eines Parkleitsystems"."""
    words = "|".join(re.escape(fold(cue)) for cue in cues("chapter_names"))
    return re.compile(rf"(?:[\d.]+\s+)?(?:{words})\w*(?!\w|\s+(?:der|des|eines|einer|von|fur)\b)")


@cache
def _topic_pattern() -> re.Pattern[str]:
    words = "|".join(re.escape(fold(word)) for word in kind_words("topic"))
    return re.compile(rf"(?:[\d.]+\s+)?(?:{words})\b")


@cache
def _cue_pattern(name: str) -> re.Pattern[str]:
    """A cue ending in a space is a whole word's end; cues of "other" sections begin a word."""
    words = "|".join(as_pattern(cue) for cue in cues(name))
    begins = name in ("other_sections", "analysis_sections")
    return re.compile(rf"\b(?:{words})" if begins else f"(?:{words})")


def announced(path: Iterable[str]) -> Says:
    """What the nearest heading of a path announces that announces anything."""
    for heading in reversed(list(path)):
        if (meaning := says(heading)) is not Says.NOTHING:
            return meaning
    return Says.NOTHING


def is_furniture(text: str) -> bool:
    """Whether a text is what a web page prints around its content."""
    folded = fold(text.strip())
    if any(folded.startswith(fold(cue)) for cue in cues("furniture")):
        return len(folded) <= 200
    return len(folded) <= 90 and any(folded.endswith(fold(cue)) for cue in cues("furniture_ends"))
