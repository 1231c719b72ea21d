"""Word lists on disk as tries (marisa-trie): opened by memory-mapping, a look-up takes microseconds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any


class Words:
    """Words in memory that may be saved several times."""

    def __init__(self, words: Iterable[str]) -> None:
        import marisa_trie

        self._trie: Any = marisa_trie.Trie(sorted({word for word in words if word}))

    def __contains__(self, word: object) -> bool:
        return word in self._trie

    def save(self, path: Path) -> None:
        """Writes the words into a file."""
        self._trie.save(str(path))


def write(path: Path, words: Iterable[str]) -> None:
    """Writes the words into a file."""
    Words(words).save(path)


class WordList:
    """Looks words up in what `write` wrote."""

    def __init__(self, path: Path) -> None:
        import marisa_trie

        self._trie: Any = marisa_trie.Trie().mmap(str(path))

    def __contains__(self, word: object) -> bool:
        return bool(word) and word in self._trie

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Up to so many words that begin so."""
        return list(islice(self._trie.iterkeys(prefix), most))

    def words(self) -> list[str]:
        """All words."""
        return list(self._trie.keys())
