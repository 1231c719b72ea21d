"""What is printed on pages and is not the plan's text: running headers and footers, page numbers, contents, references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.pdf.layout import Element
from ingest.pdf.regions import Paragraph

_MARGIN = 0.12  # of the page's height, above and below
_REPEATED = 3  # pages on which a marginal text must stand
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:seite|page|folie|s\.)?\s*[-–|]?\s*\d{1,4}\s*(?:(?:/|von|of)\s*\d{1,4})?\s*[-–|]?$", re.IGNORECASE
)
_LEADER = re.compile(r"(?:\.\s?){5,}|…{2,}|_{5,}")
_ENTRY = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|…+\s*\d{1,4}$|^\d+(?:\.\d+)*\.?\s+\S.*\s\d{1,4}$")


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page's number, size and elements."""

    number: int
    width: float
    height: float
    elements: Sequence[Element]


def furniture(pages: Sequence[LaidPage]) -> set[int]:
    """The `id` of every paragraph that repeats in the margins, is a page number, or lists contents."""
    counts = Counter(key for page in pages for key in {_key(part, page) for part in _marginal(page)})
    found: set[int] = set()
    for page in pages:
        for part in _marginal(page):
            if counts[_key(part, page)] >= _REPEATED or _PAGE_NUMBER.match(part.text.strip()):
                found.add(id(part))
        found |= _contents(page)
    return found


def _marginal(page: LaidPage) -> Iterable[Paragraph]:
    for part in page.elements:
        if isinstance(part, Paragraph) and len(part.lines) <= 4:
            if part.bottom < _MARGIN * page.height or part.top > (1 - _MARGIN) * page.height:
                yield part


def _key(part: Paragraph, page: LaidPage) -> tuple[str, int]:
    """What makes two marginal texts the same: their words without figures, and their height on the page."""
    return _DIGITS.sub("#", " ".join(part.text.split())), round(20 * part.top / max(page.height, 1.0))


def _contents(page: LaidPage) -> set[int]:
    """The paragraphs of a table of contents: entries with leaders, or a page where most lines end in a page number."""
    parts = [part for part in page.elements if isinstance(part, Paragraph)]
    lines = [line.text for part in parts for line in part.lines]
    entries = sum(1 for line in lines if _ENTRY.search(line))
    if entries < 4 or 3 * entries < len(lines):
        return {id(part) for part in parts if _LEADER.search(part.text) and _ENTRY.search(part.text)}
    return {id(part) for part in parts if any(_ENTRY.search(line.text) for line in part.lines)}
