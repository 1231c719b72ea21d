"""How fast texts are encoded, in every way that gives the vectors of the built-in encoder, as ratios in one run."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kg.benchmarks.corpus import plan
from search_app.search.e5 import E5Encoder
from search_app.search.late import LateEncoder

_REPEATS = 3


@dataclass(frozen=True, slots=True)
class EncodingSpeed:
    """A way to encode: texts a second, how many times as fast as the first way, and the least cosine to its vectors."""

    way: str
    per_second: float
    ratio: float
    cosine: float


def bench_encoding(texts: int = 256) -> tuple[EncodingSpeed, ...]:
    """The engine text by text, the engine with all texts at once, and the model with token vectors, which builds use.

    Texts are rows of made-up plans of mixed length. The median of three runs, the ways in turn, so that what else the
    machine does weighs on all alike.
    """
    import numpy as np

    chosen = _texts(texts)
    engine, late = E5Encoder(), LateEncoder()
    ways: dict[str, Callable[[], object]] = {
        "engine, one text at a time": partial(_one_by_one, engine, chosen),
        "engine, all at once": lambda: engine.encode_documents(chosen),
        "with token vectors, batched by length": lambda: late.documents(chosen)[0],
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    vectors: dict[str, object] = {}
    for _ in range(_REPEATS):
        for way, work in ways.items():
            began = time.perf_counter()
            vectors[way] = work()
            seconds[way].append(time.perf_counter() - began)
    took = {way: statistics.median(found) for way, found in seconds.items()}
    first = next(iter(ways))
    reference = np.asarray(vectors[first])
    return tuple(
        EncodingSpeed(
            way,
            round(len(chosen) / took[way], 1),
            round(took[first] / took[way], 2),
            round(float((np.asarray(vectors[way]) * reference).sum(axis=1).min()), 4),
        )
        for way in ways
    )


def _one_by_one(engine: E5Encoder, texts: Sequence[str]) -> object:
    import numpy as np

    return np.concatenate([engine.encode_documents([text]) for text in texts])


def _texts(count: int) -> list[str]:
    """Cells of made-up measures: a label alone, or label and description."""
    rows = [line.split(" | ") for line in plan("Musterstadt", count, "0").splitlines() if line.startswith("| ")][1:]
    chance = random.Random(0)
    return [cells[1] if chance.random() < 0.5 else f"{cells[1]}. {cells[2]}" for cells in rows][:count]
