"""Shared concepts, and the links from items to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.model.checks import require


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
        require(0.0 <= self.confidence <= 1.0, f"a confidence lies between 0 and 1, not {self.confidence}")
