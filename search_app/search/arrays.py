"""Arrays on disk that grow at their end and are read by memory-mapping."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ArrayWriter:
    """An .npy file, begun as a copy of a previous one, if given; nothing of it is held in memory.

    `kind` is numpy's name of the type of its numbers, `width` the length of a row, None for single numbers.
    """

    def __init__(self, path: Path, kind: str, width: int | None = None, previous: Path | None = None) -> None:
        import numpy as np

        self._kind = np.dtype(kind)
        self._row = () if width is None else (width,)
        self.count = 0
        if previous:
            shutil.copyfile(previous, path)
            self.count = len(np.load(path, mmap_mode="r"))
        self._file = path.open("r+b" if previous else "w+b")
        self._head()
        self._file.seek(0, 2)

    def add(self, numbers: NDArray[np.generic]) -> None:
        """Adds rows at the end."""
        self._file.write(numbers.astype(self._kind, copy=False).tobytes())
        self.count += len(numbers)

    def close(self) -> None:
        """Finishes the file."""
        self._head()
        self._file.close()

    def _head(self) -> None:
        """Writes the head, whose length numpy keeps the same as long as only the number of rows differs."""
        from numpy.lib import format as npy

        self._file.seek(0)
        head = {"descr": npy.dtype_to_descr(self._kind), "fortran_order": False, "shape": (self.count, *self._row)}
        npy.write_array_header_1_0(self._file, head)
