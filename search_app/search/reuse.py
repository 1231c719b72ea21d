"""Vectors of the previous generation for texts that have not changed, so that adding a document embeds only its own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.int8]

HASHES = "hashes.npy"
"""The file beside an index that holds the hash of each unit's text."""


def text_hash(text: str) -> int:
    """A 63-bit hash of a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


class Previous:
    """An index that was built before with the same encoder and version."""

    def __init__(self, folder: Path, *, tokens: bool) -> None:
        import numpy as np

        from search_app.search.late import TokenIndex
        from search_app.search.vectors import VectorIndex

        hashes = np.load(folder / HASHES)
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]
        self._vectors = VectorIndex(folder / "vectors")
        self._tokens = TokenIndex(folder / "late") if tokens else None

    def unit(self, key: int) -> int | None:
        """The unit whose text has that hash."""
        place = int(self._hashes.searchsorted(key))
        return int(self._order[place]) if place < len(self._hashes) and self._hashes[place] == key else None

    def vector(self, unit: int) -> Floats:
        """The unit's vector as the encoder gave it."""
        return self._vectors.raw(unit)

    def tokens(self, unit: int) -> Bytes | None:
        """The unit's token vectors as they are kept."""
        return self._tokens.raw(unit) if self._tokens else None
