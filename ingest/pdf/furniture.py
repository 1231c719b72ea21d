"""What is printed on pages and is not the plan's text: running heads and feet, page numbers, contents, references."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.pdf.layout import Element
from ingest.pdf.regions import Paragraph

_MARGIN = 0.12  # of the page's height, above and below
_REPEATED = 3  # pages on which a marginal text must stand
_TITLE = 1.15  # times the body's size: larger text in the margin is a title, as on slides
_PAGE_NUMBER = re.compile(
    r"(?:seite|page|folie|s\.)?\s*[-–|]?\s*\d{1,4}\s*(?:(?:/|von|of)\s*\d{1,4})?\s*[-–|]?$", re.IGNORECASE
)
_OUTER_NUMBER = re.compile(r"^\d{1,4}\s*[|–-]\s*|\s*(?:[|–-]|\bseite)\s*\d{1,4}$", re.IGNORECASE)
_LEADER = re.compile(r"(?:\.\s?){4,}|…{2,}|_{5,}")
_ENTRY = re.compile(r"(?:(?:\.\s?){4,}|…+)\s*\d{1,4}$|^\d+(?:\.\d+)*\.?\s+\S.*\s\d{1,4}$")


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page's number, size and elements."""

    number: int
    width: float
    height: float
    elements: Sequence[Element]


def paragraphs_of(pages: Iterable[LaidPage]) -> Iterable[Paragraph]:
    """The paragraphs of the pages that are not in tables, in reading order."""
    return (part for page in pages for part in page.elements if isinstance(part, Paragraph))


def body_size(pages: Iterable[LaidPage]) -> float:
    """The size of most letters in paragraphs of some length, in points."""
    letters: Counter[float] = Counter()
    for part in paragraphs_of(pages):
        letters[round(part.size * 2) / 2] += len(part.text) if len(part.text) > 80 else len(part.text) // 4
    return letters.most_common(1)[0][0] if letters else 10.0


def furniture(pages: Sequence[LaidPage]) -> set[int]:
    """The `id` of every paragraph that is a page number, lists contents, or repeats in the margins.

    Of a running head, which often names a chapter or a measure, the first of its kind stays.
    """
    largest = _TITLE * body_size(pages)
    counts = Counter(key for page in pages for key in {_key(part, page) for part in _marginal(page, largest)})
    seen: set[tuple[str, int]] = set()
    found: set[int] = set()
    for page in pages:
        for part in _marginal(page, largest):
            key, head = _key(part, page), part.bottom < page.height / 2
            repeated = key in seen if head else counts[key] >= _REPEATED
            if repeated or _PAGE_NUMBER.match(part.text.strip()):
                found.add(id(part))
            seen.add(key)
        found |= _contents(page)
    return found


def _marginal(page: LaidPage, largest: float) -> Iterable[Paragraph]:
    for part in page.elements:
        if isinstance(part, Paragraph) and len(part.lines) <= 4 and part.size <= largest:
            above, below = part.bottom < _MARGIN * page.height, part.top > (1 - _MARGIN) * page.height
            if above or below:
                yield part


def _key(part: Paragraph, page: LaidPage) -> tuple[str, int]:
    """What makes two marginal texts the same: their words without a page number, and their height on the page."""
    return _OUTER_NUMBER.sub("", " ".join(part.text.split())), round(20 * part.top / max(page.height, 1.0))


def _contents(page: LaidPage) -> set[int]:
    """The paragraphs of a table of contents: entries with leaders, or a page where many lines end in a page number."""
    parts = list(paragraphs_of([page]))
    lines = [line.text for part in parts for line in part.lines]
    entries = sum(map(_is_entry, lines))
    if entries < 4 or 3 * entries < len(lines):
        return {id(part) for part in parts if _LEADER.search(part.text) and _ENTRY.search(part.text)}
    return {id(part) for part in parts if any(_is_entry(line.text) for line in part.lines)}


def _is_entry(line: str) -> bool:
    return line[-1:].isdecimal() and _ENTRY.search(line) is not None


@cache
def _listing_titles() -> re.Pattern[str]:
    titles = tomllib.loads(files("ingest.pdf").joinpath("words.toml").read_text(encoding="utf-8"))["listings"]
    return re.compile(rf"(?:[\dIVX.]+\s+)?(?:{'|'.join(map(re.escape, titles))})\s*:?$", re.IGNORECASE)


def listings(pages: Sequence[LaidPage], levels: Mapping[int, int | None]) -> set[int]:
    """The `id` of every paragraph in a list of references, figures or contents, from its heading to the next one."""
    found: set[int] = set()
    inside = False
    for part in paragraphs_of(pages):
        if id(part) in levels:
            inside = _listing_titles().match(" ".join(part.text.split())) is not None
        if inside:
            found.add(id(part))
    return found
