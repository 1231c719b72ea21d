"""The vector index: half-precision vectors in one memory-mapped file, searched by FAISS.

Up to EXACT_UNITS the search is exact. Larger collections get an inverted file of 8-bit vectors, of whose lists a
quarter, and no fewer than 512, are looked through: a question of one word lies between all lists. Recall@10 against
exact search over sums of word vectors (`insek bench search`) was .98 of 50,000, .99 of 250,000 and .99 of a million;
with an eighth of the lists .97 of a million. Under a filter that leaves few items, their vectors are gathered and
scored exactly, which FAISS's own selectors are slower and less exact at; under one that leaves more, twice as many
lists are looked through (recall@10 .998 within a sixteenth of a million).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg.errors import EngineError
from search_app.search.arrays import ArrayWriter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

EXACT_UNITS = 20_000
_VECTORS = "vectors.npy"
_OWNERS = "owners.npy"
_MEANS = "means.npy"
_APPROXIMATE = "approximate.faiss"
_TRAINING = 40
_ADDED_AT_ONCE = 50_000
_SHARE_OF_LISTS = 0.25
_FEWEST_LISTS = 512
_BACKGROUND = 2_000
_GATHERED = 10_000


def _faiss() -> Any:
    """FAISS, whose stubs lag behind its own signatures."""
    import faiss

    return faiss


class VectorWriter:
    """Writes vectors one batch at a time, so that memory stays bounded, after those of a previous index, if given."""

    def __init__(self, directory: Path, dimension: int, previous: Path | None = None) -> None:
        import numpy as np

        directory.mkdir(parents=True)
        self._directory = directory
        self._previous = previous
        self._vectors = ArrayWriter(directory / _VECTORS, "<f2", dimension, previous and previous / _VECTORS)
        self._owners = ArrayWriter(directory / _OWNERS, "<i4", None, previous and previous / _OWNERS)
        self._sum = np.zeros(dimension)
        if previous:
            self._sum += np.load(previous / _MEANS)[0] * self.count

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return self._vectors.count

    def add(self, vectors: Floats, owners: Iterable[int]) -> None:
        """Adds unit vectors, shape (n, dimension), with the row number of the item each belongs to, ascending."""
        import numpy as np

        self._vectors.add(vectors)
        self._owners.add(np.fromiter(owners, np.int32))
        self._sum += vectors.sum(axis=0, dtype=np.float64)

    def close(self, query_mean: Floats | None = None) -> None:
        """Finishes the files and, for a large collection, trains and fills the approximate index.

        Vectors are compared relative to their mean, and questions relative to `query_mean`, the mean of typical
        questions: the common direction of all texts says nothing and hides what differs.
        """
        import numpy as np

        self._vectors.close()
        self._owners.close()
        trained = self._previous if self._previous and (self._previous / _APPROXIMATE).is_file() else None
        mean = (self._sum / max(1, self.count)).astype(np.float32)
        asked = mean if query_mean is None else query_mean
        means = np.load(trained / _MEANS) if trained else np.stack([mean, asked]).astype(np.float32)
        np.save(self._directory / _MEANS, means)
        if trained:
            _extend_approximate(trained, self._directory)
        elif self.count > EXACT_UNITS:
            _write_approximate(self._directory)


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Vectors relative to a mean, of length 1 again."""
    import numpy as np

    moved = np.asarray(vectors, np.float32) - mean
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-6), np.float32)


def _write_approximate(directory: Path) -> None:
    import numpy as np

    faiss = _faiss()
    vectors = np.load(directory / _VECTORS, mmap_mode="r")
    mean = np.load(directory / _MEANS)[0]
    count, dimension = vectors.shape
    lists = 1 << int(np.log2(4 * np.sqrt(count)))
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter = 8
    sample = np.sort(np.random.default_rng(0).choice(count, min(count, _TRAINING * lists), replace=False))
    index.train(centred(vectors[sample], mean))
    _fill(index, directory)


def _extend_approximate(previous: Path, directory: Path) -> None:
    """The previous index with the vectors that came, in the lists that it was trained for."""
    _fill(_faiss().read_index(str(previous / _APPROXIMATE)), directory)


def _fill(index: Any, directory: Path) -> None:
    import numpy as np

    vectors = np.load(directory / _VECTORS, mmap_mode="r")
    mean = np.load(directory / _MEANS)[0]
    for start in range(index.ntotal, len(vectors), _ADDED_AT_ONCE):
        index.add(centred(vectors[start : start + _ADDED_AT_ONCE], mean))
    _faiss().write_index(index, str(directory / _APPROXIMATE))


class Candidates(Protocol):
    """Searches vectors elsewhere, such as a collection of Milvus."""

    def search(self, query: Floats, rows: Ints | None, limit: int) -> Ints:
        """The units most similar to the query, best first, among those of `rows` or all."""


class VectorIndex:
    """Opens what `VectorWriter` wrote, by memory-mapping.

    `elsewhere` searches for candidates instead of FAISS; they are scored with the vectors here all the same. Once it
    fails, which is logged, FAISS takes over.
    """

    def __init__(self, directory: Path, elsewhere: Candidates | None = None) -> None:
        import numpy as np

        self._elsewhere = elsewhere
        self._vectors = np.load(directory / _VECTORS, mmap_mode="r")
        self._owners = np.load(directory / _OWNERS, mmap_mode="r")
        self._mean, self._query_mean = np.load(directory / _MEANS)
        self.units: int = len(self._owners)
        step = max(1, self.units // _BACKGROUND)
        self._background = centred(self._vectors[::step], self._mean)
        self._approximate = directory / _APPROXIMATE
        if not elsewhere:
            _ = self._index

    @cached_property
    def _index(self) -> Any:
        faiss = _faiss()
        if self._approximate.is_file():
            return faiss.read_index(str(self._approximate), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        index = faiss.IndexFlatIP(self._vectors.shape[1])
        index.add(self.all())
        return index

    def query(self, vector: Floats) -> Floats:
        """A question's vector relative to the mean question, as the other methods take it."""
        return centred(vector, self._query_mean)

    def spreads(self, queries: Floats) -> tuple[Floats, Floats]:
        """Means and standard deviations, shape (n,), of the similarity of queries, shape (n, dimension), to an even
        sample of all units."""
        import numpy as np

        if not len(self._background):
            return np.zeros(len(queries), np.float32), np.ones(len(queries), np.float32)
        similarities = queries @ self._background.T
        deviations = similarities.std(axis=1)
        return similarities.mean(axis=1), np.where(deviations > 0, deviations, 1.0)

    def search(self, query: Floats, rows: Ints | None, limit: int) -> Ints:
        """Row numbers of the items with the most similar units, best first, among `rows` (sorted) or all."""
        import numpy as np

        if not self.units or (rows is not None and not len(rows)):
            return np.empty(0, np.int64)
        if rows is not None and len(rows) <= _GATHERED and not self._elsewhere:
            scores = self.best(query, rows)
            return rows[np.argsort(-scores, kind="stable")[:limit]]
        found = self._candidates(query, rows, min(4 * limit, self.units))
        return np.asarray(list(dict.fromkeys(self._owners[found].tolist()))[:limit], np.int64)

    def _candidates(self, query: Floats, rows: Ints | None, limit: int) -> Ints:
        """Units by similarity, best first."""
        import numpy as np

        if self._elsewhere:
            try:
                return self._elsewhere.search(query, rows, limit)
            except EngineError as error:
                error.log()
                self._elsewhere = None
        allowed = None if rows is None else self._units_among(rows)
        _, units = self._index.search(query[None], limit, params=self._parameters(allowed))
        return np.asarray(units[0][units[0] >= 0], np.int64)

    def _parameters(self, allowed: NDArray[np.bool_] | None) -> Any:
        """What FAISS is told of a search: the units that are allowed, and how many lists to look through."""
        import numpy as np

        faiss = _faiss()
        selector = None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if isinstance(self._index, faiss.IndexFlatIP):
            return faiss.SearchParameters(sel=selector)
        lists = self._index.nlist
        probed = max(_FEWEST_LISTS, math.ceil(_SHARE_OF_LISTS * lists)) * (1 if allowed is None else 2)
        return faiss.SearchParametersIVF(sel=selector, nprobe=min(lists, probed))

    def _units_among(self, rows: Ints) -> NDArray[np.bool_]:
        """For each unit whether it belongs to one of these items."""
        import numpy as np

        wanted = np.zeros(int(self._owners[-1]) + 1, np.bool_)
        wanted[rows[: np.searchsorted(rows, len(wanted))]] = True
        return np.asarray(wanted[self._owners])

    def _gather(self, units: Ints) -> Floats:
        return centred(self._vectors[units], self._mean)

    def units_of(self, rows: Ints) -> tuple[Ints, Ints]:
        """The units of these items, one item after the other, and where each item's units begin among them."""
        import numpy as np

        starts = np.searchsorted(self._owners, rows)
        counts = np.searchsorted(self._owners, rows, side="right") - starts
        offsets = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        return np.repeat(starts - offsets, counts) + np.arange(counts.sum()), offsets

    def best(self, query: Floats, rows: Ints) -> Floats:
        """For each item the highest similarity of one of its units to the query."""
        import numpy as np

        return np.asarray(self.best_of_each(query[None], rows)[0], np.float32)

    def best_of_each(self, queries: Floats, rows: Ints) -> Floats:
        """The same for several queries, shape (queries, rows)."""
        import numpy as np

        units, offsets = self.units_of(rows)
        return np.asarray(np.maximum.reduceat(self._similarities(queries, units), offsets, axis=1), np.float32)

    def _similarities(self, queries: Floats, units: Ints) -> Floats:
        """Cosines of queries and units relative to the mean, without making the units' vectors relative one by one."""
        import numpy as np

        vectors, mean = self._vectors[units].astype(np.float32), self._mean
        lengths = np.einsum("ij,ij->i", vectors, vectors) - 2 * (vectors @ mean) + mean @ mean
        moved = queries @ vectors.T - (queries @ mean)[:, None]
        return np.asarray(moved / np.sqrt(np.maximum(lengths, 1e-12)), np.float32)

    def unit(self, row: int) -> int:
        """The number of an item's first unit."""
        import numpy as np

        return int(np.searchsorted(self._owners, row))

    def firsts(self, rows: Ints) -> Floats:
        """The vectors of the items' first units, which begin with their labels, shape (rows, dimension)."""
        import numpy as np

        return self._gather(np.searchsorted(self._owners, rows))

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._vectors.shape[1])

    def of_rows(self, rows: Ints) -> tuple[Ints, Ints, Floats]:
        """The units of these items (sorted), the item of each, and their vectors as the other methods compare them."""
        units, _ = self.units_of(rows)
        return units, self._owners[units].astype("int64"), self._gather(units)

    def all(self) -> Floats:
        """All vectors in memory, as the other methods compare them."""
        return centred(self._vectors[:], self._mean)

    def raw(self, unit: int) -> Floats:
        """A unit's vector as the encoder gave it."""
        import numpy as np

        return np.asarray(self._vectors[unit], np.float32)
