"""The German word list that reading needs: simplemma's, behind one door, opened when first asked.

Its words are kept as a trie (marisa-trie, 3 MB) in the user's cache folder and memory-mapped: that takes a millisecond,
where unpacking simplemma's own dictionary takes a second of every build and 120 MB.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Container
from contextlib import suppress
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from kg.wordlist import WordList, Words

_LINKS = ("", "s", "es", "n", "en", "er")
_SHORTEST_PART = 4
_ADJECTIVE = re.compile(r"([a-zäöüß]{4,}(?:isch|lich|ig|bar|sam|haft|los|iv))e[nmrs]?")


@cache
def _dictionary() -> Container[str]:
    """All forms of simplemma's list, from the cache folder, where they are laid once (two seconds).

    Where that folder cannot be written they are made anew in every process.
    """
    with suppress(OSError, RuntimeError):  # there is none yet, or it is damaged
        return WordList(_path())
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    words = Words(DefaultDictionaryFactory().get_dictionary("de"))
    with suppress(OSError, RuntimeError):
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            words.save(Path(folder, "words"))
            Path(folder, "words").replace(path)  # whole or not at all, whoever else is at it
    return words


def _path() -> Path:
    """Where the list is kept (XDG base directories). Raises RuntimeError for a user without a home."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return folder / "insek" / f"german-words-simplemma-{version('simplemma')}.marisa"


def is_listed(word: str) -> bool:
    """Whether the list has this very word, or the adjective that it is a form of ("außerschulischen").

    A capital at its start is allowed for any word ("Schon").
    """
    if is_entry(word):
        return True
    form = _ADJECTIVE.fullmatch(word[:1].lower() + word[1:])
    return form is not None and form.group(1) in _dictionary()


def is_entry(word: str) -> bool:
    """Whether the list has this very word, a capital at its start allowed; the fastest of these questions."""
    words = _dictionary()
    return word in words or (word[:1].isupper() and word[:1].lower() + word[1:] in words)


@lru_cache(maxsize=200_000)
def parts(word: str) -> int:
    """Of how few listed words, each of at least four letters, the word is put together; 0 where it is not.

    "Gebäudebestandes" has two parts, "Haus" one, "Hausx" none.
    """
    if is_listed(word):
        return 1
    fewest = 0
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        head = _head_parts(word[cut:], noun=word[0].isupper())
        if not head or (fewest and head + 1 >= fewest):
            continue
        if any(_is_first_part(word[: cut - len(link)]) for link in _LINKS if word[:cut].endswith(link)):
            fewest = head + 1
    return fewest


def _head_parts(head: str, *, noun: bool) -> int:
    """The parts of the last part of a compound, which is a noun in a noun."""
    head = head[0].upper() + head[1:] if noun else head
    return 1 if head in _dictionary() else parts(head) if len(head) >= 2 * _SHORTEST_PART else 0


def _is_first_part(part: str) -> bool:
    return len(part) >= _SHORTEST_PART and (part.capitalize() in _dictionary() or part.lower() in _dictionary())


def is_word(word: str) -> bool:
    """Whether the word is listed or a compound of listed words."""
    return parts(word) > 0
