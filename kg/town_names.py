"""How names of towns are compared: umlauts, abbreviations and what stands behind the core of a name."""

from __future__ import annotations

import re

_LETTERS = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "é": "e", "č": "c", "\u0308": None})
_WORD = re.compile(r"[^\W\d_]+")
_LINKING = frozenset(
    {"an", "am", "der", "den", "dem", "die", "im", "in", "vor", "von", "ob", "bei", "und", "auf", "unter"}
    | {"a", "b", "d", "i", "o", "u", "v"}
)
# Where the core of a name ends: "Herzberg (Elster)", "Weißwasser/O.L.", "Lauf a.d.Pegnitz", "Halle an der Saale".
_TAIL = re.compile(r"\s*[(/,]|\s(?:an|am|im|in|bei|ob|vor|auf|unter|[abiouvr]\.)(?=[\s\w])")
_TITLE = re.compile(
    r"^(?:(?:kreisfreie|grosse|freie und|freie|hanse- und|universitaets- und)\s+)?"
    r"(?:[a-z-]*stadt|gemeinde|markt|flecken|ostseebad|seebad)\s+(?=\w)"
)


def fold(text: str) -> str:
    """Small letters with umlauts written out, so that "Münster", "MUENSTER" and decomposed letters are one."""
    lowered = text.casefold()
    if "\u0308" in lowered:
        lowered = re.sub("([aou])\u0308", r"\1e", lowered)
    return lowered.translate(_LETTERS)


def _words(name: str) -> list[str]:
    return ["st" if word == "sankt" else word for word in _WORD.findall(fold(name))]


def full_key(name: str) -> str:
    """A name without its linking words: "Frankfurt am Main" and "Frankfurt/Main" are "frankfurt main"."""
    first, *rest = _words(name) or [""]
    return " ".join([first, *(word for word in rest if word not in _LINKING)])


def base_key(name: str) -> str:
    """The core of a name: "herzberg" for "Herzberg (Elster)"."""
    tail = _TAIL.search(name)
    return full_key(name[: tail.start()] if tail and tail.start() else name)


def qualifiers(name: str) -> list[str]:
    """The words behind the core: ["elster"] for "Herzberg (Elster)"."""
    tail = _TAIL.search(name)
    if not tail or not tail.start():
        return []
    return [word for word in _words(name[tail.start() :]) if word not in _LINKING]


def designation_stripped(name: str) -> str:
    """The name without what is said before or behind it: "Torgau" for "Stadt Torgau" and "Torgau, Stadt"."""
    before = name.split(",", 1)[0].strip()
    title = _TITLE.match(fold(before))
    if not title:
        return before
    words = len(title.group().split())
    return " ".join(before.split()[words:])
