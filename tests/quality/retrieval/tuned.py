"""The network of the built-in encoder with trainable changes: what `train_adapter.py` trains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import normalize

from search_app.search.e5_model import batches, model, padded
from search_app.search.e5_torch import TorchNetwork
from search_app.search.late import DIMENSION, QUERY_MARKS

PARTS = ("attend", "out", "wide", "narrow")
RANK = 16
MOST_TOKENS, TOKENS_AT_ONCE = 160, 2_500


class Tuned(nn.Module):
    """The network with trainable changes, in bfloat16, and the head."""

    def __init__(self) -> None:
        super().__init__()
        source = model().network
        self.factors = nn.ParameterDict()
        for number, layer in enumerate(source.layers()):
            for part in PARTS:
                wide, narrow = layer[part].shape
                self.factors[f"{number}_{part}_down"] = nn.Parameter(torch.randn(wide, RANK) / wide**0.5)
                self.factors[f"{number}_{part}_up"] = nn.Parameter(torch.zeros(RANK, narrow))
        self.head = nn.Parameter(torch.eye(source.hidden)[:, :DIMENSION].clone())
        self.network = _Changed(source, self.factors)

    @torch.no_grad()
    def load(self, path: Path) -> None:
        """Goes on from an adapter that was saved."""
        with np.load(path) as kept:
            for name, factor in (*self.factors.items(), ("head", self.head)):
                factor.copy_(torch.from_numpy(kept[name.replace("_", ".")].astype(np.float32)))

    def save(self, path: Path) -> None:
        """Writes the adapter as search reads it."""
        arrays = {name.replace("_", "."): factor for name, factor in self.factors.items()} | {"head": self.head}
        np.savez_compressed(path, **{name: one.detach().numpy().astype(np.float16) for name, one in arrays.items()})

    def encode(self, prefix: str, texts: list[str], most: int = MOST_TOKENS) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Unit sentence vectors, and the vectors of each text's tokens with its marks."""
        cuts = model().cuts(prefix, texts, most)
        tokens: dict[int, torch.Tensor] = {}
        for batch in batches([len(cut) for cut in cuts], TOKENS_AT_ONCE):
            states = self.network.states(padded([cuts[place] for place in batch]))
            tokens |= {place: states[row, : len(cuts[place])] for row, place in enumerate(batch)}
        found = [tokens[place] for place in range(len(cuts))]
        return normalize(torch.stack([one.mean(dim=0) for one in found]), dim=1), found

    def late(self, questions: list[torch.Tensor], passages: list[torch.Tensor]) -> torch.Tensor:
        """The late-interaction scores, shape (questions, passages); questions come with their marks."""
        bare = [one[QUERY_MARKS:-1] for one in questions]
        asked = self._project(torch.cat(bare))
        lengths = [len(one) for one in passages]
        rows = torch.repeat_interleave(torch.arange(len(passages)), torch.tensor(lengths))
        columns = torch.cat([torch.arange(length) for length in lengths])
        filled = torch.zeros(len(passages), max(lengths), DIMENSION)
        filled = filled.index_put((rows, columns), self._project(torch.cat(passages)))
        absent = torch.ones(len(passages), max(lengths), dtype=torch.bool)
        absent[rows, columns] = False
        similar = (asked @ filled.reshape(-1, DIMENSION).T).view(len(asked), len(passages), -1)
        best = similar.masked_fill(absent[None], -2).amax(dim=2)
        owners = torch.repeat_interleave(torch.arange(len(bare)), torch.tensor([len(one) for one in bare]))
        total = torch.zeros(len(bare), len(passages)).index_add(0, owners, best)
        return total / torch.tensor([[float(len(one))] for one in bare])

    def _project(self, tokens: torch.Tensor) -> torch.Tensor:
        return normalize(normalize(tokens, dim=1) @ self.head, dim=1)


class _Changed(TorchNetwork):
    """The network with what is trained beside each product."""

    def __init__(self, source, factors) -> None:
        super().__init__(source, torch.bfloat16)
        self._factors = factors

    def attention(self, query, key, value, seen) -> torch.Tensor:
        weight = (query @ key.transpose(2, 3)) * query.shape[-1] ** -0.5
        return torch.softmax(weight.masked_fill(~seen, -1e4), dim=-1) @ value

    def product(self, number: int, part: str, state: torch.Tensor) -> torch.Tensor:
        down, up = self._factors[f"{number}_{part}_down"], self._factors[f"{number}_{part}_up"]
        return super().product(number, part, state) + (state @ down.to(state.dtype)) @ up.to(state.dtype)
