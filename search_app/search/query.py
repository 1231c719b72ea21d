"""What a person typed, taken apart: words, "exact phrases", -excluded words and prefixes*."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from search_app.search.analysis import fold, words

_PARTS = re.compile(r'(?P<minus>(?<!\S)-)?(?:["„“”»](?P<phrase>[^"„“”«»]+)["“”«]|(?P<word>[^\s"„“”«»]+))')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\ufeff]")
_INNER = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
LONGEST = 4_000
_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart. `text` is what is asked without operators, for the encoder; empty means browse.

    `words` are those that carry meaning, as typed; `phrases` and `excluded` are folded words in order.
    """

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is asked, so that a search lists everything."""
        return not (self.text or self.excluded)

    @property
    def telling(self) -> bool:
        """Whether anything can be looked for: more than stop words and punctuation."""
        return bool(self.words or self.prefixes or self.excluded)


def tidy(text: str) -> str:
    """The first 4,000 characters, composed (NFC) and without control characters."""
    return _CONTROL.sub(" ", unicodedata.normalize("NFC", text[: 2 * LONGEST]))[:LONGEST]


def parse(text: str) -> Query:
    """Takes a question apart. Control characters are dropped and text beyond 4,000 characters is cut off."""
    text = tidy(text)
    asked: list[str] = []
    found: list[str] = []
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    prefixes: list[str] = []
    for part in _PARTS.finditer(text):
        phrase, word = part.group("phrase"), part.group("word")
        inner = _INNER.findall(phrase or word)
        if not inner:
            continue
        if part.group("minus"):
            excluded.append(tuple(fold(one) for one in inner))
            continue
        asked.append(phrase or word.rstrip("*"))
        if phrase:
            phrases.append(tuple(fold(one) for one in inner))
        if word and word.endswith("*") and len(inner[-1]) > 1:
            prefixes.append(fold(inner.pop()))
        found += inner
    stop = words().stop
    telling = list(dict.fromkeys(word for word in found if fold(word) not in stop and len(word) > 1))
    return Query(" ".join(asked), tuple(telling[:_MOST_WORDS]), tuple(phrases), tuple(excluded), tuple(prefixes))
