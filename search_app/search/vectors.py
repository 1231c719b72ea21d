"""The vector index: half-precision vectors in one memory-mapped file, searched by FAISS.

Up to EXACT_UNITS the search is exact. Larger collections get an inverted file of 8-bit vectors, whose candidates are
scored again with the exact vectors. Under a filter that leaves few items, their vectors are gathered and scored
exactly, which FAISS's own selectors are slower and less exact at.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

EXACT_UNITS = 200_000
_VECTORS = "vectors.npy"
_OWNERS = "owners.npy"
_APPROXIMATE = "approximate.faiss"
_TRAINING = 150_000
_ADDED_AT_ONCE = 50_000
_PROBES = 96
_REFINED = 8
_BACKGROUND = 2_000
_GATHERED = 60_000


def _faiss() -> Any:
    """FAISS, whose stubs lag behind its own signatures."""
    import faiss

    return faiss


class VectorWriter:
    """Writes vectors one batch at a time, so that memory stays bounded."""

    def __init__(self, directory: Path, dimension: int) -> None:
        directory.mkdir(parents=True)
        self._directory = directory
        self._dimension = dimension
        self._raw = (directory / "vectors.raw").open("wb")
        self._owners: list[NDArray[np.int32]] = []
        self.count = 0

    def add(self, vectors: Floats, owners: Iterable[int]) -> None:
        """Adds unit vectors, shape (n, dimension), with the row number of the item each belongs to, ascending."""
        import numpy as np

        self._raw.write(vectors.astype(np.float16).tobytes())
        self._owners.append(np.fromiter(owners, np.int32))
        self.count += len(vectors)

    def close(self) -> None:
        """Finishes the files and, for a large collection, trains and fills the approximate index."""
        import numpy as np

        self._raw.close()
        raw = self._directory / "vectors.raw"
        with (self._directory / _VECTORS).open("wb") as target, raw.open("rb") as source:
            header = {"descr": "<f2", "fortran_order": False, "shape": (self.count, self._dimension)}
            np.lib.format.write_array_header_1_0(target, header)
            while block := source.read(1 << 24):
                target.write(block)
        raw.unlink()
        owners = np.concatenate(self._owners) if self._owners else np.empty(0, np.int32)
        np.save(self._directory / _OWNERS, owners)
        if self.count > EXACT_UNITS:
            _write_approximate(self._directory)


def _write_approximate(directory: Path) -> None:
    import numpy as np

    faiss = _faiss()
    vectors = np.load(directory / _VECTORS, mmap_mode="r")
    count, dimension = vectors.shape
    lists = 1 << max(8, int(np.log2(4 * np.sqrt(count))))
    quantizer = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter = 8
    sample = np.sort(np.random.default_rng(0).choice(count, min(count, _TRAINING), replace=False))
    index.train(vectors[sample].astype(np.float32))
    for start in range(0, count, _ADDED_AT_ONCE):
        index.add(vectors[start : start + _ADDED_AT_ONCE].astype(np.float32))
    faiss.write_index(index, str(directory / _APPROXIMATE))


class VectorIndex:
    """Opens what `VectorWriter` wrote, by memory-mapping."""

    def __init__(self, directory: Path) -> None:
        import numpy as np

        self._vectors = np.load(directory / _VECTORS, mmap_mode="r")
        self._owners = np.load(directory / _OWNERS, mmap_mode="r")
        self.units: int = len(self._owners)
        step = max(1, self.units // _BACKGROUND)
        self._background = self._vectors[::step].astype(np.float32)
        self._index = self._open(directory / _APPROXIMATE)

    def _open(self, approximate: Path) -> Any:
        import numpy as np

        faiss = _faiss()
        if approximate.is_file():
            index = faiss.read_index(str(approximate), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
            index.nprobe = _PROBES
            return index
        index = faiss.IndexFlatIP(self._vectors.shape[1])
        index.add(self._vectors[:].astype(np.float32))
        return index

    def spread(self, query: Floats) -> tuple[float, float]:
        """Mean and standard deviation of the query's similarity to an even sample of all units."""
        if not len(self._background):
            return 0.0, 1.0
        similarities = self._background @ query
        return float(similarities.mean()), float(similarities.std()) or 1.0

    def search(self, query: Floats, rows: Ints | None, limit: int) -> Ints:
        """Row numbers of the items with the most similar units, best first, among `rows` (sorted) or all."""
        import numpy as np

        if not self.units or (rows is not None and not len(rows)):
            return np.empty(0, np.int64)
        if rows is not None and len(rows) <= _GATHERED:
            scores, _ = self.best(query, rows)
            return rows[np.argsort(-scores, kind="stable")[:limit]]
        found = self._candidates(query, rows, min(4 * limit, self.units))
        return np.asarray(list(dict.fromkeys(self._owners[found].tolist()))[:limit], np.int64)

    def _candidates(self, query: Floats, rows: Ints | None, limit: int) -> Ints:
        """Units by exact similarity, best first."""
        import numpy as np

        faiss = _faiss()
        exact = isinstance(self._index, faiss.IndexFlatIP)
        parameters = None
        if rows is not None:
            mask = np.packbits(np.isin(self._owners, rows), bitorder="little")
            selector = faiss.IDSelectorBitmap(mask)
            parameters = (
                faiss.SearchParameters(sel=selector)
                if exact
                else faiss.SearchParametersIVF(sel=selector, nprobe=_PROBES)
            )
        wanted = limit if exact else min(_REFINED * limit, 4_000)
        _, units = self._index.search(query[None], wanted, params=parameters)
        found = units[0][units[0] >= 0]
        if exact:
            return np.asarray(found, np.int64)
        scores = self._gather(np.sort(found)) @ query
        return np.sort(found)[np.argsort(-scores, kind="stable")[:limit]]

    def _gather(self, units: Ints) -> Floats:
        import numpy as np

        return np.asarray(self._vectors[units], np.float32)

    def best(self, query: Floats, rows: Ints) -> tuple[Floats, Ints]:
        """For each item its highest similarity to the query, and which of its units (from 0) has it."""
        import numpy as np

        starts = np.searchsorted(self._owners, rows)
        ends = np.searchsorted(self._owners, rows, side="right")
        counts = ends - starts
        offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
        units = np.repeat(starts - offsets, counts) + np.arange(counts.sum())
        scores = self._gather(units) @ query
        best = np.maximum.reduceat(scores, offsets)
        which = np.asarray([int(np.argmax(scores[o : o + n])) for o, n in zip(offsets, counts, strict=True)], np.int64)
        return best, which

    def vector(self, row: int) -> Floats:
        """The vector of an item's first unit, which is the whole item."""
        import numpy as np

        return np.asarray(self._vectors[np.searchsorted(self._owners, row)], np.float32)
