"""A sorted word list on disk, looked up in place: opening costs nothing, a look-up some microseconds."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path


def content(words: Iterable[str]) -> bytes:
    """What a file of these words holds: one a line, sorted by their UTF-8 bytes."""
    return b"\n" + b"\n".join(sorted({word.encode() for word in words if word})) + b"\n"


def write(path: Path, words: Iterable[str]) -> None:
    """Writes the words into a file."""
    path.write_bytes(content(words))


class WordList:
    """Looks words up in what `write` wrote, by bisection of the mapped file."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or not word:
            return False
        wanted = word.encode()
        start = self._first_from(wanted)
        return self._data[start : start + len(wanted) + 1] == wanted + b"\n"

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """The first words that begin so, in order."""
        found: list[str] = []
        start = self._first_from(prefix.encode())
        while start < len(self._data) and len(found) < most:
            end = self._data.find(b"\n", start)
            word = self._data[start:end].decode()
            if not word.startswith(prefix):
                break
            found.append(word)
            start = end + 1
        return found

    def words(self) -> list[str]:
        """All words."""
        return [word for word in self._data[:].decode().split("\n") if word]

    def _first_from(self, wanted: bytes) -> int:
        """Where the first word that is not before the wanted one begins."""
        low, high = 1, len(self._data)
        while low < high:
            start = self._data.rfind(b"\n", 0, (low + high) // 2) + 1
            if start < low:
                start = low
            end = self._data.find(b"\n", start)
            if self._data[start:end] < wanted:
                low = end + 1
            else:
                high = start
        return low
