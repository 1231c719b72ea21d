"""Vectors of the previous generation for texts that have not changed, so that adding a document embeds only its own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.int8]

_HASHES = "hashes.npy"


def text_hash(text: str) -> int:
    """A 63-bit hash of a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


def read_hashes(folder: Path) -> list[int]:
    """The hash of each unit's text of an index."""
    import numpy as np

    found: list[int] = np.load(folder / _HASHES).tolist()
    return found


def write_hashes(folder: Path, hashes: Sequence[int]) -> None:
    """Keeps the hash of each unit's text beside an index."""
    import numpy as np

    np.save(folder / _HASHES, np.asarray(hashes, np.int64))


class Previous:
    """An index that was built before with the same encoder and version."""

    def __init__(self, folder: Path, *, tokens: bool) -> None:
        from search_app.search.late import TokenIndex
        from search_app.search.vectors import VectorIndex

        self._units = {key: unit for unit, key in enumerate(read_hashes(folder))}
        self._vectors = VectorIndex(folder / "vectors")
        self._tokens = TokenIndex(folder / "late") if tokens else None

    def unit(self, key: int) -> int | None:
        """The unit whose text has that hash."""
        return self._units.get(key)

    def vector(self, unit: int) -> Floats:
        """The unit's vector as the encoder gave it."""
        return self._vectors.raw(unit)

    def tokens(self, unit: int) -> Bytes | None:
        """The unit's token vectors as they are kept."""
        return self._tokens.raw(unit) if self._tokens else None
