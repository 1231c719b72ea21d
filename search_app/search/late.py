"""Late interaction: every word piece of a question looks for its best match among those of a passage (MaxSim).

A text's token vectors are projected to 128 numbers by the head of the adapter (`e5_adapter`), and kept as 8-bit
integers: some 5 kB for a goal. What it brings is in docs/search.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from search_app.search import e5
from search_app.search.arrays import ArrayWriter
from search_app.search.e5_adapter import adapter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]
    Bytes = NDArray[np.int8]

DIMENSION = 128
_SCALE = 127.0
_TOKENS = "tokens.npy"
_STARTS = "starts.npy"
_BACKGROUND = 128
QUERY_MARKS = 3
_DOCUMENT_MARKS = 3
"""Begin mark, "query" and colon come before a question's own word pieces; the end mark comes after."""


class LateEncoder:
    """The built-in encoder with the adapter for search: sentence vectors and token vectors in one pass."""

    def __init__(self) -> None:
        from search_app.search.e5_model import search_model

        self._model = search_model()
        self.name, self._head = adapter().name, adapter().head

    def documents(self, texts: Sequence[str]) -> tuple[Floats, list[Bytes]]:
        """Sentence vectors, shape (n, 384), and for each text its token vectors, shape (tokens, 128), 8-bit."""
        import numpy as np

        from search_app.search.e5_model import pooled

        found = self._model.encode(e5.DOCUMENT_PREFIX, texts)
        vectors = np.stack([pooled(tokens) for tokens in found]) if found else np.empty((0, e5.DIMENSION), np.float32)
        return vectors, [np.rint(self._project(tokens) * _SCALE).astype(np.int8) for tokens in found]

    def queries(self, texts: Sequence[str]) -> tuple[Floats, list[Floats]]:
        """Questions' sentence vectors, shape (n, 384), and token vectors without marks, shape (tokens, 128) each."""
        import numpy as np

        from search_app.search.e5_model import pooled

        found = self._model.encode(e5.QUERY_PREFIX, texts)
        return np.stack([pooled(one) for one in found]), [self._project(one[QUERY_MARKS:-1]) for one in found]

    def _project(self, tokens: Floats) -> Floats:
        import numpy as np

        unit = tokens / np.linalg.norm(tokens, axis=1, keepdims=True)
        projected = unit @ self._head
        return np.asarray(projected / np.linalg.norm(projected, axis=1, keepdims=True), np.float32)


@lru_cache(maxsize=2)
def late_encoder(encoder: str) -> LateEncoder | None:
    """The late-interaction encoder that goes with an encoder of that name, or None where there is none."""
    return LateEncoder() if encoder.startswith("builtin:e5-small") else None


class TokenWriter:
    """Writes token vectors one batch at a time, after those of a previous index, if given."""

    def __init__(self, directory: Path, previous: Path | None = None) -> None:
        import numpy as np

        directory.mkdir(parents=True)
        self._tokens = ArrayWriter(directory / _TOKENS, "|i1", DIMENSION, previous and previous / _TOKENS)
        self._starts = ArrayWriter(directory / _STARTS, "<i8", None, previous and previous / _STARTS)
        if not previous:
            self._starts.add(np.zeros(1, np.int64))

    def add(self, tokens: Sequence[Bytes]) -> None:
        """Adds the token vectors of the next units."""
        import numpy as np

        for one in tokens:
            self._tokens.add(one)
            self._starts.add(np.asarray([self._tokens.count]))

    def close(self) -> None:
        """Finishes the files."""
        self._tokens.close()
        self._starts.close()


class TokenIndex:
    """Opens what `TokenWriter` wrote, by memory-mapping."""

    def __init__(self, directory: Path) -> None:
        import numpy as np

        self._tokens = np.load(directory / _TOKENS, mmap_mode="r")
        self._starts = np.load(directory / _STARTS, mmap_mode="r")
        units = len(self._starts) - 1
        self._sample = np.arange(0, units, max(1, units // _BACKGROUND))

    def scores(self, query: Floats, units: Ints) -> Floats:
        """For each unit the mean, over the question's tokens, of the best cosine among the unit's tokens."""
        return self.scores_of_each([query], units)[0]

    def scores_of_each(self, queries: Sequence[Floats], units: Ints) -> list[Floats]:
        """The same of several questions, none of them empty."""
        import numpy as np

        if not len(units):
            return [np.zeros(0, np.float32)] * len(queries)
        return _means(queries, *self._tokens_of(units))

    def _tokens_of(self, units: Ints) -> tuple[Floats, Ints]:
        """The token vectors of these units, one unit after the other, and where each begins."""
        import numpy as np

        starts, counts = self._starts[units], self._starts[units + 1] - self._starts[units]
        offsets = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        places = np.repeat(starts - offsets, counts) + np.arange(counts.sum())
        return self._tokens[places].astype(np.float32) / _SCALE, offsets

    def raw(self, unit: int) -> Bytes:
        """A unit's token vectors as they are kept, marks included."""
        import numpy as np

        return np.asarray(self._tokens[self._starts[unit] : self._starts[unit + 1]], np.int8)

    def of_unit(self, unit: int) -> Floats:
        """The token vectors of a unit, to be compared with others as if they were a question's."""
        import numpy as np

        return np.asarray(self.raw(unit)[_DOCUMENT_MARKS:-1], np.float32) / _SCALE

    def spreads(self, queries: Sequence[Floats]) -> list[tuple[float, float]]:
        """For each question mean and standard deviation of its scores of an even sample of all units."""
        if not len(self._sample):
            return [(0.0, 1.0)] * len(queries)
        scores = _means(queries, *self._background)
        return [(float(one.mean()), float(one.std()) or 1.0) for one in scores]

    @cached_property
    def _background(self) -> tuple[Floats, Ints]:
        return self._tokens_of(self._sample)


def _means(queries: Sequence[Floats], tokens: Floats, offsets: Ints) -> list[Floats]:
    """For each question the mean over its tokens of their best cosine in each unit."""
    import numpy as np

    best = _best_matches(np.concatenate(queries), tokens, offsets)
    ends = np.cumsum([len(query) for query in queries])[:-1]
    return [np.asarray(part.mean(axis=0), np.float32) for part in np.split(best, ends)]


def _best_matches(query: Floats, tokens: Floats, offsets: Ints) -> Floats:
    """For each of the question's tokens the best cosine in each unit, shape (tokens of the question, units)."""
    import numpy as np

    return np.asarray(np.maximum.reduceat(query @ tokens.T, offsets, axis=1))
