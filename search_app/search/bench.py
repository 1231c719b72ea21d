"""`insek bench search`: building, opening, asking and changing an index of many synthetic items, in one run.

Items are sentences of made-up plans, phrases of planning, numbers and places. A million texts take a day to encode, so
their vectors are **not** an encoder's: they are sums of random vectors of their words, as long as those of the built-in
encoder. Texts with common words are near each other, and what is measured is the index, not the model; late
interaction, for which the model is needed, is left out. Such vectors are harder to search approximately than those of
an encoder, since a question of one word lies between all lists. Peers: exact search in numpy over all vectors, and
txtai (hybrid, FAISS and BM25), where it is installed, over the same texts and vectors. Seconds of queries and of
encoding are of the processor: other work disturbs them less, and several threads do not hide what a query costs.
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
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kg.benchmarks import corpus
from kg.encoding import Encoder
from kg.model import Entry, Kind, Measure, Municipality
from search_app.search import catalog_file, index
from search_app.search.analysis import fold
from search_app.search.catalog_file import Change
from search_app.search.engine import Engine
from search_app.search.filters import Filters
from search_app.search.late import late_encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

_TOWNS = 400
_ITEMS_OF_A_TOWN = 2_500
_ITEMS_OF_A_DOCUMENT = 460
_QUERIES = 30
_STATES = 16
_NARROW = Filters(municipalities=("00000001",))
_WIDE = Filters(states=("Land 1",))
_PEER_SAMPLE = 160_000
T = TypeVar("T")
Figure = str | int | float


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
    """Measures of made-up towns: sentences and phrases of planning joined at random, one town after the other."""
    chance = random.Random(seed)
    phrases = index.pairs()
    towns = min(_TOWNS, max(2, count // _ITEMS_OF_A_TOWN))
    for number in range(count):
        yield _entry(number, number * towns // count, chance, phrases)


def _entry(number: int, place: int, chance: random.Random, phrases: Sequence[tuple[str, str]]) -> Entry:
    town = Municipality(
        f"{place:08d}", f"Musterstadt {place}", f"Land {place % _STATES}", population=1_000 * (place + 1)
    )
    (_, phrase), (everyday, aim) = chance.choice(phrases), chance.choice(phrases)
    label, description = corpus.measure(chance)
    item = Measure(
        id=f"measure-{number:012x}",
        plan_id=f"plan-{place:012x}",
        label=f"{phrase} ({label})",
        description=f"{aim}, {everyday}; Bauabschnitt {chance.randrange(100_000)}. {description.partition('. ')[0]}",
    )
    return Entry(item, Kind.MEASURE, town, "Musterplan", f"document-{place:012x}")


def bench_search(items: int, encoder: Encoder, peer_items: int = 0) -> Iterator[tuple[str, Figure]]:
    """Runs the benchmark in a temporary folder; the name and value of each figure, as they come.

    - `filtered_p95_seconds`: 95th percentile of a hybrid query, half of them in one town, half in one of 16 Länder;
      `filtered_by_encoding`: that by the median time that `encoder` takes for what a search asks of it, which is the
      token vectors too where it has these; `all_p95_seconds`: without a filter
    - `recall`, `recall_in_a_land`: recall@10 of the dense candidates against exact search
    - `added_seconds`: adding one document of 460 measures to the finished index
    - `numpy_by_ours`: time of exact dense search in numpy by that of dense search alone
    - `txtai_by_ours`: time of txtai's hybrid query by ours without a filter, both over at most `peer_items` items; none
      where that is 0 or txtai is not installed
    """
    words = WordEncoder()
    questions = [question for question, _ in index.pairs()[:_QUERIES]]
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder, "index")
        yield "items", items
        yield "vectors", "sums of random word vectors, not of a model"
        yield "build_seconds", round(_timed(_write, directory, items, words)[1], 1)
        yield "peak_megabytes", round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        yield "disk_megabytes", round(_size(directory))
        engine, opened = _timed(Engine, directory, words)
        yield "open_seconds", round(opened, 2)
        yield from _latencies(engine, questions, encoder)
        recall, by_numpy = _against_exact(engine, questions, None)
        yield "recall", round(recall, 4)
        yield "recall_in_a_land", round(_against_exact(engine, questions, engine.catalog.rows(_WIDE))[0], 4)
        yield "numpy_by_ours", round(by_numpy, 2)
        yield "added_seconds", round(_added(directory, Path(folder, "added"), items, words), 2)
        if peer_items and importlib.util.find_spec("txtai"):
            alike = min(items, peer_items)
            if alike < items:
                _write(Path(folder, "alike"), alike, words)
                engine = Engine(Path(folder, "alike"), words)
            yield "txtai_items", alike
            yield "txtai_by_ours", round(_against_txtai(alike, engine, questions), 2)


def _latencies(engine: Engine, questions: Sequence[str], encoder: Encoder) -> Iterator[tuple[str, Figure]]:
    filtered = _p95([*_asked(engine, questions, _NARROW), *_asked(engine, questions, _WIDE)])
    late = late_encoder(encoder.name)
    encode: Callable[[list[str]], object] = late.queries if late else encoder.encode_queries
    encode(["Stadt"])
    encoding = statistics.median(_worked(encode, [text])[1] for text in questions)
    yield "filtered_p95_seconds", round(filtered, 4)
    yield "all_p95_seconds", round(_p95(_asked(engine, questions, Filters())), 4)
    yield "encoding_seconds", round(encoding, 4)
    yield "filtered_by_encoding", round(filtered / encoding, 2)


def _write(directory: Path, items: int, encoder: Encoder) -> None:
    """Catalogue and index, as a build writes them: each reads the entries for itself."""
    directory.mkdir()
    catalog_file.write(directory, synthetic(items))
    index.build(directory, synthetic(items), encoder)


def _asked(engine: Engine, questions: Sequence[str], filters: Filters) -> list[float]:
    """Seconds of each question under a filter, after one that warms up."""
    engine.search("Stadt", filters)
    return [_worked(engine.search, text, filters)[1] for text in questions]


def _p95(seconds: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def _size(directory: Path) -> float:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6


def _added(before: Path, after: Path, items: int, encoder: Encoder) -> float:
    """Seconds of adding one document to the index in `before`, as publishing it does; the new one is in `after`."""
    chance, phrases = random.Random(items), index.pairs()
    entries = [_entry(items + number, _TOWNS, chance, phrases) for number in range(_ITEMS_OF_A_DOCUMENT)]
    after.mkdir()
    change = Change(before)
    began = time.perf_counter()
    catalog_file.write(after, entries, change=change)
    index.build(after, entries, encoder, before, change=change)
    seconds = time.perf_counter() - began
    assert Engine(after, encoder).catalog.size == items + len(entries)
    return seconds


def _timed(call: Callable[..., T], *values: object) -> tuple[T, float]:
    started = time.perf_counter()
    return call(*values), time.perf_counter() - started


def _worked(call: Callable[..., T], *values: object) -> tuple[T, float]:
    started = time.process_time()
    return call(*values), time.process_time() - started


def _against_exact(engine: Engine, questions: Sequence[str], among: NDArray[np.uint32] | None) -> tuple[float, float]:
    """Recall@10 of the dense list, of all or among some items, against a numpy product with all their vectors, and
    the time that takes by ours.
    """
    import numpy as np

    rows = None if among is None else among.astype(np.int64)
    vectors = engine.vectors.all() if rows is None else engine.vectors.of_rows(rows)[2]
    found, ours, theirs = 0, 0.0, 0.0
    for text in questions:
        vector = engine.meaning.asked(engine.read(text).text).vectors[0]
        near, seconds = _worked(engine.vectors.search, vector, rows, 10)
        ours += seconds
        best, seconds = _worked(_best, vectors, vector)
        theirs += seconds
        found += int((engine.vectors.best(vector, np.sort(near)) >= best.min() - 1e-3).sum())
    return found / (10 * len(questions)), theirs / ours


def _best(vectors: Floats, vector: Floats) -> Floats:
    """The ten highest similarities."""
    import numpy as np

    scores = vectors @ vector
    return np.asarray(np.partition(scores, -10)[-10:], np.float32)


def _against_txtai(items: int, engine: Engine, questions: Sequence[str]) -> float:
    from txtai import Embeddings

    words = WordEncoder()
    # Its index is trained on a sample, as its manual advises for more than a million rows: on all it takes hours.
    peer = Embeddings(
        method="external",
        transform=lambda texts: words.encode_queries(texts),
        hybrid=True,
        content=False,
        faiss={"sample": min(1.0, _PEER_SAMPLE / items)},
    )
    peer.index(
        (number, f"{entry.item.label}. {entry.item.description}") for number, entry in enumerate(synthetic(items))
    )
    theirs = sum(_worked(peer.search, text, 10)[1] for text in questions)
    ours = sum(_worked(engine.search, text, None, 10)[1] for text in questions)
    return theirs / ours
