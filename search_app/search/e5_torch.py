"""The network of multilingual-e5-small in torch, for many texts at once.

On one core it takes two thirds of the time of the same network in numpy, and a quarter where the processor multiplies
in bfloat16 (`insek bench encode`); the sentence vectors have a cosine of at least .9999 to those in single precision.
Importing torch takes longer than encoding a few texts, so `e5_model` asks only for many.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

from search_app.search.e5_network import EPSILON, PAD, Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


@lru_cache(maxsize=2)
def network(source: Network) -> TorchNetwork:
    """The same network, in bfloat16 where the processor multiplies in it."""
    return TorchNetwork(source, torch.bfloat16 if has_bfloat16() else torch.float32)


def has_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16; elsewhere that would be slower than single precision."""
    found = torch.cpu.get_capabilities()
    return any(found.get(name) for name in ("avx512_bf16", "amx_bf16"))


class TorchNetwork:
    """The layers of a network as tensors of one type."""

    def __init__(self, source: Network, kind: torch.dtype) -> None:
        self._source, self._kind = source, kind
        self._layers = [{name: self._tensor(part) for name, part in layer.items()} for layer in source.layers()]

    def _tensor(self, part: Floats) -> torch.Tensor:
        """Torch multiplies with the rows of a matrix where numpy takes its columns."""
        return torch.tensor(np.ascontiguousarray(part.T), dtype=self._kind)

    def __call__(self, tokens: NDArray[np.int64]) -> Floats:
        """As `Network`."""
        with torch.inference_mode():
            return np.asarray(self.states(tokens).numpy(), np.float32)

    def states(self, tokens: NDArray[np.int64]) -> torch.Tensor:
        """What a call gives, as a tensor that remembers how it came about, for training."""
        seen = torch.from_numpy(tokens != PAD)[:, None, None, :]
        state = torch.from_numpy(self._source.words(tokens)).to(self._kind)
        for number in range(len(self._layers)):
            state = self._through(number, state, seen, *tokens.shape)
        return state.float()

    def product(self, number: int, part: str, state: torch.Tensor) -> torch.Tensor:
        """A state through one matrix of a layer, with its bias; what is trained adds to it."""
        layer = self._layers[number]
        return linear(state, layer[part], layer[f"{part}.b"])

    @contextmanager
    def alone(self) -> Iterator[None]:
        """As `Network.alone`: threads that begin within it keep their products to themselves."""
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def attention(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, seen: torch.Tensor
    ) -> torch.Tensor:
        """What each place takes of the others; training has a form of its own, whose way back is faster."""
        return scaled_dot_product_attention(query, key, value, seen)

    def _through(self, number: int, state: torch.Tensor, seen: torch.Tensor, count: int, length: int) -> torch.Tensor:
        layer, hidden, heads = self._layers[number], self._source.hidden, self._source.heads
        joint = self.product(number, "attend", state).view(count, length, 3, heads, hidden // heads)
        query, key, value = joint.permute(2, 0, 3, 1, 4)
        attended = self.attention(query, key, value, seen).transpose(1, 2).reshape(count, length, hidden)
        state = state + self.product(number, "out", attended)
        state = layer_norm(state, (hidden,), layer["aln.w"], layer["aln.b"], EPSILON)
        wide = gelu(self.product(number, "wide", state))
        state = state + self.product(number, "narrow", wide)
        return layer_norm(state, (hidden,), layer["oln.w"], layer["oln.b"], EPSILON)
