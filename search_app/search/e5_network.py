"""The network of multilingual-e5-small in numpy: the engine's weights; without an adapter cosine .9999 to its vectors.

It needs no torch and is as fast as the engine. `e5_torch` has the same network for many texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from search_app.search.e5_adapter import Adapter
from search_app.search.e5_weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PAD = 1
EPSILON = 1e-12
_BIASES = {"out.b": "ao.b", "wide.b": "fi.b", "narrow.b": "fo.b"}
_NORMS = ("aln.w", "aln.b", "oln.w", "oln.b")
_MASKED = np.float32(-1e9)


class Network:
    """The layers over the bundled weights, with the changes of an adapter, made single-precision when first used."""

    def __init__(self, weights: Weights, adapter: Adapter | None = None) -> None:
        self._weights, self._adapter = weights, adapter
        self.hidden, self.heads = weights.hidden, weights.heads
        self._positions = weights.vector("emb.pos").reshape(-1, self.hidden) + weights.vector("emb.type")[: self.hidden]

    def layers(self) -> Iterator[dict[str, Floats]]:
        """The matrices of each layer by their part, to be multiplied with from the right, and its vectors."""
        return map(self._layer, range(self._weights.layers))

    def _layer(self, number: int) -> dict[str, Floats]:
        weights, name = self._weights, f"l{number}."
        size = self.hidden
        parts = {part: weights.matrix(f"{name}{part}.w", size).T for part in ("q", "k", "v", "ao", "fi")}
        matrices = {
            "attend": np.ascontiguousarray(np.concatenate([parts["q"], parts["k"], parts["v"]], axis=1)),
            "out": np.ascontiguousarray(parts["ao"]),
            "wide": np.ascontiguousarray(parts["fi"]),
            "narrow": np.ascontiguousarray(weights.matrix(f"{name}fo.w", 4 * size).T),
        }
        if self._adapter:
            matrices = {part: matrix + self._adapter.change(number, part) for part, matrix in matrices.items()}
        vectors = {part: weights.vector(name + part) for part in _NORMS}
        vectors |= {part: weights.vector(name + kept) for part, kept in _BIASES.items()}
        vectors["attend.b"] = np.concatenate([weights.vector(f"{name}{part}.b") for part in "qkv"])
        return matrices | vectors

    @cached_property
    def _all(self) -> list[dict[str, Floats]]:
        return list(self.layers())

    def words(self, tokens: NDArray[np.int64]) -> Floats:
        """What the first layer takes: the vectors of word pieces at their places, shape (texts, length, 384)."""
        count, length = tokens.shape
        words = self._weights.matrix("emb.word", self.hidden, tokens.ravel()).reshape(count, length, -1)
        state = words + self._positions[:length]
        return _norm(state, self._weights.vector("emb.ln.w"), self._weights.vector("emb.ln.b"))

    def __call__(self, tokens: NDArray[np.int64]) -> Floats:
        """The vectors of all tokens, shape (texts, length, 384), of rows of word pieces filled up with PAD."""
        count, length = tokens.shape
        mask = np.where(tokens == PAD, _MASKED, np.float32(0))[:, None, None, :]
        state = self.words(tokens).reshape(-1, self.hidden)
        for layer in self._all:
            state = self._through(layer, state, mask, count, length)
        return state.reshape(count, length, -1)

    def alone(self) -> AbstractContextManager[object]:
        """Within it a product stays in its thread: threads that wait for one another within a product crawl on a busy
        machine."""
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        return cast("AbstractContextManager[object]", threadpool_limits(1))

    def _through(self, layer: dict[str, Floats], state: Floats, mask: Floats, count: int, length: int) -> Floats:
        from scipy.special import erf  # type: ignore[import-untyped]

        width = self.hidden // self.heads
        joint = (state @ layer["attend"] + layer["attend.b"]).reshape(count, length, 3, self.heads, width)
        query, key, value = (joint[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
        weight = query @ key.transpose(0, 1, 3, 2) * np.float32(width**-0.5) + mask
        weight = np.exp(weight - weight.max(axis=-1, keepdims=True))
        weight /= weight.sum(axis=-1, keepdims=True)
        seen = (weight @ value).transpose(0, 2, 1, 3).reshape(-1, self.hidden)
        state = _norm(state + seen @ layer["out"] + layer["out.b"], layer["aln.w"], layer["aln.b"])
        wide = state @ layer["wide"] + layer["wide.b"]
        wide *= np.float32(0.5) * (1 + erf(wide * np.float32(0.5**0.5)).astype(np.float32))
        return _norm(state + wide @ layer["narrow"] + layer["narrow.b"], layer["oln.w"], layer["oln.b"])


def _norm(state: NDArray[np.floating], weight: Floats, bias: Floats) -> Floats:
    centred = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
    return np.asarray(centred / spread * weight + bias, np.float32)
