"""Which town a document is about, from how it names it.

Names are counted: a name that a word announces ("Stadt Torgau", "Landeshauptstadt Kiel") four times, one near the
beginning three times. A name that is also an ordinary word ("Wald", "Essen", "Norden") counts only where announced.
The town with the most points is meant if it has enough of them and clearly more than the next; else nobody is.

Measured on 1,600 made-up texts of four kinds about 400 towns drawn by lot: 96 % right, none wrong, 4 %
left open, nearly all of them namesakes of which the text tells no more.
Measured on the 42 files of texts, tables and PDFs at hand (11 towns, one of them in Austria): 39 towns right, none
wrong, 3 left open (the Austrian one, and two short pages that name their town at most once). The weights were set
on these same files, so other documents will do somewhat worse.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice

from kg.model import Municipality
from kg.municipalities import Gazetteer
from kg.regions import districts, states
from kg.town_names import base_key, fold, qualifiers

_WORD = re.compile(r"[A-ZÄÖÜ][\wäöüß]*(?:-[A-ZÄÖÜ]\w*)*")
_BEHIND = re.compile(
    r"\s*\(([A-ZÄÖÜ][\wäöüß. ]*)\)|\s*/\s*([A-ZÄÖÜ][\w.]*)"
    r"|\s+((?:an der|am|im|in der|ob der|vor der|bei|unter|[abiouv]\.(?: ?d\.)?) ?[A-ZÄÖÜ]\w+)"
)
_HEAD = 600
_HEAD_WEIGHT = 3
_ANNOUNCED_WEIGHT = 4
_ENOUGH = 6
_LEAD = 2.0
# A town that is announced often outweighs one that is merely mentioned often, such as the seat of the authors.
_OFTEN = 5
_LONGEST = 4


@dataclass(slots=True)
class _Count:
    """Points of one name, and the words that were said behind it."""

    points: float = 0.0
    announced: int = 0
    behind: dict[str, int] = field(default_factory=dict)


@cache
def _knowledge() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    text = (files("ontologies") / "municipalities" / "detection.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    phrases = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in data["named_after"])
    return (
        frozenset(fold(word) for word in data["announcing"]),
        frozenset(fold(word) for word in data["ordinary"]),
        re.compile(phrases),
    )


def detect(gazetteer: Gazetteer, text: str) -> Municipality | None:
    """The municipality that a text is about, None when unsure."""
    named = _named(gazetteer, text)
    return _namesake(gazetteer, *named, text) if named else None


def namesakes(gazetteer: Gazetteer, text: str) -> list[str]:
    """The keys (AGS) of all municipalities of the name that the text is about; empty where it is about none."""
    named = _named(gazetteer, text)
    return list(gazetteer.bases[named[0]]) if named else []


def _named(gazetteer: Gazetteer, text: str) -> tuple[str, _Count] | None:
    """The name that the text is about, folded, with its points."""
    counts = _count(gazetteer, text)
    ranked = sorted(counts.items(), key=lambda entry: -entry[1].points)
    if not ranked:
        return None
    base, best = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else _Count()
    clear = best.points >= _LEAD * second.points or best.announced >= _OFTEN * max(1, second.announced)
    return (base, best) if best.points >= _ENOUGH and clear else None


def _count(gazetteer: Gazetteer, text: str) -> dict[str, _Count]:
    announcing, ordinary, named_after = _knowledge()
    text = named_after.sub(lambda match: "·" * len(match.group()), text)
    counts: dict[str, _Count] = {}
    taken = 0
    for match in _WORD.finditer(text):
        if match.start() < taken:
            continue
        name, end = _longest_name(gazetteer, text, match)
        if not name:
            continue
        said = _said_behind(text, end)
        told = bool(said) and len(_fitting(gazetteer, name, said)) == 1
        announced = _is_announced(text, match.start(), announcing)
        if name in ordinary and not (announced or told):
            continue
        taken = end
        count = counts.setdefault(name, _Count())
        weight = _HEAD_WEIGHT if match.start() < _HEAD else 1
        count.points += weight * (_ANNOUNCED_WEIGHT if announced else 1)
        count.announced += announced
        if said:
            count.behind[said] = count.behind.get(said, 0) + 1
    return counts


def _said_behind(text: str, end: int) -> str:
    """The words behind a name that tell namesakes apart, such as "elster" in "Herzberg (Elster)"; else empty."""
    behind = _BEHIND.match(text, end)
    return " ".join(qualifiers(f"X ({next(filter(None, behind.groups()))})")) if behind else ""


def _fitting(gazetteer: Gazetteer, base: str, said: str) -> list[str]:
    return [ags for ags in gazetteer.candidates(f"{base} ({said})") if ags in gazetteer.bases[base]]


def _longest_name(gazetteer: Gazetteer, text: str, first: re.Match[str]) -> tuple[str, int]:
    """The longest name of a municipality that begins with this word, folded, and where it ends."""
    words = [first, *islice(_WORD.finditer(text, first.end(), first.end() + 60), _LONGEST - 1)]
    name, end = "", first.end()
    for count, word in enumerate(words, start=1):
        if count > 1 and text[words[count - 2].end() : word.start()] not in {" ", ". "}:
            break
        key = base_key(text[first.start() : word.end()])
        if key in gazetteer.bases:
            name, end = key, word.end()
    return name, end


def _is_announced(text: str, start: int, announcing: frozenset[str]) -> bool:
    before = re.search(r"([\w-]+)[ \u00a0]+$", text[max(0, start - 40) : start])
    if not before:
        return False
    word = fold(before[1])
    return word in announcing or word.endswith("stadt")


def _namesake(gazetteer: Gazetteer, base: str, count: _Count, text: str) -> Municipality | None:
    """Which of those that share the name: by what is said behind it, else by the surroundings, else the city."""
    keys = gazetteer.bases[base]
    for said in sorted(count.behind, key=lambda words: -count.behind[words]):
        fitting = _fitting(gazetteer, base, said)
        if len(fitting) == 1:
            return gazetteer.get(fitting[0])
    for surroundings in (_district, _state):
        near = [ags for ags in keys if len(keys) > 1 and surroundings(ags, base) in text]
        if len(near) == 1:
            return gazetteer.get(near[0])
    return gazetteer.prominent(keys)


def _district(ags: str, base: str) -> str:
    """The name of the district as it would be written, with its kind where the town is called the same."""
    district = districts()[ags[:5]]
    same = base_key(district.name) == base
    return f"{district.kind} {district.name}" if same else district.name


def _state(ags: str, _base: str) -> str:
    return states()[ags[:2]][0]
