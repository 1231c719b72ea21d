"""From what a reader found on its pages to a `Document`: passages with their place, headings above them, clean text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest import german
from kg.ids import make_id
from kg.model import Box, Document, Page, Passage, Place, Reading, Role, Source

_UMLAUTS = re.compile("[äöüßÄÖÜ]")
_LETTERS = re.compile(r"[^\W\d_]")
_DAMAGED = 0.01
_SOUND_UMLAUTS = 0.008
_CUT_OFF = re.compile(r"([a-zäöüß]+[.,;:)]*)\s*")  # what a page break cut off a word
_UNLEVELLED = 99
_UNKNOWN = "\ufffd"  # a letter that a file does not explain


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a page's text that belongs together: characters `start:end` of page `page`, and what it is."""

    page: int
    start: int
    end: int
    role: Role = Role.BODY
    level: int | None = None
    box: Box | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    confidence: float | None = None


@dataclass(slots=True)
class PageText:
    """The text of a page that grows piece by piece; each piece learns where it stands."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, piece: str, separator: str = "\n") -> tuple[int, int]:
        """Where the piece stands after it was added; a separator stands before it unless it is the first."""
        if self.pieces:
            self.pieces.append(separator)
            self.length += len(separator)
        start = self.length
        self.pieces.append(piece)
        self.length += len(piece)
        return start, self.length

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.pieces)


@dataclass(slots=True)
class _Headings:
    """The path of headings above the passage at hand."""

    open: list[tuple[int, str]] = field(default_factory=list)

    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.open)

    def enter(self, level: int | None, text: str) -> None:
        depth = level or _UNLEVELLED
        self.open = [(other, heading) for other, heading in self.open if other < depth]
        self.open.append((depth, text))


def assemble(source: Source, pages: Sequence[Page], blocks: Sequence[Block], language: str = "de") -> Document:
    """The document of these pages, with a passage for each block that has any text, in the blocks' order.

    Words that spaces break are made whole in `Passage.text`; damage by character recognition is mended where a page
    was recognised, where the whole text shows such damage, and where a letter is unknown. Such passages are marked.
    """
    texts = {page.number: page.text for page in pages}
    recognised = {page.number for page in pages if page.reading is Reading.OCR}
    damaged = _is_damaged("\n".join(texts.values()))
    passages = []
    for passage in _passages(source.id, texts, blocks):
        mended = german.join_pieces(passage.text)
        if damaged or passage.place.page in recognised or _UNKNOWN in passage.text:
            mended = german.repair_ocr(mended)
        passages.append(replace(passage, text=mended, repaired=True) if mended != passage.text else passage)
    return Document(source.id, source, language, tuple(pages), tuple(_under_headings(_healed_at_breaks(passages))))


def _passages(document_id: str, texts: dict[int, str], blocks: Sequence[Block]) -> Iterator[Passage]:
    for block in blocks:
        original = texts[block.page][block.start : block.end]
        if text := german.clean(original):
            yield Passage(
                id=make_id("passage", document_id, block.page, block.start, block.end),
                document_id=document_id,
                text=text,
                original=original,
                place=Place(block.page, block.start, block.end, block.box),
                role=block.role,
                level=block.level,
                table=block.table,
                row=block.row,
                column=block.column,
                confidence=block.confidence,
            )


def _under_headings(passages: Sequence[Passage]) -> Iterator[Passage]:
    headings = _Headings()
    for passage in passages:
        if passage.role is Role.HEADING:
            headings.enter(passage.level, passage.text)
            yield replace(passage, headings=headings.path()[:-1])
        else:
            yield replace(passage, headings=headings.path())


def _healed_at_breaks(passages: Sequence[Passage]) -> list[Passage]:
    """The passages with words made whole that a page break cuts: the first part gets the rest, and both are marked.

    A cell goes on in the same column of the same table, other text in the first passage of the next page.
    """
    healed = list(passages)
    last: dict[tuple[int, int | None, int | None], int] = {}
    for place, passage in enumerate(passages):
        page, column = passage.place.page, (passage.table, passage.column)
        before = last.get((page - 1, *column))
        if before is not None and (page, *column) not in last and passage.role is not Role.HEADING:
            stem, tail = healed[before].text, _CUT_OFF.match(passage.text)
            whole = german.join_lines([stem, tail.group(1)]) if tail and stem.endswith("-") else stem
            if tail and " " not in whole[len(stem) - 1 :] and "-" not in whole[len(stem) - 1 :] and whole != stem:
                healed[before] = replace(healed[before], text=whole, repaired=True)
                healed[place] = replace(passage, text=passage.text[tail.end() :], repaired=True)
        last[page, *column] = place
    return [passage for passage in healed if passage.text]


def _is_damaged(text: str) -> bool:
    """Whether the text looks recognised: too few umlauts for German, and words that only lack theirs."""
    letters = len(_LETTERS.findall(text))
    if not letters or len(_UMLAUTS.findall(text)) / letters > _SOUND_UMLAUTS:
        return False
    return german.ocr_damaged(text) > _DAMAGED
