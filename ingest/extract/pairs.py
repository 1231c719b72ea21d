"""Titles and labels of measure sheets, each label with its values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.extract.fields import inline_label, label_fields
from ingest.extract.lines import Block
from ingest.extract.numbering import in_contents, numbered
from ingest.extract.sections import Says, says
from kg.model import Box, Passage

LONGEST_TITLE = 200
CODE = re.compile(r"[A-ZÄÖÜ]{0,3}[ .-]?\d+(?:\.\d+)*[a-z]?")
_CODE_WORD = re.compile(
    r"(?:\w*(?:ma(?:ß|ss)nahmen?|projekt|vorhaben|steckbrief|blatt)\b|Nr\.?)[\s:–-]*(?:Nr\.?)?\s*", re.I
)


@dataclass(frozen=True, slots=True)
class Title:
    """What a sheet may be named: a text with a number, or a heading. `headings` is the path above it.

    `otherwise` is the label that the text is the value of where it begins no sheet.
    """

    block: Block
    number: str | None
    headings: tuple[str, ...] = ()
    otherwise: Pair | None = None

    def with_number(self, other: Title) -> Title:
        """This title with the number and headings of one that stands before it."""
        return replace(self, number=other.number, headings=other.headings or self.headings)


@dataclass(slots=True)
class Pair:
    """A label and the blocks that are its value."""

    fields: tuple[str, ...]
    headings: tuple[str, ...] = ()
    box: Box | None = None
    page: int = 0
    values: list[Block] = field(default_factory=list)

    def as_title(self) -> Title:
        """The value of a label such as "Maßnahme" as a title."""
        block = self.values[0]
        number = numbered(block[0].text)
        if number and number.is_code:
            return Title((block[0].cut(number.length), *block[1:]), number.printed, self.headings)
        return Title(block, None, self.headings)

    def by_field(self) -> Iterator[tuple[str, list[Block]]]:
        """The values by field; a label of two fields shares them out line by line where there are as many."""
        lines = [line for block in self.values for line in block]
        if len(self.fields) > 1 and len(lines) == len(self.fields):
            for name, line in zip(self.fields, lines, strict=True):
                yield name, [(line,)]
        else:
            yield self.fields[0], self.values


Labelled = Title | Pair


def title_of(passage: Passage, lines: Block) -> Title | None:
    """The title that a passage is: short, with a code in front ("A1.2 Roadmap", "Maßnahme 3: Radweg").

    The code may stand on a line of its own, and the name of the field of action on the line before.
    """
    text = passage.text
    if any(label_fields(line.text) or inline_label(line.text) for line in lines[1:]):
        return None
    if len(text) > LONGEST_TITLE or in_contents(text) or text.endswith((".", "?", ":")) or label_fields(text):
        return None
    for at, line in enumerate(lines[:3]):
        word = _CODE_WORD.match(line.text)
        begin = word.end() if word else 0
        if word and at + 1 < len(lines) and CODE.fullmatch(line.text[begin:].strip()):
            return Title(lines[at + 1 :], line.text[begin:].strip(), passage.headings)
        number = numbered(line.text[begin:]) if at == 0 or word else None
        if number and (number.is_code or word):
            block = (line.cut(begin + number.length), *lines[at + 1 :])
            brief = len(block) == 1 and len(block[0].text.split()) <= 2
            if not (brief and says(block[0].text) is Says.OTHER):
                return Title(block, number.printed, passage.headings)
    return None
