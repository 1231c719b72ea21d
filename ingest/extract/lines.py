"""Lines of a document with their place, and the texts put together from them with exact evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ingest.extract.damage import mend
from ingest.german import clean, join_lines, repair_ocr
from kg.model import Box, Document, Evidence, Passage

_SPACED_SLASH = re.compile(r"(?<=[\w.-])/ (?=\w)")
_DAMAGED = 0.05
_DEBRIS = re.compile(r"[#|=_~]+$")


@dataclass(frozen=True, slots=True)
class Line:
    """Characters of one page, on one line: `text` is `page.text[start:end]`."""

    page: int
    start: int
    text: str
    box: Box | None = None

    @property
    def end(self) -> int:
        """Where the line ends in the page's text."""
        return self.start + len(self.text)

    def cut(self, start: int, end: int | None = None) -> Line:
        """The characters `start:end` of this line, without white space at either side."""
        piece = self.text[start:end]
        lead = len(piece) - len(piece.lstrip())
        return replace(self, start=self.start + start + lead, text=piece.strip())


Block = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A text as an item carries it, and where it stands."""

    text: str
    evidence: tuple[Evidence, ...]


def lines_of(passage: Passage) -> Block:
    """The lines of a passage that hold anything but white space."""
    place = passage.place
    found = []
    for match in re.finditer(r"[^\n]*\S[^\n]*", passage.original):
        line = Line(place.page, place.start + match.start(), match.group(), place.box)
        found.append(line.cut(0))
    return tuple(found)


def split_at(block: Iterable[Line], separator: re.Pattern[str]) -> list[Block]:
    """The parts of a block between matches of `separator`, without empty ones."""
    parts: list[list[Line]] = [[]]
    for line in block:
        begin = 0
        for match in separator.finditer(line.text):
            parts[-1].append(line.cut(begin, match.start()))
            parts.append([])
            begin = match.end()
        parts[-1].append(line.cut(begin))
    kept = [tuple(line for line in part if line.text) for part in parts]
    return [part for part in kept if part]


def is_broken(block: Block, before: Line, line: Line) -> bool:
    """Whether a line of a block was ended on purpose: the next word would have found room in it."""
    widest = max(len(other.text) for other in block)
    return len(before.text) + 1 + len(line.text.split()[0]) <= widest * 0.9


class Texts:
    """Puts lines of one document together: heals line breaks, repairs OCR damage where the document has any."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._pages = {page.number: page for page in document.pages}
        repaired = [passage.place for passage in document.passages if passage.repaired]
        self.damaged = len(repaired) >= _DAMAGED * len(document.passages) and bool(repaired)
        self._repaired = [] if self.damaged else repaired
        self._joined = cache(self._join)

    def join(self, lines: Sequence[Line]) -> str:
        """One line of text, cleaned and repaired. Asked for the same lines again and again by the column rules."""
        return self._joined(tuple(lines))

    def _join(self, lines: tuple[Line, ...]) -> str:
        text = _SPACED_SLASH.sub("/", clean(join_lines([line.text for line in lines])))
        if self.damaged:
            return self.repair(_DEBRIS.sub("", text))
        return repair_ocr(text) if any(self._was_repaired(line) for line in lines) else text

    def _was_repaired(self, line: Line) -> bool:
        return any(p.page == line.page and p.start <= line.start < p.end for p in self._repaired)

    def found(self, lines: Sequence[Line]) -> Found:
        """The joined text of lines and one evidence for every run of lines that follow each other on a page."""
        runs: list[list[Line]] = []
        for line in (line for line in lines if line.text):
            if runs and self._follows(runs[-1][-1], line):
                runs[-1].append(line)
            else:
                runs.append([line])
        return Found(self.join(lines), tuple(self._evidence(run) for run in runs))

    def paragraphs(self, blocks: Sequence[Block]) -> Found:
        """Blocks as paragraphs, with a line break between them."""
        parts = [self.found(block) for block in blocks if block]
        return Found("\n".join(part.text for part in parts), tuple(e for part in parts for e in part.evidence))

    def repair(self, text: str) -> str:
        """The text with OCR damage mended, where the document has any."""
        return mend(repair_ocr(text)) if self.damaged else text

    def join_texts(self, *parts: str) -> str:
        """Texts that follow each other, a word broken between them healed."""
        return join_lines(parts)

    def lines_at(self, evidence: Iterable[Evidence]) -> Block:
        """The lines that quotes consist of."""
        found = [
            Line(quote.page, quote.start + match.start(), match.group(), quote.box).cut(0)
            for quote in evidence
            for match in re.finditer(r"[^\n]*\S[^\n]*", quote.quote)
        ]
        return tuple(found)

    def _follows(self, before: Line, after: Line) -> bool:
        between = self._pages[before.page].text[before.end : after.start]
        return before.page == after.page and before.end <= after.start and not between.strip()

    def _evidence(self, run: Sequence[Line]) -> Evidence:
        first, last = run[0], run[-1]
        quote = self._pages[first.page].text[first.start : last.end]
        return Evidence(self.document.id, first.page, first.start, last.end, quote, _around(run))


def _around(run: Sequence[Line]) -> Box | None:
    boxes = [line.box for line in run if line.box]
    if not boxes:
        return None
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    return Box(left, min(box.top for box in boxes), right, max(box.bottom for box in boxes))
