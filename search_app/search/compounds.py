"""Parts of German compounds, found with the word list that simplemma bundles.

A compound is split into as few parts as the word list allows, and the longest known word at its end is its head
("Besucher" + "Information", not "Besucherin" + "Formation"). The parts are split again by whoever wants smaller ones.
"""

from __future__ import annotations

from collections.abc import Collection, Container
from functools import lru_cache

_SHORTEST_HEAD = 4
_SHORTEST_PART = 3
_SHORTEST_COMPOUND = 6


class Splitter:
    """Splits folded compounds into known parts.

    `nouns` are folded nouns, `modifiers` further first parts ("wohn", "gruen"), `heads` short last ones
    ("weg"), `links` the joints between parts.
    A word is split into as few parts as possible; parts are the words without their joints.
    """

    def __init__(
        self, nouns: Container[str], modifiers: Collection[str], heads: Collection[str], links: Collection[str]
    ) -> None:
        self._nouns = nouns
        self._modifiers = frozenset(modifiers)
        self._heads = frozenset(heads)
        self._links = tuple(sorted(links, key=len))
        self._cached = lru_cache(maxsize=200_000)(self._split)

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a compound in order, or an empty tuple for a word that is none."""
        return self._cached(word) if len(word) >= _SHORTEST_COMPOUND and word.isalpha() else ()

    def _split(self, word: str) -> tuple[str, ...]:
        return self._best(word, 3)

    def _best(self, word: str, depth: int) -> tuple[str, ...]:
        best: tuple[str, ...] = ()
        for end in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first = self._modifier(word[:end])
            if not first:
                continue
            rest = word[end:]
            tails: list[tuple[str, ...]] = [(rest,)] if self._head(rest) else []
            if depth > 1 and len(rest) >= _SHORTEST_COMPOUND and (deeper := self._best(rest, depth - 1)):
                tails.append(deeper)
            for tail in tails:
                if not best or _rank((first, *tail)) > _rank(best):
                    best = (first, *tail)
        return best

    def _head(self, text: str) -> bool:
        return text in self._heads or (len(text) >= _SHORTEST_HEAD and text in self._nouns)

    def _modifier(self, text: str) -> str | None:
        if text in self._modifiers or (len(text) >= _SHORTEST_HEAD and text in self._nouns):
            return text
        for link in self._links:
            stem = text.removesuffix(link)
            if stem != text and (stem in self._modifiers or (len(stem) >= _SHORTEST_HEAD and stem in self._nouns)):
                return stem
        return None


def _rank(parts: tuple[str, ...]) -> tuple[int, int]:
    return -len(parts), len(parts[-1])
