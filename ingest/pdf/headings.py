"""Which paragraphs are headings, and of which level: bookmarks before numbering before style."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.pdf.drawn import Bookmark
from ingest.pdf.furniture import LaidPage, paragraphs_of
from ingest.pdf.lines import is_caption
from ingest.pdf.regions import Paragraph

_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[^\W\d]")
_LARGER = 1.12  # times the body's size
_LONGEST = 160  # characters
_MOST_LINES = 4
_ENOUGH = 2  # numbered headings that must look alike before one without a number gets their level
_SPACES = re.compile(r"\W+")

Style = tuple[float, bool]


def headings(pages: Sequence[LaidPage], dropped: set[int], outline: Iterable[Bookmark]) -> dict[int, int | None]:
    """The `id` of every heading with its level, None where nothing tells the level.

    A heading is larger than the body, or bold where the body is not. Where headings are numbered, one without a
    number has the level of those that look alike, if there are two; elsewhere the larger style stands above.
    """
    body = _body_style(part for part in paragraphs_of(pages) if id(part) not in dropped)
    marked = {(_folded(entry.title), entry.page): entry.level for entry in outline}
    found: dict[int, int | None] = {}
    styles: dict[Style, Counter[int]] = {}
    candidates: list[Paragraph] = []
    for page in pages:
        for part in page.elements:
            if not isinstance(part, Paragraph) or id(part) in dropped or not _could_be(part):
                continue
            level = marked.get((_folded(part.text), page.number), _numbered(part, body))
            if level is not None:
                found[id(part)] = level
                styles.setdefault(_style(part), Counter())[level] += 1
            elif _stands_out(part, body):
                candidates.append(part)
    ranks = _ranks(candidates) if not styles else {}
    for part in candidates:
        levels = styles.get(_style(part), Counter[int]())
        alike = len(levels) == 1 and levels.total() >= _ENOUGH
        found[id(part)] = next(iter(levels)) if alike else ranks.get(_style(part))
    return found


def _numbered(part: Paragraph, body: Style) -> int | None:
    """The level that the number before a heading gives; a whole number before bold text may be a list's."""
    number = _NUMBER.match(part.text)
    if number is None or not _stands_out(part, body):
        return None
    level = number.group(1).count(".") + 1
    return level if level > 1 or part.size >= _LARGER * body[0] else None


def _body_style(parts: Iterable[Paragraph]) -> Style:
    """The style of most letters in paragraphs of some length."""
    letters: Counter[Style] = Counter()
    for part in parts:
        letters[_style(part)] += len(part.text) if len(part.text) > 80 else len(part.text) // 4
    return letters.most_common(1)[0][0] if letters else (10.0, False)


def _style(part: Paragraph) -> Style:
    return round(part.size * 2) / 2, part.bold


def _could_be(part: Paragraph) -> bool:
    text = part.text.strip()
    if len(text) > _LONGEST or len(part.lines) > _MOST_LINES or not any(letter.isalpha() for letter in text):
        return False
    return not is_caption(text) and (text[-1] not in ".,;" or bool(_NUMBER.match(text)))


def _stands_out(part: Paragraph, body: Style) -> bool:
    size, bold = body
    return part.size >= _LARGER * size or (part.bold and not bold and part.size >= 0.95 * size)


def _ranks(parts: Iterable[Paragraph]) -> dict[Style, int]:
    """Levels by style, the largest first, for styles that more than one heading has and for larger ones above them."""
    styles = Counter(_style(part) for part in parts)
    largest = max((style for style, count in styles.items() if count > 1), default=None)
    common = sorted((s for s, count in styles.items() if count > 1 or (largest and s > largest)), reverse=True)
    return {style: level for level, style in enumerate(common, start=1)}


def _folded(text: str) -> str:
    return _SPACES.sub("", text).casefold()
