"""Layout: numbered headings with paragraphs, as a web page or as plain text with the page's furniture around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract.builder import Builder
from ingest.extract.cues import cues
from ingest.extract.doing import is_action
from ingest.extract.lines import Block, lines_of
from ingest.extract.names import fold
from ingest.extract.numbering import Number, in_contents, numbered
from ingest.extract.sections import Says, announced, is_furniture, says
from ingest.extract.titles import lines_of_title
from kg.model import Passage, Role

NAME = "numbered headings/1"
_LONGEST_TITLE = 200
_FEWEST = 2
_FIELDS = re.compile(r"[\w-]+(?:(?:,| und| &|, und) [\w-]+)*")


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading with what stands below it. `above` holds the texts before the group that can name it."""

    number: Number
    title: Block
    body: tuple[Block, ...]
    above: tuple[Passage, ...]


def find(builder: Builder) -> None:
    """Adds a measure for every numbered heading of a group that the document calls measures.

    A group is two or more headings with the same number but for the last part. It holds measures where a heading or
    opening text above says so, or most titles begin with a noun of doing; never where it is headed as analysis.
    Measured on the labelled participation page, on which the rules were made: 6 of 6, none besides, and the same
    without what only this page uses, as it has no labels; on an invented page of another town 3 of 3.
    """
    sections = _sections(builder.document.passages)
    groups: dict[tuple[str, ...], list[Section]] = {}
    for section in sections:
        groups.setdefault(section.number.parent, []).append(section)
    for group in groups.values():
        kept = _with_body(group)
        if len(kept) >= _FEWEST and _are_measures(builder, kept):
            _add(builder, kept)


def _sections(passages: Sequence[Passage]) -> list[Section]:
    starts = [(at, number) for at, passage in enumerate(passages) if (number := _heading_number(passage))]
    found = []
    ends = [*(at for at, _ in starts[1:]), len(passages)]
    for (at, number), end in zip(starts, ends, strict=False):
        first, *others = lines_of(passages[at])
        lines = (first, *(line for line in others if not is_furniture(line.text)))
        title, rest = _title(passages[at], lines)
        title = (title[0].cut(number.length), *title[1:])
        body = [rest] if rest else []
        body += [lines_of(passage) for passage in _body(passages[at + 1 : end], last=end == len(passages))]
        found.append(Section(number, title, tuple(body), tuple(passages[max(0, at - 6) : at])))
    return found


def _heading_number(passage: Passage) -> Number | None:
    first = passage.original.lstrip().partition("\n")[0].strip()
    number = numbered(first)
    if number is None or in_contents(first) or passage.role in (Role.CELL, Role.CAPTION, Role.LIST_ITEM):
        return None
    title = first[number.length :]
    plain = number.is_code and title[:1].isupper() and len(title) >= 8
    return number if plain and not first.endswith((".", ";", ",")) and len(first) <= _LONGEST_TITLE else None


def _title(passage: Passage, lines: Block) -> tuple[Block, Block]:
    """The lines of the title, and those of a paragraph that follows it without an empty line."""
    if passage.role is Role.HEADING or len(lines) == 1:
        return lines, ()
    if cut := lines_of_title(lines):
        return lines[:cut], lines[cut:]
    return (lines, ()) if len(passage.original) <= _LONGEST_TITLE else (lines[:1], lines[1:])


def _body(passages: Sequence[Passage], *, last: bool) -> list[Passage]:
    """The paragraphs up to the page's furniture; after the last heading also up to what is no longer prose."""
    body: list[Passage] = []
    for at, passage in enumerate(passages):
        if is_furniture(passage.text) or passage.role is Role.HEADING:
            break
        short = len(passage.text) < 60 and passage.text[-1:].isalpha() and passage.role is Role.BODY
        if short and at + 1 == len(passages) and body:
            break
        body.append(passage)
    return body


def _with_body(group: Sequence[Section]) -> list[Section]:
    """One section a number, that with text below it; a table of contents repeats the titles without any."""
    best: dict[str, Section] = {}
    for section in group:
        known = best.get(section.number.printed)
        if known is None or (section.body and not known.body):
            best[section.number.printed] = section
    sections = list(best.values())
    bodies = [section for section in sections if section.body]
    return bodies if len(bodies) * 2 > len(sections) else []


def _are_measures(builder: Builder, group: Sequence[Section]) -> bool:
    titles = [builder.texts.join(section.title) for section in group]
    if sum(says(title) is Says.OTHER for title in titles) * 4 > len(titles):
        return False
    above = [passage.text for passage in group[0].above]
    path = (*builder.document.passages[0].headings, *(p for q in group[0].above[-1:] for p in (*q.headings, q.text)))
    meaning = announced(path)
    if meaning in (Says.OTHER, Says.GOALS):
        return False
    if _are_key_projects(group, path[-2:], titles):
        return True
    acting = sum(is_action(title) for title in titles) / len(titles)
    called = meaning is Says.MEASURES or any(says(text) is Says.MEASURES for text in above)
    return acting >= (0.5 if called else 0.8)


def _are_key_projects(group: Sequence[Section], above: Sequence[str], titles: Sequence[str]) -> bool:
    """Whether the heading that has the group's number presents projects one by one, and most titles are more than
    names of fields ("Wohnen", "Sport und Freizeit")."""
    parent = group[0].number.parent
    presented = any(
        (number := numbered(text)) and number.parts == parent and fold(text[number.length :]).startswith(_key_words())
        for text in above
    )
    return presented and sum(_FIELDS.fullmatch(title) is None for title in titles) * 2 > len(titles)


def _key_words() -> tuple[str, ...]:
    return tuple(fold(cue) for cue in cues("key_projects"))


def _topic(builder: Builder, section: Section) -> str | None:
    for passage in reversed(section.above):
        text = passage.text
        if not re.search(r"[^\W\d_]{3}", text):
            continue
        if says(text) is Says.MEASURES:
            break
        if passage.role is Role.HEADING or (len(text) <= 100 and text[-1:].isalnum() and not is_furniture(text)):
            return builder.topic(builder.texts.found(lines_of(passage)), method=NAME)
        break
    return None


def _add(builder: Builder, group: Sequence[Section]) -> None:
    topic = _topic(builder, group[0])
    for section in group:
        label = builder.texts.found(section.title)
        if builder.claimed(label.evidence) or label.text.split()[-1] in cues("open_ends"):
            continue
        builder.measure(
            label,
            number=section.number.printed,
            description=builder.texts.paragraphs(section.body),
            topic_id=topic,
            method=NAME,
            confidence=0.97,
        )
