"""The topics of a deck of slides: headings of goal slides, named in full by the deck's own list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.extract.cues import goal_ranks, kind_words
from ingest.extract.lines import Block, Found, Texts
from ingest.extract.names import likeness

_SAME = 0.75


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a topic's name: the whole of it, and the topic's own number in it."""

    text: str
    number: str | None


def topic_lead(text: str) -> Lead | None:
    """The chapter's number, the word for topics and its number that a topic's name begins with, or None."""
    match = _lead().match(text)
    if not match or not match.group() or not re.match(r"[^\W\d_„\"]|[„\"]", text[match.end() :]):
        return None
    return Lead(match.group(), match["number"])


@cache
def _lead() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(kind_words("topic"), key=len, reverse=True))
    code = r"(?:\s+(?P<number>[A-Z]{0,2}\d{1,2}(?:\.\d{1,2})?|[IVX]{1,4}|[A-Z])(?=[\s:.–-]))?"
    return re.compile(rf"(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}\.?\s+)?(?:(?:{words}){code}(?:\s*[:.–]\s*|\s+-\s+|\s+))?")


def names_goal(heading: str) -> bool:
    """Whether a heading names a goal: "Ziel 2: …", "Strategisches Ziel A1 …"."""
    return any(re.match(rf"{re.escape(word)}(?:\s+[A-Z]?\d|\s+[A-Z]\b|\s*:)", heading) for word in goal_ranks())


def topic_list(slides: Sequence[Sequence[Block]], headings: Sequence[str], texts: Texts) -> list[Found]:
    """The topics as the deck lists them: of the slide that names most of the goal slides' headings, those blocks.

    Empty where no slide names at least three of them. Measured on the labelled deck: 8 of 8, in order.
    """
    best: list[Found] = []
    for slide in slides:
        named: list[Found] = []
        for block in slide:
            text = texts.join(block)
            if len(text) <= 80 and any(likeness(text, heading) >= _SAME for heading in headings):
                named.append(texts.found(block))
        if len(named) > len(best):
            best = named
    distinct = [t for i, t in enumerate(best) if all(likeness(t.text, u.text) < _SAME for u in best[:i])]
    return distinct if len(distinct) >= 3 else []


def nearest(text: str, topics: Sequence[Found]) -> Found | None:
    """The listed topic that a heading means, or None."""
    ranked = sorted(topics, key=lambda topic: -likeness(text, topic.text))
    return ranked[0] if ranked and likeness(text, ranked[0].text) >= _SAME else None
