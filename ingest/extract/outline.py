"""A document as an outline: headings, items of lists, and lines that name what they are ("Leitziel 2: …")."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from ingest.extract.cues import cues, goal_ranks, kind_words
from ingest.extract.doing import is_action, is_sentence
from ingest.extract.lines import Block, Line, is_broken, lines_of
from ingest.extract.names import fold
from ingest.extract.numbering import Number, in_contents, numbered
from ingest.extract.sections import Says, says
from kg.model import Passage, Role

_BULLET = re.compile(r"(?:[-–—•·▪►▶■□◦*=+»>\uf0b7\uf0a7]|\uf02d|o(?=\s))\s+")
_LETTER = re.compile(r"[a-z]\)\s+")
_LIST_NUMBER = re.compile(r"\(?\d{1,2}[.)]\s+(?=\S)")
_CHAPTER = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+(?=[A-ZÄÖÜ])")
_LONGEST_LEAD = 80
_LONGEST_CHAPTER = 90
_LONGEST_NAMED = 600
_LONGEST_FIELD = 70
_SHORT_HEADING = 4


class Part(StrEnum):
    """What a piece of the outline is."""

    HEADING = "heading"
    ITEM = "item"
    NAMED = "named"
    CODED = "coded"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: its lines without marker, the number in front, and for a named one what it is named.

    `kind` is "topic", "goal" or "measure"; `word` the very word ("Teilziel"). A coded piece has a number with a letter
    in front and no name.
    """

    part: Part
    block: Block
    passage: Passage
    number: str | None = None
    kind: str = ""
    word: str = ""
    nested: bool = False

    def as_kind(self, kind: str | None) -> Piece:
        """This coded piece as one that names itself of that kind; as plain text without one."""
        return replace(self, part=Part.NAMED, kind=kind) if kind else replace(self, part=Part.BODY, number=None)


def pieces(passages: Sequence[Passage]) -> Iterator[Piece]:
    """The document in its order, without table cells."""
    for passage in passages:
        lines = lines_of(passage)
        if passage.role in (Role.CELL, Role.CAPTION) or not lines or in_contents(passage.text):
            continue
        if len(lines) == 1 or passage.role is not Role.BODY:
            yield _whole(passage, lines)
        else:
            yield from _body(passage, lines)


def _whole(passage: Passage, lines: Block) -> Piece:
    if piece := _named(passage, lines) or _field(passage, lines) or _coded(passage, lines):
        return piece
    if passage.role is Role.HEADING:
        return Piece(Part.HEADING, lines, passage)
    if passage.role is Role.LIST_ITEM or _is_item(lines[0]):
        return _item(passage, lines)
    if _is_lead(lines) or _is_shouted(lines[0]) or _is_chapter(lines[0].text):
        return Piece(Part.HEADING, lines, passage)
    listed = _below_announcement(passage) and _is_point(lines[0].text)
    return Piece(Part.ITEM if listed else Part.BODY, lines, passage)


def _below_announcement(passage: Passage) -> bool:
    """Whether the heading right above is nothing but the name of a list: "Maßnahmen", "Ziele im Überblick"."""
    above = passage.headings[-1] if passage.headings else ""
    return len(above.split()) <= _SHORT_HEADING and says(above) in (Says.MEASURES, Says.GOALS)


def _is_point(text: str) -> bool:
    return is_action(text) and not is_sentence(text) and text[0].isupper() and not text.endswith((":", "?"))


def _points(lines: Block) -> list[Block]:
    """The points of a list whose bullets were lost in reading; empty where the lines are running text.

    A point begins with a capital, after a line that was ended on purpose, or says what is done.
    """
    points: list[list[Line]] = [[lines[0]]]
    for before, line in itertools.pairwise(lines):
        open_end = before.text.endswith(("-", ",", "/")) or before.text.split()[-1].lower() in cues("open_ends")
        begins = line.text[0].isupper() and not open_end and (is_broken(lines, before, line) or is_action(line.text))
        if begins:
            points.append([])
        points[-1].append(line)
    texts = [" ".join(line.text for line in point) for point in points]
    doing = sum(_is_point(text) for text in texts)
    return [tuple(point) for point in points] if len(points) >= 2 and doing * 4 >= len(points) * 3 else []


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
    """A block of plain text, taken apart where its lines begin with bullets, codes or names, or announce a list."""
    if _below_announcement(passage) and (points := _points(lines)):
        yield from (Piece(Part.ITEM, point, passage) for point in points)
        return
    parts: list[list[Line]] = []
    for line in lines:
        if in_contents(line.text):
            continue
        if not parts or _begins(line, parts[-1]):
            parts.append([])
        parts[-1].append(line)
    for part in parts:
        block = tuple(part)
        if named := _named(passage, block) or (_coded(passage, block)):
            yield named
        elif _is_item(block[0]):
            yield _item(passage, block)
        elif _is_lead(part) or _is_shouted(part[0]):
            yield Piece(Part.HEADING, block, passage)
        else:
            yield Piece(Part.BODY, block, passage)


def _begins(line: Line, before: Sequence[Line]) -> bool:
    """Whether a line begins a new piece after those before it."""
    ended = before[-1].text.endswith((".", "?")) and line.text[0].isupper()
    marked = _is_item(line) or _name(line.text) is not None or _code(line.text) is not None
    return marked or ended or _is_lead(before) or _is_lead([line]) or _is_shouted(line)


def _is_item(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or _LETTER.match(line.text) or _LIST_NUMBER.match(line.text))


def _is_shouted(line: Line) -> bool:
    letters = [letter for letter in line.text if letter.isalpha()]
    return len(letters) >= 6 and line.text.upper() == line.text


def _is_chapter(text: str) -> bool:
    """Whether a line that stands alone is a chapter's title: numbered, or the name of an analysis."""
    plain = len(text) <= _LONGEST_CHAPTER and text[-1:].isalnum()
    return plain and (bool(_CHAPTER.match(text)) or (len(text.split()) <= 5 and says(text) is Says.OTHER))


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
    return re.compile(
        rf"(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}\.?\s+)?(?P<word>{forms})(?:\s+{code}\b)?"
        r"(?P<end>\s*[:–]\s*|\s+-\s+|\.\s+|\s+|$)",
        re.IGNORECASE,
    )


def _name(text: str) -> re.Match[str] | None:
    """The word, number and colon that a line begins with; None unless it has a number or a colon."""
    match = _names().match(text)
    if not match or not (match["number"] or ":" in match["end"] or "–" in match["end"]):
        return None
    rest = text[match.end() :]
    return match if not rest or rest[0].isupper() or rest[0] in '„"(' else None


def _kind(word: str) -> tuple[str, str]:
    """The kind of item that a word names, and the word as it is listed."""
    for kind in ("topic", "measure"):
        for known in kind_words(kind):
            if fold(known) == fold(word):
                return kind, known
    return "goal", next(known for known in goal_ranks() if fold(known) == fold(word))


def _named(passage: Passage, lines: Block) -> Piece | None:
    """A piece that names itself: a kind's word, then a number, a colon, or both, then its text."""
    match = _name(lines[0].text)
    if not match or sum(len(line.text) for line in lines) > _LONGEST_NAMED:
        return None
    first = lines[0].cut(match.end())
    block = (first, *lines[1:]) if first.text else lines[1:]
    if not block or not (block[0].text[:1].isupper() or block[0].text[:1] in '„"('):
        return None
    kind, word = _kind(match["word"])
    return Piece(Part.NAMED, block, passage, match["number"], kind, word)


def _field(passage: Passage, lines: Block) -> Piece | None:
    """A line of its own that is nothing but the name of a field of action: "5.1 Handlungsfeld Wohnen"."""
    match = _names().match(lines[0].text)
    if not match or len(lines) > 1 or match["number"] or _kind(match["word"])[0] != "topic":
        return None
    name = lines[0].cut(match.end())
    plain = 3 <= len(name.text) <= _LONGEST_FIELD and name.text[0].isupper() and ":" not in name.text
    if not plain or not name.text[-1].isalpha() or says(lines[0].text) is Says.OTHER:
        return None
    return Piece(Part.NAMED, (name,), passage, None, "topic", match["word"])


def _code(text: str) -> Number | None:
    """The number with a letter in front that a line begins with, before a title: "M 3.1 Freibad sanieren"."""
    number = numbered(text)
    if not number or not number.is_code or not number.parts[0].isalpha():
        return None
    title = text[number.length :]
    return number if len(title) >= 6 and (title[0].isupper() or title[0] in '„"') else None


def _coded(passage: Passage, lines: Block) -> Piece | None:
    number = _code(lines[0].text)
    if not number or sum(len(line.text) for line in lines) > _LONGEST_NAMED:
        return None
    return Piece(Part.CODED, (lines[0].cut(number.length), *lines[1:]), passage, number.printed)
