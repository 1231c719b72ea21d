"""What search adds to the weights of multilingual-e5-small: low-rank changes of its matrices, and a head.

They were trained on own texts of measures with questions in everyday words (tests/quality/retrieval/train_adapter.py),
so that a question finds what answers it though they share no word. What that brings is in docs/search.md. Links to
concepts (`kg.mapping`) use the model as it is.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_FILE = "e5_adapter.npz"


class Adapter:
    """The changes by layer and part, each the product of two narrow matrices, and the head, shape (384, 128).

    `name` is made of its bytes, so that an index is never used with another one.
    """

    def __init__(self, name: str, arrays: dict[str, Floats]) -> None:
        self.name, self._arrays = name, arrays
        self.head = arrays["head"]

    def change(self, layer: int, part: str) -> Floats:
        """What is added to a matrix of a layer, shape (inputs, outputs)."""
        return self._arrays[f"{layer}.{part}.down"] @ self._arrays[f"{layer}.{part}.up"]


@lru_cache(maxsize=1)
def adapter() -> Adapter:
    """The bundled adapter, loaded once."""
    import numpy as np

    content = resources.files(__package__).joinpath(_FILE).read_bytes()
    with np.load(io.BytesIO(content)) as kept:
        arrays = {name: kept[name].astype(np.float32) for name in kept.files}
    return Adapter(f"adapter-{hashlib.sha256(content).hexdigest()[:12]}", arrays)
