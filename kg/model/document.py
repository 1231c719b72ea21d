"""A source as it was read: pages, and passages that know their place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.model.checks import require


class Role(StrEnum):
    """What a passage is on its page."""

    HEADING = "heading"
    BODY = "body"
    CELL = "cell"
    LIST_ITEM = "list-item"
    CAPTION = "caption"


class Reading(StrEnum):
    """How the characters of a page came to be."""

    BORN_DIGITAL = "born-digital"
    OCR = "ocr"
    NOT_READ = "not-read"


@dataclass(frozen=True, slots=True)
class Municipality:
    """A German town. `ags` is the eight-digit Amtlicher Gemeindeschlüssel; coordinates are WGS 84 degrees.

    `central_place` is its rank in regional planning, such as "Mittelzentrum", `central_place_source` the plan that
    gives it the rank.
    """

    ags: str
    name: str
    state: str
    nuts3: str | None = None
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    same_as: tuple[str, ...] = ()
    central_place: str | None = None
    central_place_source: str | None = None

    def __post_init__(self) -> None:
        require(len(self.ags) == 8 and self.ags.isdigit(), f"an AGS has eight digits, not {self.ags!r}")
        require(bool(self.name), "a municipality has a name")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document came from. `location` is a path or an address, `retrieved` an ISO date.

    `columns` are the pairs of table header and field that whoever gave the source declared.
    """

    id: str
    municipality: str
    title: str
    location: str
    media_type: str
    sha256: str
    retrieved: str
    licence: str | None = None
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the page's top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    def __post_init__(self) -> None:
        require(self.x0 <= self.x1 and self.top <= self.bottom, f"a box has its corners in order: {self}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: page from 1, characters `start:end` of that page's text, box where known."""

    page: int
    start: int
    end: int
    box: Box | None = None

    def __post_init__(self) -> None:
        require(self.page >= 1, f"pages count from 1, not {self.page}")
        require(0 <= self.start <= self.end, f"characters {self.start}:{self.end} are out of order")


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of text: `original` is `page.text[start:end]`, `text` the same cleaned.

    `headings` is the path of headings above it; `level` is a heading's level from 1; a cell has the number of
    its table in the document and its row and column from 0; `repaired` says that OCR damage was mended in `text`.
    """

    id: str
    document_id: str
    text: str
    original: str
    place: Place
    role: Role = Role.BODY
    headings: tuple[str, ...] = ()
    level: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    confidence: float | None = None
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read. A text file has one page, or one for each part between form feeds.

    Evidence is checked against `text`. Width and height are in points where the page has a size.
    """

    number: int
    text: str
    width: float | None = None
    height: float | None = None
    reading: Reading = Reading.BORN_DIGITAL
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A source as it was read: pages in order, passages in reading order."""

    id: str
    source: Source
    language: str
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]

    def page(self, number: int) -> Page | None:
        """The page of that number, or None."""
        return next((page for page in self.pages if page.number == number), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote and where it stands: `quote` is `page.text[start:end]`, character for character."""

    document_id: str
    page: int
    start: int
    end: int
    quote: str
    box: Box | None = None

    def __post_init__(self) -> None:
        require(self.page >= 1, f"pages count from 1, not {self.page}")
        require(self.end - self.start == len(self.quote) > 0, "the quote is as long as its character range")

    def stands_in(self, document: Document) -> bool:
        """Whether the quote really stands at its place in this document."""
        page = document.page(self.page)
        return document.id == self.document_id and page is not None and page.text[self.start : self.end] == self.quote
