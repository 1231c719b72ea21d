"""Nearness in meaning: sentence vectors and late interaction of a question, or of an item asked with, to the items.

A long text is asked as a whole and clause by clause. What that brings is in docs/search.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.encoding import Encoder, clean
from search_app.search.catalog import REMOVED
from search_app.search.late import TokenIndex, late_encoder
from search_app.search.lexical import Group, LexicalIndex
from search_app.search.query import parse
from search_app.search.units import clauses
from search_app.search.vectors import VectorIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]

_MEANINGS_OF_A_WORD = 3
_MOST_MEANINGS = 6
_SHORT_QUESTION = 8
_QUESTIONS_KEPT = 64
_MOST_CLAUSES = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the vector index, whole and, where it is long, clause by clause, shape (1 + clauses, dimension).

    `tokens` are the token vectors of each, where the encoder has them.
    """

    vectors: Floats
    tokens: tuple[Floats, ...]


class Meaning:
    """Compares questions with the items of an index. `counts_for` names for each row the item it counts for."""

    def __init__(
        self,
        encoder: Encoder,
        vectors: VectorIndex,
        tokens: TokenIndex | None,
        lexical: LexicalIndex,
        counts_for: Ints,
    ) -> None:
        self.vectors, self.tokens = vectors, tokens
        self._encoder, self._lexical, self._counts_for = encoder, lexical, counts_for
        self._late = late_encoder(encoder.name)
        self.asked = lru_cache(maxsize=_QUESTIONS_KEPT)(self._asked)

    def _asked(self, text: str, meanings: str = "") -> Asked:
        """A question as the vector indexes take it; a long one as a whole and clause by clause.

        `meanings` is what its words are called in plans, for a short question; clauses bring their own.
        """
        parts = clauses(text)[:_MOST_CLAUSES] if len(parse(text).words) > _SHORT_QUESTION else []
        texts = [with_meanings(text, meanings)]
        if len(parts) > 1:
            texts += [with_meanings(part, self._meanings(part)) for part in parts]
        if self._late is None:
            return Asked(self.vectors.query(self._encoder.encode_queries(texts)), ())
        vectors, tokens = self._late.queries([clean(one) for one in texts])
        return Asked(self.vectors.query(vectors), tuple(tokens))

    def _meanings(self, text: str) -> str:
        return meanings(self._lexical.groups(parse(text)))

    def nearest(self, asked: Asked, rows: Ints | None, limit: int) -> Ints:
        """Row numbers of what is nearest by sentence vectors, best first, among `rows` or all that is not removed."""
        import numpy as np

        fewer = max(50, limit // len(asked.vectors))
        each = [
            self.vectors.search(vector, rows, fewer if place else limit) for place, vector in enumerate(asked.vectors)
        ]
        found: Ints = each[0] if len(each) == 1 else np.unique(np.concatenate(each))
        still_there: Ints = found[self._counts_for[found] != REMOVED]
        if len(each) == 1 or not len(still_there):
            return still_there
        return still_there[np.argsort(-self.similarity(asked, still_there), kind="stable")[:limit]]

    def similarity(self, asked: Asked, candidates: Ints) -> Floats:
        """How similar each candidate is by sentence vectors, in standard deviations above what any text reaches."""
        means, deviations = self.vectors.spreads(asked.vectors)
        best = self.vectors.best_of_each(asked.vectors, candidates)
        return _together((best - means[:, None]) / deviations[:, None])

    def near(self, asked: Asked, candidates: Ints) -> tuple[Floats, Ints]:
        """The late-interaction score of each candidate, likewise, and which of its units (from 0) is nearest."""
        import numpy as np

        parts = [tokens for tokens in asked.tokens if len(tokens)]
        if self.tokens is None or not parts:
            return np.zeros(len(candidates), np.float32), np.zeros(len(candidates), np.int64)
        units, offsets = self.vectors.units_of(candidates)
        scores = self.tokens.scores_of_each(parts, units)
        spreads = self.tokens.spreads(parts)
        each = [_best(one, offsets, spread) for one, spread in zip(scores, spreads, strict=True)]
        return _together(np.stack(each)), _nearest(scores[0], offsets)

    def late(self, tokens: Floats, spread: tuple[float, float], candidates: Ints) -> Floats:
        """The late-interaction score of each candidate for token vectors whose spread is known."""
        import numpy as np

        units, offsets = self.vectors.units_of(candidates)
        scores = self.tokens.scores(tokens, units) if self.tokens else np.zeros(len(units), np.float32)
        return _best(scores, offsets, spread)


def _best(scores: Floats, offsets: Ints, spread: tuple[float, float]) -> Floats:
    """The best score among the units of each item, in standard deviations above what any text reaches."""
    import numpy as np

    return np.asarray((np.maximum.reduceat(scores, offsets) - spread[0]) / spread[1], np.float32)


def _nearest(scores: Floats, offsets: Ints) -> Ints:
    """The number of each item's best unit among its own."""
    import numpy as np

    owners = np.repeat(np.arange(len(offsets)), np.diff([*offsets, len(scores)]))
    return np.asarray(np.lexsort((-scores, owners))[offsets] - offsets, np.int64)


def meanings(groups: Sequence[Group]) -> str:
    """What the words of a short question are called in plans; nothing for a long one, which speaks for itself."""
    if len(groups) > _SHORT_QUESTION:
        return ""
    found = [meaning for group in groups for meaning in group.meanings[:_MEANINGS_OF_A_WORD]]
    return ", ".join(dict.fromkeys(found[:_MOST_MEANINGS]))


def with_meanings(text: str, meanings: str) -> str:
    """A question with what its words are called in plans, as it is embedded."""
    return f"{text} ({meanings})" if meanings else text


def _together(scores: Floats) -> Floats:
    """One score of those of a whole text and of its clauses: all of them count, the best clause as much as the rest.

    A pasted measure is found by all it says, and one that speaks of much else by its one clause that matters.
    """
    import numpy as np

    whole, parts = scores[0], scores[1:]
    if not len(parts):
        return np.asarray(whole)
    return np.asarray(0.25 * whole + 0.25 * parts.mean(axis=0) + 0.5 * parts.max(axis=0), np.float32)
