"""The topics of a deck of slides: headings of goal slides, named in full by the deck's own list."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.extract.lines import Block, Found, Texts
from ingest.extract.names import likeness

_SAME = 0.75


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
