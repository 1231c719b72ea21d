"""Marks words or character ranges in text, with everything else escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

_SHORTEST = 3


def highlight(text: str, words: Iterable[str]) -> Markup:
    """The text with these words marked, also inside compounds ("rad" in "Lastenrad"), whatever their case."""
    wanted = sorted({word for word in words if len(word) >= _SHORTEST}, key=len, reverse=True)
    if not wanted:
        return escape(text)
    found = re.finditer("|".join(re.escape(word) for word in wanted), text, re.IGNORECASE)
    return mark_ranges(text, [match.span() for match in found])


def mark_ranges(text: str, ranges: Iterable[tuple[int, int]], anchor: str = "") -> Markup:
    """The text with these character ranges marked; ranges that touch or overlap become one.

    With an anchor the first mark gets it as its id, so that an address can lead there.
    """
    parts: list[Markup] = []
    position = 0
    for start, end in _joined(ranges, len(text)):
        opening = Markup('<mark id="{}">').format(anchor) if anchor and not parts else Markup("<mark>")
        parts += [escape(text[position:start]), opening, escape(text[start:end]), Markup("</mark>")]
        position = end
    return Markup("").join([*parts, escape(text[position:])])


def _joined(ranges: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        start, end = max(0, start), min(length, end)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
