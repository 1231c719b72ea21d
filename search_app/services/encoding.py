"""How fast texts are encoded, every way through the weights of the built-in encoder, as ratios in one run."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kg.benchmarks.corpus import plan
from search_app.search import e5
from search_app.search.late import LateEncoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from search_app.search.e5_model import Forward

    Floats = NDArray[np.float32]

_REPEATS = 3
_BUILDS = "as builds do, with adapter and token vectors"


@dataclass(frozen=True, slots=True)
class EncodingSpeed:
    """A way to encode: texts a second, how many times as fast as the first way, and the least cosine to its vectors.

    What builds do has no such cosine: the adapter for search changes the vectors on purpose.
    """

    way: str
    per_second: float
    ratio: float
    cosine: float | None


def bench_encoding(texts: int = 256) -> tuple[EncodingSpeed, ...]:
    """The engine, the network in numpy and in torch, and what builds do: the fastest of them, with token vectors.

    Texts are rows of made-up plans of mixed length. The median of three runs, the ways in turn, so that what else the
    machine does weighs on all alike.
    """
    import numpy as np

    chosen = _texts(texts)
    ways = _ways(chosen)
    seconds: dict[str, list[float]] = {}
    vectors: dict[str, Floats] = {}
    for _ in range(_REPEATS):
        for way, work in ways.items():
            began = time.perf_counter()
            vectors[way] = work()
            seconds.setdefault(way, []).append(time.perf_counter() - began)
    took = {way: statistics.median(found) for way, found in seconds.items()}
    first = next(iter(took))
    return tuple(
        EncodingSpeed(
            way,
            round(len(chosen) / taken, 1),
            round(took[first] / taken, 2),
            None if way == _BUILDS else round(float(np.asarray(vectors[way] * vectors[first]).sum(axis=1).min()), 4),
        )
        for way, taken in took.items()
    )


def _ways(texts: Sequence[str]) -> dict[str, Callable[[], Floats]]:
    """What gives the sentence vectors of these texts, shape (n, 384), by its name."""
    import numpy as np
    import torch

    from search_app.search.e5_model import model, pooled
    from search_app.search.e5_torch import TorchNetwork, has_bfloat16

    def engine(some: Sequence[str]) -> Floats:
        return np.asarray(e5.engine().encode(list(some), is_query=False), np.float32)

    def through(network: Forward) -> Floats:
        return np.stack([pooled(tokens) for tokens in model().encode(e5.DOCUMENT_PREFIX, texts, network)])

    late, network = LateEncoder(), model().network
    kinds = {"float32": torch.float32} | ({"bfloat16": torch.bfloat16} if has_bfloat16() else {})
    return {
        "engine, one text at a time": lambda: np.concatenate([engine([text]) for text in texts]),
        "engine, all at once": lambda: engine(texts),
        "network in numpy, batched by length": lambda: through(network),
        **{f"network in torch, {name}": partial(through, TorchNetwork(network, kind)) for name, kind in kinds.items()},
        _BUILDS: lambda: late.documents(texts)[0],
    }


def _texts(count: int) -> list[str]:
    """Cells of made-up measures: a label alone, or label and description."""
    rows = [line.split(" | ") for line in plan("Musterstadt", count, "0").splitlines() if line.startswith("| ")][1:]
    chance = random.Random(0)
    return [cells[1] if chance.random() < 0.5 else f"{cells[1]}. {cells[2]}" for cells in rows][:count]
