"""PDF files: every page drawn, laid out, and composed into a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from ingest.outcome import Issue
from ingest.pdf.drawn import Bookmark, Sheet
from ingest.pdf.furniture import LaidPage, furniture, listings
from ingest.pdf.headings import headings
from ingest.pdf.layout import Element, lay_out
from ingest.pdf.lines import is_caption
from ingest.pdf.regions import Paragraph
from ingest.pdf.scans import is_scan, read_scans, tesseract
from ingest.pdf.tables import Table
from ingest.readers.assembly import Block, PageText, assemble
from kg.errors import InvalidRequest, SourceError
from kg.model import Document, Page, Reading, Role, Source
from kg.settings import Settings

_READERS = {"pdfminer": "ingest.pdf.miner", "pdfium": "ingest.pdf.fast"}
_FORM_LABELS = 2  # rows with the same label in two tables that make them one form
_SAME_COLUMN = 4.0  # points between column edges of one table on two pages


def read_pdf(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of a PDF file, and its pages that could not be read.

    Raises SourceError for a file that wants a password or is broken.
    """
    reader = _reader(settings)
    sheets = _sheets(reader, path, source)
    if not sheets:
        raise SourceError("{location}: the PDF has no pages; get it again", location=source.location)
    recognised = read_scans(path, sheets, settings.document_seconds / 2) if settings.ocr != "off" else {}
    sheets = [recognised[sheet.number][0] if sheet.number in recognised else sheet for sheet in sheets]
    laid = list(_laid(sheets))
    dropped = furniture(laid)
    levels = headings(laid, dropped, _outline(reader, path))
    composer = _Composer(dropped | listings(laid, levels), levels)
    pages = [composer.page(page) for page in laid]
    pages = [_as_read(page, sheet, recognised) for page, sheet in zip(pages, sheets, strict=True)]
    return assemble(source, pages, composer.blocks), tuple(_unread(pages, settings))


def _reader(settings: Settings) -> Any:
    """The module that draws pages: `sheets`, `bookmarks` and `is_protected`."""
    if settings.pdf_reader not in _READERS:
        known = ", ".join(_READERS)
        raise InvalidRequest("setting pdf_reader: {name!r} is none of {known}", name=settings.pdf_reader, known=known)
    return import_module(_READERS[settings.pdf_reader])


def _sheets(reader: Any, path: Path, source: Source) -> list[Sheet]:
    """The pages as drawn; a file that the chosen reader cannot follow is given to the other one."""
    try:
        return list(reader.sheets(path))
    except MemoryError:
        raise
    except Exception as error:
        if reader.is_protected(error):
            template = "{location}: the PDF wants a password; save it without one and try again"
            raise SourceError(template, location=source.location) from error
        for other in map(import_module, _READERS.values()):
            with suppress(Exception):
                if other is not reader and (sheets := list(other.sheets(path))):
                    return sheets
        reason = " ".join(str(error).split()) or type(error).__name__
        template = "{location}: the PDF is broken ({reason}); get it again"
        raise SourceError(template, location=source.location, reason=reason) from error


def _laid(sheets: Iterable[Sheet]) -> Iterator[LaidPage]:
    """The pages laid out; each learns which table the page before ended with."""
    before: Table | None = None
    for sheet in sheets:
        elements: list[Element] = lay_out(sheet, before)
        yield LaidPage(sheet.number, sheet.width, sheet.height, elements)
        before = next((element for element in reversed(elements) if isinstance(element, Table)), None)


def _outline(reader: Any, path: Path) -> list[Bookmark]:
    try:
        return list(reader.bookmarks(path))
    except Exception:  # noqa: BLE001 - a broken outline costs the levels that it would give, not the document
        return []


def _as_read(page: Page, sheet: Sheet, recognised: Mapping[int, tuple[Sheet, float]]) -> Page:
    if page.number in recognised:
        return replace(page, reading=Reading.OCR, confidence=round(recognised[page.number][1], 3))
    return replace(page, reading=Reading.NOT_READ) if is_scan(sheet) else page


def _unread(pages: Iterable[Page], settings: Settings) -> Iterable[Issue]:
    numbers = [page.number for page in pages if page.reading is Reading.NOT_READ]
    if not numbers:
        return
    if settings.ocr == "off":
        template = "pages {pages} are pictures and were not read; the setting ocr is off"
    elif tesseract() is None:
        template = "pages {pages} are pictures and were not read; install tesseract-ocr and tesseract-ocr-deu"
    else:
        template = "pages {pages} are pictures in which no text was recognised"
    yield Issue("pages-not-read", template, (("pages", ", ".join(map(str, numbers))),), numbers[0])


@dataclass(slots=True)
class _Composer:
    """Puts pages together in order, and remembers the table that a page may continue."""

    dropped: set[int]
    levels: dict[int, int | None]
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0
    open_table: tuple[Table, int, int, int] | None = None

    def page(self, laid: LaidPage) -> Page:
        text = PageText()
        body = [element for element in laid.elements if id(element) not in self.dropped]
        for element in laid.elements:
            if isinstance(element, Table):
                self._table(element, text, laid, first=bool(body) and element is body[0])
            else:
                start, end = text.add(element.text)
                if id(element) not in self.dropped:
                    self._paragraph(element, laid.number, start, end)
        if body and not isinstance(body[-1], Table):
            self.open_table = None
        return Page(laid.number, text.text, laid.width, laid.height)

    def _paragraph(self, part: Paragraph, page: int, start: int, end: int) -> None:
        if id(part) in self.levels:
            block = Block(page, start, end, Role.HEADING, self.levels[id(part)], part.box, confidence=part.sure)
        else:
            role = Role.CAPTION if is_caption(part.text) else Role.LIST_ITEM if part.marked else Role.BODY
            block = Block(page, start, end, role, box=part.box, confidence=part.sure)
        self.blocks.append(block)

    def _table(self, table: Table, text: PageText, laid: LaidPage, *, first: bool) -> None:
        if len(table.fields) == 1 and not self._continues(table, laid, first=first):
            for part in table.fields[0].paragraphs:
                self._paragraph(part, laid.number, *text.add(part.text))
            return
        number, offset, skipped = self.tables, 0, -1
        if self.open_table is not None and self._continues(table, laid, first=first):
            before, _, number, offset = self.open_table
            if _first_row(before) == _first_row(table):
                skipped = table.fields[0].cell.row
                offset -= 1
        if number == self.tables:
            self.tables += 1
        for entry in table.fields:
            start, end = text.add(entry.text)
            if entry.cell.row != skipped:
                place = (number, entry.cell.row + offset, entry.cell.column)
                self.blocks.append(Block(laid.number, start, end, Role.CELL, None, entry.box, *place))
        last = max(entry.cell.row for entry in table.fields) + offset + 1
        self.open_table = (table, laid.number, number, last)

    def _continues(self, table: Table, laid: LaidPage, *, first: bool) -> bool:
        """Whether the table goes on from the page before: it comes first, and its columns stand in the same places."""
        if self.open_table is None or not first:
            return False
        before, page, _, _ = self.open_table
        return page == laid.number - 1 and _same_columns(before, table) and not _same_form(before, table)


def _same_columns(before: Table, table: Table) -> bool:
    pairs = zip(before.columns, table.columns, strict=False)
    return len(before.columns) == len(table.columns) and all(abs(a - b) <= _SAME_COLUMN for a, b in pairs)


def _same_form(before: Table, table: Table) -> bool:
    """Whether both are one form filled in twice: their rows, below the first, bear the same labels."""
    labels = [
        {field.cell.row: field.text.split("\n")[0] for field in each.fields if field.cell.column == 0 < field.cell.row}
        for each in (before, table)
    ]
    return sum(labels[0].get(row) == label for row, label in labels[1].items()) >= _FORM_LABELS


def _first_row(table: Table) -> Sequence[str]:
    row = table.fields[0].cell.row
    return [" ".join(entry.text.split()) for entry in table.fields if entry.cell.row == row]
