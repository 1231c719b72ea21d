"""From what a reader found on its pages to a `Document`: passages with their place, headings above them, clean text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest import german
from kg.ids import make_id
from kg.model import Box, Document, Page, Passage, Place, Reading, Role, Source

_UMLAUTS = "äöüßÄÖÜ"
_LETTERS = re.compile(r"[^\W\d_]+")
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

    def above(self, role: Role, level: int | None, text: str) -> tuple[str, ...]:
        """The headings above a passage, which, being a heading, stands above what follows."""
        if role is not Role.HEADING:
            return tuple([heading for _, heading in self.open])
        depth = level or _UNLEVELLED
        self.open = [(other, heading) for other, heading in self.open if other < depth]
        self.open.append((depth, text))
        return tuple([heading for _, heading in self.open[:-1]])


def assemble(source: Source, pages: Sequence[Page], blocks: Sequence[Block], language: str = "de") -> Document:
    """The document of these pages, with a passage for each block that has any text, in the blocks' order.

    Words that spaces break are made whole in `Passage.text`; damage by character recognition is mended where a page
    was recognised, where the whole text shows such damage, and where a letter is unknown. Such passages are marked.
    """
    texts = {page.number: page.text for page in pages}
    whole = _is_damaged("\n".join(texts.values()))
    damaged = {page.number for page in pages if whole or page.reading is Reading.OCR}
    passages = _healed_at_breaks(list(_passages(source.id, texts, blocks, damaged)))
    return Document(source.id, source, language, tuple(pages), tuple(passages))


def _passages(
    document_id: str, texts: Mapping[int, str], blocks: Iterable[Block], damaged: Container[int]
) -> Iterator[Passage]:
    headings = _Headings()
    for block in blocks:
        original = texts[block.page][block.start : block.end]
        cleaned = german.clean(original)
        if not cleaned:
            continue
        text = german.join_pieces(cleaned)
        if block.page in damaged or _UNKNOWN in text:
            text = german.repair_ocr(text)
        yield Passage(
            id=make_id("passage", document_id, block.page, block.start, block.end),
            document_id=document_id,
            text=text,
            original=original,
            place=Place(block.page, block.start, block.end, block.box),
            role=block.role,
            headings=headings.above(block.role, block.level, text),
            level=block.level,
            table=block.table,
            row=block.row,
            column=block.column,
            confidence=block.confidence,
            repaired=text != cleaned,
        )


def _healed_at_breaks(passages: Sequence[Passage]) -> list[Passage]:
    """The passages with words made whole that a page break cuts: the first part gets the rest, and both are marked.

    A cell goes on in the same column of the same table, other text in the first passage of the next page. A heading
    neither goes on nor is gone on with.
    """
    healed = list(passages)
    last: dict[tuple[int, int | None, int | None], int] = {}
    for place, passage in enumerate(passages):
        page, column = passage.place.page, (passage.table, passage.column)
        before = last.get((page - 1, *column)) if (page, *column) not in last else None
        if before is not None and Role.HEADING not in (passage.role, passages[before].role):
            stem, tail = healed[before].text, _CUT_OFF.match(passage.text)
            whole = german.join_lines([stem, tail.group(1)]) if tail and stem.endswith("-") else stem
            if tail and " " not in whole[len(stem) - 1 :] and "-" not in whole[len(stem) - 1 :] and whole != stem:
                healed[before] = replace(healed[before], text=whole, repaired=True)
                healed[place] = replace(passage, text=passage.text[tail.end() :], repaired=True)
        last[page, *column] = place
    return [passage for passage in healed if passage.text]


def _is_damaged(text: str) -> bool:
    """Whether the text looks recognised: too few umlauts for German, and words that only lack theirs."""
    letters = sum(map(len, _LETTERS.findall(text)))
    if not letters or sum(map(text.count, _UMLAUTS)) / letters > _SOUND_UMLAUTS:
        return False
    return german.ocr_damaged(text) > _DAMAGED
