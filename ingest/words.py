"""The German word list that reading needs: simplemma's, behind one door, loaded when first asked (1.3 s, 120 MB)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

_LINKS = ("", "s", "es", "n", "en", "er")
_SHORTEST_PART = 4


@cache
def _dictionary() -> Mapping[str, str]:
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    return DefaultDictionaryFactory().get_dictionary("de")


def is_listed(word: str) -> bool:
    """Whether the list has this very word; a capital at its start is allowed for any word ("Schon")."""
    words = _dictionary()
    return word in words or (word[:1].isupper() and word[:1].lower() + word[1:] in words)


@lru_cache(maxsize=200_000)
def is_compound(word: str) -> bool:
    """Whether the word is put together from listed words of at least four letters: "Gebäudebestandes"."""
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        head = word[cut:]
        if not (_is_head(head, noun=word[0].isupper()) or is_compound(word[0] + head[1:])):
            continue
        if any(_is_first_part(word[: cut - len(link)]) for link in _LINKS if word[:cut].endswith(link)):
            return True
    return False


def _is_head(part: str, *, noun: bool) -> bool:
    return (part.capitalize() if noun else part) in _dictionary()


def _is_first_part(part: str) -> bool:
    return len(part) >= _SHORTEST_PART and (part.capitalize() in _dictionary() or part.lower() in _dictionary())


def is_word(word: str) -> bool:
    """Whether the word is listed or a compound of listed words."""
    return is_listed(word) or is_compound(word)
