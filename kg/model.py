"""The types that pass between the modules: frozen, checked on construction, standard library only.

The data goes `Source` → `Document` (pages of passages, with their place) → `Plan` (topics, areas, goals and
measures, each with evidence) → `Alignment` (links to shared concepts) → `Entry` (an item as published) → `Hit`.
An absent fact is `None` or an empty tuple: it means "not stated" and is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


class Kind(StrEnum):
    """The four kinds of item that a plan is made of."""

    TOPIC = "topic"
    AREA = "area"
    GOAL = "goal"
    MEASURE = "measure"


class Scheme(StrEnum):
    """The shared concept schemes that items are aligned to."""

    SDG = "sdg"
    SDG_TARGET = "sdg-target"
    SMART_CITY = "smart-city"
    LEIPZIG_CHARTER = "leipzig-charter"
    TOPIC = "topic"


class LinkMethod(StrEnum):
    """How an alignment came about."""

    STATED = "stated"
    LEXICAL = "lexical"
    SEMANTIC = "semantic"
    HUMAN = "human"


class Review(StrEnum):
    """What a person said of an alignment."""

    UNREVIEWED = "unreviewed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A German town. `ags` is the eight-digit Amtlicher Gemeindeschlüssel; coordinates are WGS 84 degrees.

    `central_place` is its rank in regional planning, such as "Mittelzentrum".
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

    def __post_init__(self) -> None:
        _require(len(self.ags) == 8 and self.ags.isdigit(), f"an AGS has eight digits, not {self.ags!r}")
        _require(bool(self.name), "a municipality has a name")


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
        _require(self.x0 <= self.x1 and self.top <= self.bottom, f"a box has its corners in order: {self}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: page from 1, characters `start:end` of that page's text, box where known."""

    page: int
    start: int
    end: int
    box: Box | None = None

    def __post_init__(self) -> None:
        _require(self.page >= 1, f"pages count from 1, not {self.page}")
        _require(0 <= self.start <= self.end, f"characters {self.start}:{self.end} are out of order")


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
        _require(self.page >= 1, f"pages count from 1, not {self.page}")
        _require(self.end - self.start == len(self.quote) > 0, "the quote is as long as its character range")

    def stands_in(self, document: Document) -> bool:
        """Whether the quote really stands at its place in this document."""
        page = document.page(self.page)
        return document.id == self.document_id and page is not None and page.text[self.start : self.end] == self.quote


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as the document words it (`text`), its normal form where there is one, and its evidence."""

    text: str
    normal: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What topics, areas, goals and measures have in common.

    `label` is the cleaned title and `description` the cleaned text below it, empty where there is none;
    `number` is as printed ("6.1", "A1.2") or, if the page order alone gives it, None. `method` names the rule
    with its version, and `confidence` is the share of such items that are right on the labelled documents.
    """

    id: str
    plan_id: str
    label: str
    description: str = ""
    number: str | None = None
    evidence: tuple[Evidence, ...] = ()
    method: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _require(bool(self.label.strip()), f"item {self.id} has a label")
        _require(0.0 <= self.confidence <= 1.0, f"a confidence lies between 0 and 1, not {self.confidence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Item):
    """A field of action, as the plan names it."""

    part_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningArea(Item):
    """A part of the town. `listed` is False for a name that items use and the plan's own list of areas lacks.

    `whole_town` marks "Gesamtstadt". `number` holds the plan's code, such as "PG I".
    """

    aliases: tuple[str, ...] = ()
    listed: bool = True
    whole_town: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Item):
    """What a town wants to reach. `part_of` is the id of the goal above it, `level` its name in the plan's
    hierarchy ("Leitziel", "Teilziel")."""

    topic_id: str | None = None
    area_ids: tuple[str, ...] = ()
    part_of: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Item):
    """What a town wants to do. `bundle` marks a content focus that stands for several measures of its goal."""

    goal_ids: tuple[str, ...] = ()
    topic_id: str | None = None
    area_ids: tuple[str, ...] = ()
    part_of: str | None = None
    bundle: bool = False
    priority: Stated | None = None
    period: Stated | None = None
    cost: Stated | None = None
    responsible: Stated | None = None
    partners: tuple[Stated, ...] = ()
    status: Stated | None = None
    indicator: Stated | None = None


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """A count that the document itself prints, kept as printed and compared with what was found.

    `value` is None where the print cannot be read as a number; `doubtful` where it can but does not add up.
    """

    label: str
    counted: str
    printed: str
    value: int | None
    topic_id: str | None = None
    found: int | None = None
    doubtful: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one document says that its town plans. `framework` names concept IRIs that the plan says it follows."""

    id: str
    municipality: str
    title: str
    documents: tuple[str, ...]
    topics: tuple[Topic, ...] = ()
    areas: tuple[PlanningArea, ...] = ()
    goals: tuple[Goal, ...] = ()
    measures: tuple[Measure, ...] = ()
    totals: tuple[StatedTotal, ...] = ()
    frameworks: tuple[str, ...] = ()
    edition: str | None = None
    horizon: str | None = None
    status: str | None = None

    def items(self) -> tuple[Item, ...]:
        """Topics, areas, goals and measures, in this order."""
        return (*self.topics, *self.areas, *self.goals, *self.measures)


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a shared scheme. `labels` and `definitions` are pairs of language tag and text."""

    iri: str
    scheme: Scheme
    notation: str
    labels: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...] = ()
    broader: str | None = None

    def label(self, language: str = "de") -> str:
        """The label in that language, else in the first language there is."""
        return dict(self.labels).get(language, self.labels[0][1])


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start:end` of an item's text (label, line break, description) that carry an alignment."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """A link from an item to a concept: how it came about, how sure it is, and which words carry it.

    `confidence` is calibrated; `accepted` says that it passed the threshold, or was stated or confirmed.
    `shares` gives each method's own score, `nearest` the most similar labelled example.
    """

    item_id: str
    concept: str
    scheme: Scheme
    code: str
    method: LinkMethod
    version: str
    confidence: float
    accepted: bool
    evidence: tuple[Span, ...] = ()
    nearest: str | None = None
    shares: tuple[tuple[str, float], ...] = ()
    review: Review = Review.UNREVIEWED

    def __post_init__(self) -> None:
        _require(0.0 <= self.confidence <= 1.0, f"a confidence lies between 0 and 1, not {self.confidence}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as it is published: with its town, plan, document and links."""

    item: Topic | PlanningArea | Goal | Measure
    kind: Kind
    municipality: Municipality
    plan_title: str
    document_id: str
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why an item was found: words that match, the nearest sentence, concepts shared, rank in each list.

    `factors` are the named parts that a counterpart's score is the product of, each between 0 and 1.
    """

    matched: tuple[str, ...] = ()
    sentence: str | None = None
    concepts: tuple[str, ...] = ()
    lexical_rank: int | None = None
    dense_rank: int | None = None
    factors: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a search: rank from 1, fused score (comparable within one result list only), and why.

    `duplicates` are the ids of items of the same town that say nearly the same and are not listed again.
    """

    entry: Entry
    rank: int
    score: float
    why: Why
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Two items of two towns that are alike: how much (0 to 1), and why."""

    a: Entry
    b: Entry
    score: float
    why: Why


def item_text(item: Item) -> str:
    """What an item says, for mapping and search: its label, a line break, its description."""
    return f"{item.label}\n{item.description}" if item.description else item.label
