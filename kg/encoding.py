"""What mapping and search expect of a sentence encoder, and what it expects of a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into unit vectors, with one role for questions and one for what is searched."""

    @property
    def name(self) -> str:
        """The encoder's name with its version, as written into manifests."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape (number of texts, dimension), each of length 1."""

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of what is searched, shape (number of texts, dimension), each of length 1."""


def clean(text: str) -> str:
    """Text as models expect it: composed umlauts, no NUL, never empty."""
    return unicodedata.normalize("NFC", text).replace("\x00", " ").strip() or "-"
