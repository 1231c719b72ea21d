"""Vectors that linking asks for, kept by the hash of their text, so that no rebuild encodes a text twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.encoding import Encoder
from search_app.services import stages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_BUSY_SECONDS = 60.0
_AT_ONCE = 500


class KeptVectors:
    """An encoder whose vectors of questions, 1.5 kB each, are kept in a file of a folder; one file per encoder."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        self._path = folder / f"{stages.digest(encoder.name.encode())[:16]}.sqlite"

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        """As the encoder does; the search index keeps these."""
        return self._encoder.encode_documents(texts)

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """As the encoder does: those that are kept, and the others encoded and kept."""
        import numpy as np

        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        with self._opened() as file:
            known = _read(file, list(dict.fromkeys(keys)))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if missing:
                made = np.asarray(self._encoder.encode_queries(list(missing.values())), np.float32)
                fresh = {key: vector.tobytes() for key, vector in zip(missing, made, strict=True)}
                file.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", fresh.items())
                known |= fresh
        found = np.frombuffer(b"".join(known[key] for key in keys), np.float32)
        return found.reshape(len(texts), self.dimension)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as file, file:
            file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
            yield file


def _read(file: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """The vectors of these texts that are kept."""
    found: dict[bytes, bytes] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        places = ",".join("?" * len(part))
        found |= dict(file.execute(f"SELECT text, vector FROM vectors WHERE text IN ({places})", part))
    return found
