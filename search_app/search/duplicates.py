"""Items of one town that say nearly the same: a goal printed twice, a goal and the measure of the same name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.model import Entry
from search_app.search.analysis import fold

_ALIKE = 0.9
_WORD = re.compile(r"\w+")


def grouped(entries: Sequence[Entry]) -> list[tuple[int, tuple[int, ...]]]:
    """The places of the entries to list, in order, each with the places of its near-duplicates further down.

    Two items are near-duplicates when they are of the same town and share nine in ten of their different words.
    """
    listed: list[tuple[int, list[int]]] = []
    words: list[frozenset[str]] = []
    for place, entry in enumerate(entries):
        own = frozenset(_WORD.findall(fold(f"{entry.item.label} {entry.item.description}")))
        words.append(own)
        for first, others in listed:
            same_town = entries[first].municipality.ags == entry.municipality.ags
            if same_town and _alike(own, words[first]):
                others.append(place)
                break
        else:
            listed.append((place, []))
    return [(first, tuple(others)) for first, others in listed]


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    fewer, more = sorted((len(a), len(b)))
    if fewer < _ALIKE * more:
        return False
    shared = len(a & b)
    return shared >= _ALIKE * (fewer + more - shared)
