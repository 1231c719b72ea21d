"""A document as an outline: headings, items of lists, and lines that name what they are ("Leitziel 2: …")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ingest.extract.cues import goal_ranks, kind_words
from ingest.extract.lines import Block, Line, lines_of
from ingest.extract.names import fold
from ingest.extract.numbering import in_contents, numbered
from ingest.extract.sections import Says, says
from kg.model import Passage, Role

_BULLET = re.compile(r"(?:[-–—•·▪►▶■□◦*=+»>\uf0b7\uf0a7]|\uf02d|o(?=\s))\s+")
_LETTER = re.compile(r"[a-z]\)\s+")
_LIST_NUMBER = re.compile(r"\(?\d{1,2}[.)]\s+(?=\S)")
_LONGEST_LEAD = 80


class Part(StrEnum):
    """What a piece of the outline is."""

    HEADING = "heading"
    ITEM = "item"
    NAMED = "named"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: its lines without marker, the number in front, and for a named one what it is named.

    `kind` is "topic", "goal" or "measure"; `word` the very word ("Teilziel").
    """

    part: Part
    block: Block
    passage: Passage
    number: str | None = None
    kind: str = ""
    word: str = ""
    nested: bool = False


def pieces(passages: Sequence[Passage]) -> Iterator[Piece]:
    """The document in its order, without table cells."""
    for passage in passages:
        lines = lines_of(passage)
        if passage.role in (Role.CELL, Role.CAPTION) or not lines or in_contents(passage.text):
            continue
        if named := _named(passage, lines):
            yield named
        elif passage.role is Role.HEADING:
            yield Piece(Part.HEADING, lines, passage)
        elif passage.role is Role.LIST_ITEM:
            yield _item(passage, lines)
        else:
            yield from _body(passage, lines)


def _item(passage: Passage, lines: Block) -> Piece:
    first = lines[0]
    nested = bool(_LETTER.match(first.text))
    marker = _BULLET.match(first.text) or _LETTER.match(first.text)
    if marker:
        first = first.cut(marker.end())
    number = numbered(first.text)
    if number:
        first = first.cut(number.length)
    block = (first, *lines[1:]) if first.text else lines[1:]
    return Piece(Part.ITEM, block, passage, number.printed if number else None, nested=nested)


def _body(passage: Passage, lines: Block) -> Iterator[Piece]:
    """A block of plain text, taken apart where its lines begin with bullets or a lead-in stands above them."""
    parts: list[list[Line]] = []
    for line in lines:
        begins = _BULLET.match(line.text) or _LETTER.match(line.text) or _LIST_NUMBER.match(line.text)
        ended = bool(parts) and parts[-1][-1].text.endswith((".", "?")) and line.text[0].isupper()
        if begins or not parts or ended or _is_lead(parts[-1]) or _is_lead([line]) or _is_shouted(line):
            parts.append([])
        parts[-1].append(line)
    for part in parts:
        block = tuple(part)
        first = block[0].text
        if _BULLET.match(first) or _LETTER.match(first) or _LIST_NUMBER.match(first):
            yield _item(passage, block)
        elif _is_lead(part) or _is_shouted(part[0]):
            yield Piece(Part.HEADING, block, passage)
        else:
            yield Piece(Part.BODY, block, passage)


def _is_shouted(line: Line) -> bool:
    letters = [letter for letter in line.text if letter.isalpha()]
    return len(letters) >= 6 and line.text.upper() == line.text


def _is_lead(lines: Sequence[Line]) -> bool:
    """Whether one line announces a list: short, a cue word, and a colon or nothing behind it."""
    if len(lines) != 1:
        return False
    text = lines[0].text
    announces = says(text) in (Says.MEASURES, Says.GOALS)
    return (
        announces
        and len(text) <= _LONGEST_LEAD
        and (text.endswith(":") or (len(text.split()) <= 4 and text[-1:].isalpha()))
    )


@cache
def _names() -> re.Pattern[str]:
    words = [*kind_words("topic"), *kind_words("measure"), *goal_ranks()]
    forms = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    code = r"(?:Nr\.?\s*)?(?P<number>[A-Z]{0,3}[ .-]?\d{1,3}(?:\.\d{1,2}){0,3}[a-z]?|[IVX]{1,4}|[A-Z])"
    return re.compile(rf"(?P<word>{forms})(?:\s+{code}\b)?(?P<end>\s*[:–]\s*|\s+-\s+|\.\s+|\s+|$)", re.IGNORECASE)


def _named(passage: Passage, lines: Block) -> Piece | None:
    """A line that names itself: a kind's word, then a number, a colon, or both, then its text."""
    match = _names().match(lines[0].text)
    if not match or len(passage.text) > 600:
        return None
    colon = ":" in match["end"] or "–" in match["end"]
    if not colon and not match["number"]:
        return None
    first = lines[0].cut(match.end())
    block = (first, *lines[1:]) if first.text else lines[1:]
    if not block or not (block[0].text[:1].isupper() or block[0].text[:1] in '„"('):
        return None
    word = next(
        w for w in (*kind_words("topic"), *kind_words("measure"), *goal_ranks()) if fold(w) == fold(match["word"])
    )
    kind = "topic" if word in kind_words("topic") else "measure" if word in kind_words("measure") else "goal"
    return Piece(Part.NAMED, block, passage, match["number"], kind, word)
