"""What a document says of the plan as a whole: its title, its horizon, whether it is a draft."""

from __future__ import annotations

import re
from pathlib import PurePath

from ingest.extract.builder import Builder
from ingest.extract.cues import cues
from ingest.extract.names import fold

_HORIZON = re.compile(r"(?:Zeithorizont|Planungshorizont|Zielhorizont)\s*:\s*(?P<horizon>[^\n]{2,60})")
_YEARS = re.compile(r"\b20[2-6]\d\b(?:\s?(?:/|–|-)\s?20[2-6]\d\b|\s?\+|plus)?")
_LONGEST_TITLE = 120
_FRONT = 30


def title(builder: Builder) -> str:
    """The title given with the source; where that is only the file's name, the first line that names a plan.

    A line with the town's name in it is preferred. Without any such line the file's name stays.
    """
    source = builder.document.source
    if source.title and source.title != PurePath(source.location).stem:
        return source.title
    named = []
    for passage in builder.document.passages:
        text = " ".join(passage.text.split())
        plain = 5 <= len(text) <= _LONGEST_TITLE and "?" not in text and not text.endswith((".", ":", ","))
        if plain and any(fold(word) in fold(text) for word in cues("plan_words")):
            named.append(text)
    with_town = [text for text in named if fold(builder.municipality.name) in fold(text)]
    return next(iter(with_town or named), source.title or source.location)


def horizon(builder: Builder, plan_title: str) -> str | None:
    """The horizon as the document words it: after "Zeithorizont:", else the years in the plan's title."""
    for passage in builder.document.passages:
        if match := _HORIZON.search(passage.original):
            return match["horizon"].strip()
    years = _YEARS.search(plan_title)
    return years.group().strip() if years else None


def status(builder: Builder, plan_title: str) -> str | None:
    """ "Entwurf" or "Beschluss" where title or first headings say so; None where they do not."""
    first = (p.text for p in builder.document.passages[:_FRONT])
    front = " ".join([plan_title, *(text for text in first if len(text) <= _LONGEST_TITLE and text[-1:] != ".")])
    if re.search(r"\bEntwurf", front):
        return "Entwurf"
    return "Beschluss" if re.search(r"\bbeschlossen|\bBeschlussfassung|\bendgültige Fassung", front) else None
