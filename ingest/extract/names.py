"""Names as keys: the same topic or place written in full, abbreviated, or damaged by OCR."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

_FOLD = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "é": "e", "è": "e"})
_FILLERS = frozenset({"und", "der", "die", "das", "des", "fur", "im", "in", "von", "zur", "zum", "u", "sowie"})
_CLOSE = 88


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case without umlauts, "ss" for "ß"; digits and separators stay."""
    return text.lower().replace("ß", "ss").translate(_FOLD)


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """Only the letters and digits of the folded text, so that "Bru- ckenkopf" and "Brückenkopf" agree."""
    return re.sub(r"[^a-z0-9]", "", fold(text))


def close(a: str, b: str) -> bool:
    """Whether two keys are the same name, one of them perhaps with a letter or two misread.

    Keys below eight letters must be equal: "ost" and "west" are too near each other for anything else.
    """
    return a == b or (min(len(a), len(b)) >= 8 and fuzz.ratio(a, b) >= _CLOSE)


def words(text: str) -> list[str]:
    """The folded words that carry a name's meaning; an abbreviation keeps its full stop."""
    return [word for word in re.findall(r"[a-z0-9]+\.?", fold(text)) if word.rstrip(".") not in _FILLERS]


def _same_word(a: str, b: str) -> bool:
    if a.endswith(".") and len(a) > 3 and b.startswith(a[:-1]):
        return True
    if b.endswith(".") and len(b) > 3 and a.startswith(b[:-1]):
        return True
    return close(a.rstrip("."), b.rstrip("."))


def likeness(a: str, b: str) -> float:
    """Share of the words of both names that the other has too, abbreviations counted: 1.0 for
    "Verkehr und techn. Infrastruktur" and "Verkehr/Technische Infrastruktur"."""
    left, right = words(a), words(b)
    if not left or not right:
        return 0.0
    shared = sum(any(_same_word(x, y) for y in right) for x in left)
    shared += sum(any(_same_word(x, y) for x in left) for y in right)
    return shared / (len(left) + len(right))
