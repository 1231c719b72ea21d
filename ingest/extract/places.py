"""Planning areas: the plan's own list, and what items name against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingest.extract.cues import cues
from ingest.extract.lines import Block, Found, Line, Texts, lines_of, split_at
from ingest.extract.names import close, fold, key, likeness, words
from kg.model import Passage, Role

_CODE = re.compile(r"([A-ZÄÖÜ]{1,4})[ .-]?([IVXl1|]{1,5}|\d{1,2})\s?[:.)–-]\s?(?=\S)")
_BRACKETS = re.compile(r"[()]")
_LONGEST_NAME = 50
_SEPARATOR = re.compile(r"[;,•·]|\s[–-]\s")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the town as the plan lists it: `code` such as "PG I", names as keys."""

    label: Found
    code: str | None = None
    whole_town: bool = False
    listed: bool = True


class Places:
    """The areas that a plan lists, and the reading of area columns against them."""

    def __init__(self, areas: tuple[Area, ...]) -> None:
        self.listed = areas
        self._whole = [key(name) for name in cues("whole_town")]
        self._usual = [] if areas else [key(name) for name in cues("usual_areas")]
        self._known = [key(area.label.text) for area in areas] + self._whole + self._usual

    def match(self, text: str) -> Area | None:
        """The listed area of that name, abbreviated or with other separators ("Altstadt/Brückenkopf")."""
        for area in self.listed:
            if close(key(text), key(area.label.text)) or likeness(text, area.label.text) == 1.0:
                return area
        return None

    def knows(self, text: str) -> bool:
        """Whether the text is a listed area, the whole town, or a usual name where there is no list."""
        return any(close(key(text), known) for known in self._known) or self.match(text) is not None

    def is_whole_town(self, text: str) -> bool:
        """Whether the text says "the whole town"."""
        return any(close(key(text), known) for known in self._whole)

    def begins(self, text: str) -> bool:
        """Whether the text can be the torn beginning of a known name: "Altstadt/Bru-"."""
        start = key(text)
        return len(start) >= 4 and any(_starts(known, start) for known in self._known)

    def is_column(self, block: Block, texts: Texts) -> bool:
        """Whether a block holds nothing but names of areas: its first piece is known, and all pieces are short."""
        pieces = [texts.join(piece) for piece in split_at(block, re.compile(";"))]
        if not pieces or any(len(piece) > 100 for piece in pieces):
            return False
        first = _BRACKETS.split(pieces[0])[0]
        return self.knows(first) or any(True for _ in self._run_together(first))

    def read(self, block: Block, texts: Texts) -> list[Area]:
        """The areas that a block names, in its order; a name that the list lacks is kept as not listed."""
        found: list[Area] = []
        for outer in split_at(block, re.compile(r"\(|;(?![^()]*\))")):
            closed = split_at(outer, re.compile(r"\)"))
            found.extend(area for part in closed for area in self._areas_of(part, texts))
        return found

    def named_by(self, passage: Passage, texts: Texts) -> Area | None:
        """The area that the heading right above a passage is the name of ("Ortsteil Rehfelde", "Innenstadt")."""
        heading = passage.headings[-1] if passage.headings else ""
        match = _part_of_town().match(heading)
        name = heading[match.end() :] if match else heading
        if len(heading) > _LONGEST_NAME or not (match or self.knows(name)) or not name[:1].isupper():
            return None
        for above in texts.document.passages:
            if above.role is Role.HEADING and above.text == heading:
                lines = lines_of(above)
                first = lines[0].cut(match.end()) if match else lines[0]
                return self._area(Found(name, texts.found((first, *lines[1:])).evidence))
        return None

    def _areas_of(self, part: Block, texts: Texts) -> Iterator[Area]:
        whole = texts.found(part)
        if self.knows(whole.text):
            yield self._area(whole)
            return
        for piece in split_at(part, _SEPARATOR):
            label = texts.found(_without_examples(piece))
            names = list(self._run_together(label.text))
            if names:
                yield from (self._area(Found(name, label.evidence)) for name in names)
            elif label.text and key(label.text):
                yield self._area(label)

    def _area(self, label: Found) -> Area:
        if known := self.match(label.text):
            return known
        whole = self.is_whole_town(label.text)
        return Area(label, whole_town=whole, listed=whole)

    def _run_together(self, text: str) -> Iterator[str]:
        """The names in "Nordwest ländliche Ortsteile", whose separator was lost; nothing unless all are known."""
        parts = text.split()
        for cut in range(1, len(parts)):
            left, right = " ".join(parts[:cut]), " ".join(parts[cut:])
            if self.knows(left) and self.knows(right):
                yield from (left, right)
                return


@cache
def _part_of_town() -> re.Pattern[str]:
    """The word for a part of the town before its name."""
    words = "|".join(re.escape(word) for word in cues("parts_of_town"))
    return re.compile(rf"(?:\d+(?:\.\d+)*\.?\s+)?(?:{words})\s+(?=[A-ZÄÖÜ])")


def _starts(known: str, start: str) -> bool:
    return known.startswith(start) or (len(start) >= 8 and close(known[: len(start)], start))


def _without_examples(piece: Block) -> Block:
    if not piece:
        return piece
    text = piece[0].text
    for cue in cues("area_examples"):
        if fold(text).startswith(fold(cue)):
            rest = piece[0].cut(len(cue))
            return (rest, *piece[1:]) if rest.text else piece[1:]
    return piece


def listed_areas(texts: Texts) -> tuple[Area, ...]:
    """The plan's own list of areas: at least three lines with one prefix and running numbers ("PG I: …").

    Measured on the labelled deck: 7 of 7 areas, none wrong.
    """
    runs: dict[str, list[tuple[str, Line]]] = {}
    announced: set[str] = set()
    recent: list[str] = []
    for line in (line for passage in texts.document.passages for line in lines_of(passage)):
        if match := _CODE.match(line.text):
            if match.group(1) not in runs and any(_announces(text) for text in recent[-3:]):
                announced.add(match.group(1))
            runs.setdefault(match.group(1), []).append((match.group(2), line.cut(match.end())))
        recent.append(line.text)
    for prefix, rows in runs.items():
        numbers = [_number(code) for code, _ in rows]
        if len(rows) >= 3 and numbers == list(range(1, len(rows) + 1)) and (prefix in announced or _are_areas(rows)):
            return tuple(Area(_spelt(texts.found([line])), code=f"{prefix} {_printed(code)}") for code, line in rows)
    return ()


def _spelt(label: Found) -> Found:
    """The label as any town spells it, where only the umlaut differs ("Sud")."""
    usual = {key(name): name for name in cues("usual_areas")}
    name = usual.get(key(label.text), label.text)
    return Found(name if name[0].isupper() == label.text[0].isupper() else label.text, label.evidence)


def _announces(text: str) -> bool:
    folded = fold(text)
    return len(text) <= 60 and any(fold(cue) in folded for cue in cues("area_headings"))


def _are_areas(rows: list[tuple[str, Line]]) -> bool:
    short = all(len(line.text) <= 60 for _, line in rows)
    usual = {key(name) for name in cues("usual_areas")}
    return short and any(key(word) in usual for _, line in rows for word in words(line.text))


def _printed(code: str) -> str:
    return code if code.isdigit() and code != "1" else re.sub("[l1|]", "I", code)


def _number(code: str) -> int:
    if code.isdigit() and code != "1":
        return int(code)
    values = {"I": 1, "V": 5, "X": 10}
    digits = [values[letter] for letter in _printed(code)]
    return sum(-d if any(later > d for later in digits[i:]) else d for i, d in enumerate(digits))
