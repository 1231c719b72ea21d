"""Words of a text with their places, folded so that spellings of one word meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\w+(?:[-+&*:]\w+)*")
_SUSPENDED = re.compile(r"\s?-?/-?\s?|-\s+(?:und|oder|sowie|bzw\.|&|u\.)\s+")
_FOLDS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "-": None, "*": None, ":": None})
_SPELT_OUT = re.compile("([aou])e")
_SHORTEST_HEAD = 3


@dataclass(frozen=True, slots=True)
class Word:
    """Characters `start:end` of a text, and their folded form.

    `joined` lists the further words that a suspended hyphen stands for: "Rad-" in "Rad- und Fußwege" is also
    "radwege", although the text does not say where its second half begins, so all readings are listed.
    """

    start: int
    end: int
    folded: str
    joined: tuple[str, ...] = ()


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Lower case without umlauts, ß and hyphens; "ae", "oe", "ue" fall together with the umlauts they stand for.

    >>> fold("Gruen-Flaechen") == fold("Grünflächen") == "grunflachen"
    True
    """
    lowered = unicodedata.normalize("NFKC", word).lower().translate(_FOLDS)
    return _SPELT_OUT.sub(r"\1", lowered)


def words(text: str) -> Iterator[Word]:
    """The words of a text in order; hyphenated words count as one."""
    starting = {match.start(): match for match in _WORD.finditer(text)}
    for match in starting.values():
        folded = fold(match[0])
        joined: tuple[str, ...] = ()
        if (hyphen := _SUSPENDED.match(text, match.end())) and hyphen.end() in starting:
            joined = _completions(folded, fold(starting[hyphen.end()][0]))
        yield Word(match.start(), match.end(), folded, joined)


@lru_cache(maxsize=20_000)
def _completions(first: str, second: str) -> tuple[str, ...]:
    """What "Rad-" can stand for before "Fußwege": its beginning with each possible end of the second word."""
    return tuple(first + second[cut:] for cut in range(_SHORTEST_HEAD, len(second) - _SHORTEST_HEAD + 1))
