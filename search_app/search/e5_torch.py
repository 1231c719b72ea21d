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


@lru_cache(maxsize=1)
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

    @torch.inference_mode()
    def __call__(self, tokens: NDArray[np.int64]) -> Floats:
        """As `Network`."""
        count, length = tokens.shape
        seen = torch.from_numpy(tokens != PAD)[:, None, None, :]
        state = torch.from_numpy(self._source.words(tokens)).to(self._kind)
        for layer in self._layers:
            state = self._through(layer, state, seen, count, length)
        return np.asarray(state.float().numpy(), np.float32)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """As `Network.alone`: threads that begin within it keep their products to themselves."""
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def _through(
        self, layer: dict[str, torch.Tensor], state: torch.Tensor, seen: torch.Tensor, count: int, length: int
    ) -> torch.Tensor:
        hidden, heads = self._source.hidden, self._source.heads
        joint = linear(state, layer["attend"], layer["attend.b"]).view(count, length, 3, heads, hidden // heads)
        query, key, value = joint.permute(2, 0, 3, 1, 4)
        attended = scaled_dot_product_attention(query, key, value, seen).transpose(1, 2).reshape(count, length, hidden)
        state = state + linear(attended, layer["out"], layer["ao.b"])
        state = layer_norm(state, (hidden,), layer["aln.w"], layer["aln.b"], EPSILON)
        wide = gelu(linear(state, layer["wide"], layer["fi.b"]))
        state = state + linear(wide, layer["narrow"], layer["fo.b"])
        return layer_norm(state, (hidden,), layer["oln.w"], layer["oln.b"], EPSILON)
