"""`insek bench search`: building, opening and asking an index of many synthetic items, as ratios in one run.

Items are made of phrases of planning, numbers and places, so that words are spread as in real plans. Their vectors are
sums of random vectors of their words, as long as those of the built-in encoder: texts with common words are near each
other, and the index is measured, not the model. Peers: exact search in numpy, and txtai where it is installed.
"""

from __future__ import annotations

import importlib.util
import random
import resource
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kg.encoding import Encoder
from kg.model import Entry, Kind, Measure, Municipality
from search_app.search import catalog_file, index
from search_app.search.analysis import fold
from search_app.search.engine import Engine
from search_app.search.filters import Filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_TOWNS = 400
_ITEMS_OF_A_TOWN = 2_500
_QUERIES = 30
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SearchBench:
    """Seconds, megabytes and ratios. `txtai_ratio` is txtai's time by ours for a dense query, None without txtai.

    `filtered_by_encoding` is the 95th percentile of a hybrid query in one town by the median time that the given
    encoder takes for the query's vector; `recall` is recall@10 of the dense candidates against exact search.
    """

    items: int
    build_seconds: float
    peak_megabytes: float
    open_seconds: float
    filtered_p95_seconds: float
    encoding_seconds: float
    filtered_by_encoding: float
    recall: float
    numpy_by_ours: float
    txtai_by_ours: float | None


class WordEncoder:
    """Vectors of texts as sums of random vectors of their words, so that a million cost little."""

    name = "bench:words-1"
    dimension = 384

    def __init__(self) -> None:
        self._word = lru_cache(maxsize=100_000)(self._of_word)

    def _of_word(self, word: str) -> Floats:
        import numpy as np

        return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(self.dimension, np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (n, 384)."""
        import numpy as np

        vectors = [sum(map(self._word, fold(text).split()), np.zeros(self.dimension, np.float32)) for text in texts]
        found = np.stack(vectors) if vectors else np.empty((0, self.dimension), np.float32)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), np.float32)

    encode_documents = encode_queries


def synthetic(count: int, seed: int = 0) -> Iterator[Entry]:
    """Measures of made-up towns: phrases of planning joined at random, one town after the other."""
    chance = random.Random(seed)
    phrases = index.pairs()
    towns = min(_TOWNS, max(2, count // _ITEMS_OF_A_TOWN))
    for number in range(count):
        place = number * towns // count
        town = Municipality(
            f"{place:08d}", f"Musterstadt {place}", f"Land {place % 16}", population=1_000 * (place + 1)
        )
        (_, first), (everyday, second) = chance.choice(phrases), chance.choice(phrases)
        item = Measure(
            id=f"measure-{number:012x}",
            plan_id=f"plan-{place:012x}",
            label=f"{first} im Bereich {chance.randrange(10_000)}",
            description=f"{second}; {everyday}, Bauabschnitt {chance.randrange(100_000)}",
        )
        yield Entry(item, Kind.MEASURE, town, "Musterplan", f"document-{place:012x}")


def bench_search(items: int, encoder: Encoder) -> SearchBench:
    """Runs the benchmark in a temporary folder. `encoder` is the one whose time a query is compared with."""
    words = WordEncoder()
    questions = [question for question, _ in index.pairs()[:_QUERIES]]
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        started = time.perf_counter()
        catalog_file.write(directory, synthetic(items))
        index.build(directory, synthetic(items), words)
        built = time.perf_counter() - started
        engine, opened = _timed(Engine, directory, words)
        narrow = Filters(municipalities=("00000001",))
        engine.search(questions[0], narrow)
        filtered = sorted(_timed(engine.search, text, narrow)[1] for text in questions)
        encoding = statistics.median(_timed(encoder.encode_queries, [text])[1] for text in questions)
        recall, by_numpy = _against_exact(engine, questions)
        p95 = filtered[int(0.95 * (len(filtered) - 1))]
        return SearchBench(
            items=items,
            build_seconds=round(built, 1),
            peak_megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            open_seconds=round(opened, 2),
            filtered_p95_seconds=round(p95, 4),
            encoding_seconds=round(encoding, 4),
            filtered_by_encoding=round(p95 / encoding, 2),
            recall=round(recall, 4),
            numpy_by_ours=round(by_numpy, 2),
            txtai_by_ours=_against_txtai(items, engine, questions),
        )


def _timed(call: Callable[..., T], *values: object) -> tuple[T, float]:
    started = time.perf_counter()
    return call(*values), time.perf_counter() - started


def _against_exact(engine: Engine, questions: list[str]) -> tuple[float, float]:
    """Recall@10 of the dense list against a numpy product with all vectors, and the time that takes by ours."""
    import numpy as np

    vectors = engine.vectors.all()

    def exact(vector: Floats) -> Floats:
        scores = vectors @ vector
        best = np.argpartition(-scores, 10)[:10]
        return np.asarray(scores[best], np.float32)

    found, ours, theirs = 0, 0.0, 0.0
    for text in questions:
        vector = engine.asked(engine.read(text).text).vector
        near, seconds = _timed(engine.vectors.search, vector, None, 10)
        ours += seconds
        best, seconds = _timed(exact, vector)
        theirs += seconds
        found += int((engine.vectors.best(vector, np.sort(near)) >= best.min() - 1e-3).sum())
    return found / (10 * len(questions)), theirs / ours


def _against_txtai(items: int, engine: Engine, questions: list[str]) -> float | None:
    if importlib.util.find_spec("txtai") is None:
        return None
    from txtai import Embeddings

    words = WordEncoder()
    peer = Embeddings(
        method="external", transform=lambda texts: words.encode_queries(texts), hybrid=True, content=False
    )
    peer.index(
        (number, f"{entry.item.label}. {entry.item.description}") for number, entry in enumerate(synthetic(items))
    )
    theirs = sum(_timed(peer.search, text, 10)[1] for text in questions)
    ours = sum(_timed(engine.search, text, None, 10)[1] for text in questions)
    return round(theirs / ours, 2)


def as_record(result: SearchBench) -> dict[str, object]:
    """The figures as JSON takes them."""
    return asdict(result)
