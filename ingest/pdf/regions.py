"""Lines become blocks (paragraphs, titles, list items), and blocks come into reading order, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Protocol, TypeVar

from ingest.pdf.drawn import Ruling
from ingest.pdf.lines import MARKER, Line, is_caption
from kg.model import Box

_LEADING = 1.9  # of the size: lines further apart, from foot to foot, are not of one block
_SINGLE = 1.45  # of the size: wider steps belong to a paragraph only where its full lines all stand so far apart
_WIDER = 1.15  # times the step before or after: a wider step begins a new paragraph
_FULL = 0.75  # of the paragraph's width: a shorter line may be its last
_SIZES = 0.08  # relative difference of size between lines of one block
_TITLE = 1.15  # times the size of what stands below: a title
_SIDE = 0.5  # of the width of the column beside it: so narrow a column stands at its side
_GUTTER = 0.7  # of the median size: narrower gaps separate no columns
_GOES_ON = re.compile(r"(?:-|\b(?:und|oder|bzw\.|sowie))$")
_DATE = re.compile(
    r"\d{1,2}\.\s*(?:(?:[–-]|und|bis)\s*\d{1,2}\.\s*)?"
    r"(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sept|Okt|Nov|Dez)(?:\.|uar|ruar|il|i|ust|ember|ober)?(?!\w)"
)
_PLACE, _TOP, _LEFT = attrgetter("top", "x0"), attrgetter("top"), attrgetter("x0")


class Boxed(Protocol):
    """Anything with a rectangle."""

    @property
    def x0(self) -> float:
        """Left edge."""

    @property
    def top(self) -> float:
        """Upper edge."""

    @property
    def x1(self) -> float:
        """Right edge."""

    @property
    def bottom(self) -> float:
        """Lower edge."""


T = TypeVar("T", bound=Boxed)


class Paragraph:
    """Lines one below the other that belong together, with the box around them. The longest line gives the size."""

    __slots__ = ("bottom", "lines", "size", "text", "top", "x0", "x1")

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        if len(lines) == 1:
            (only,) = lines
            self.text, self.x0, self.top, self.x1, self.bottom = only.text, only.x0, only.top, only.x1, only.bottom
            self.size = only.size
            return
        self.text = "\n".join([line.text for line in lines])
        self.x0, self.x1 = min([line.x0 for line in lines]), max([line.x1 for line in lines])
        self.top, self.bottom = min([line.top for line in lines]), max([line.bottom for line in lines])
        self.size = max(lines, key=lambda line: len(line.text)).size

    @property
    def bold(self) -> bool:
        """Whether every line is bold."""
        return all(line.bold for line in self.lines)

    @property
    def marked(self) -> bool:
        """Whether it begins with a list marker."""
        return is_marked(self.lines[0])

    @property
    def sure(self) -> float | None:
        """Mean confidence of its recognised words, None where it was written as text."""
        shares = [run.sure for line in self.lines for run in line.runs if run.sure is not None]
        return sum(shares) / len(shares) if shares else None

    @property
    def box(self) -> Box:
        """The rectangle around it."""
        return Box(self.x0, self.top, self.x1, self.bottom)


def is_marked(line: Line) -> bool:
    """Whether the line begins with a list marker, which the day of a date is not, and has more than that."""
    words = line.text.split(maxsplit=1)
    return len(words) > 1 and MARKER.match(words[0]) is not None and not _DATE.match(line.text)


def paragraphs(lines: Sequence[Line], rulings: Iterable[Ruling] = ()) -> list[Paragraph]:
    """The lines, which come sorted from top to bottom, as paragraphs, in the order of their first lines."""
    if len(lines) == 1:
        return [Paragraph(lines)]
    below = _next_lines(lines)
    bars = [ruling for ruling in rulings if ruling.horizontal]
    started: set[int] = set(below.values())
    found: list[Paragraph] = []
    for index in range(len(lines)):
        if index in started:
            continue
        chain = [index]
        while (following := below.get(chain[-1])) is not None:
            chain.append(following)
        found.extend(_split([lines[place] for place in chain], bars))
    return sorted(found, key=_PLACE)


def _next_lines(lines: Sequence[Line]) -> dict[int, int]:
    """For each line the one right below it, where both are each other's only neighbour on that side."""
    down: dict[int, list[int]] = {}
    up: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        reach = line.bottom + _LEADING * line.size
        nearest = None
        for other in range(index + 1, len(lines)):
            below = lines[other]
            if below.top > reach or (nearest is not None and below.top > nearest):
                break
            if below.top < (line.top + line.bottom) / 2 or below.x0 >= line.x1 or below.x1 <= line.x0:
                continue
            nearest = below.top + 0.5 * below.size if nearest is None else nearest
            down.setdefault(index, []).append(other)
            up.setdefault(other, []).append(index)
    return {
        index: others[0] for index, others in down.items() if len(others) == 1 and _only(up[others[0]], index, lines)
    }


def _only(above: Sequence[int], index: int, lines: Sequence[Line]) -> bool:
    """Whether no other line stands as near above as this one."""
    return all(other == index or lines[other].bottom < lines[index].top + 0.5 * lines[index].size for other in above)


def _split(chain: Sequence[Line], bars: Sequence[Ruling]) -> Iterable[Paragraph]:
    steps = [following.bottom - line.bottom for line, following in pairwise(chain)]
    right = max(line.x1 for line in chain)
    part = [chain[0]]
    for place, (line, following) in enumerate(pairwise(chain)):
        near = [steps[other] for other in (place - 1, place + 1) if 0 <= other < len(steps)]
        full = line.x1 - line.x0 >= _FULL * (right - line.x0)
        if _is_step(steps[place], near, line, full=full) or _breaks(line, following, bars):
            yield Paragraph(part)
            part = []
        part.append(following)
    yield Paragraph(part)


def _is_step(step: float, near: Sequence[float], line: Line, *, full: bool) -> bool:
    """Whether the way down to the next line is wider than between lines of one paragraph."""
    if step > _LEADING * line.size:
        return True
    if near and step > _WIDER * min(near) and step > 1.1 * line.size:
        return True
    return step > _SINGLE * line.size and not (full and near and step <= _WIDER * min(near))


def _breaks(line: Line, following: Line, bars: Sequence[Ruling]) -> bool:
    if abs(line.size - following.size) > _SIZES * max(line.size, following.size):
        return True
    if line.bold != following.bold and not _runs_on(line, following):
        return True
    if is_caption(following.text) or (is_marked(following) and not _GOES_ON.search(line.text)):
        return True
    foot, head = line.bottom - 0.35 * line.size, following.top + 0.35 * following.size
    return any(foot <= bar.top <= head and bar.x0 < line.x1 and bar.x1 > line.x0 for bar in bars)


def _runs_on(line: Line, following: Line) -> bool:
    """Whether the weight changes inside a sentence: one of the lines has both weights."""
    return len({run.bold for run in line.runs}) == 2 and following.text[:1].islower()


def reading_order(elements: Sequence[T]) -> list[T]:
    """The elements column by column where columns are, else from top to bottom."""
    if len(elements) < 2:
        return list(elements)
    heights = sorted(element.bottom - element.top for element in elements)
    gutter = max(_GUTTER * min(heights[len(heights) // 2], 12.0), 4.0)
    groups = _groups(_bands(elements), gutter)
    if len(groups) > 1:
        return [element for group in groups for element in reading_order(group)]
    columns = _columns(groups[0], gutter)
    if len(columns) > 1:
        return [element for column in _titled_first(columns) for element in reading_order(column)]
    return sorted(elements, key=_PLACE)


def _titled_first(columns: list[list[T]]) -> list[list[T]]:
    """The columns from left to right, but a narrow one after the one beside it whose title stands above both."""
    side, main, *others = columns
    title = min(main, key=_TOP)
    if (
        _width(side) < _SIDE * _width(main)
        and title.top < min(element.top for element in side)
        and title.bottom < max(element.bottom for element in side)
        and _size(title) >= max(map(_size, main))
        and _is_title([title], side)
    ):
        return [main, side, *others]
    return columns


def _width(column: Sequence[Boxed]) -> float:
    return max(element.x1 for element in column) - min(element.x0 for element in column)


def _bands(elements: Iterable[T]) -> list[list[T]]:
    """Slices of the page with white space from edge to edge between them."""
    bands: list[list[T]] = []
    foot = float("-inf")
    for element in sorted(elements, key=_TOP):
        if element.top >= foot - 0.5:
            bands.append([])
        bands[-1].append(element)
        foot = max(foot, element.bottom)
    return bands


def _groups(bands: Sequence[list[T]], gutter: float) -> list[list[T]]:
    """Neighbouring slices joined while a common gutter runs through them, or while none has one.

    A title goes with what stands below it, though it be no wider than a column above.
    """
    groups: list[list[list[T]]] = []
    spans: list[tuple[float, float]] = []  # of the last group
    for band in bands:
        own = [(element.x0, element.x1) for element in band]
        if groups:
            joined = _joined([*spans, *own], gutter)
            single = len(spans) == 1
            below_title = single and len(joined) > 1 and _is_title(_flat(groups[-1]), band)
            if (len(joined) > 1 and not below_title) or (single and len(_joined(own, gutter)) == 1):
                groups[-1].append(band)
                spans = joined
                continue
        groups.append([band])
        if len(groups) > 1 and len(groups[-2]) > 1 and _is_title(groups[-2][-1], band):
            groups[-1].insert(0, groups[-2].pop())
            own += [(element.x0, element.x1) for element in groups[-1][0]]
        spans = _joined(own, gutter)
    return [_flat(group) for group in groups]


def _joined(spans: Iterable[tuple[float, float]], gutter: float) -> list[tuple[float, float]]:
    """The spans from left to right, those as one between which there is no gutter."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1] + gutter:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _flat(bands: Iterable[list[T]]) -> list[T]:
    return [element for band in bands for element in band]


def _is_title(above: Sequence[T], below: Iterable[T]) -> bool:
    """Whether all text above is larger than what stands below, so that it is above all of its columns.

    Above a table or box, whose text has no size, one paragraph may be its title.
    """
    smallest, largest = min(map(_size, above), default=0.0), max(map(_size, below), default=0.0)
    return smallest > _TITLE * largest if largest else len(above) == 1 and smallest > 0


def _size(element: Boxed) -> float:
    return element.size if isinstance(element, Paragraph) else 0.0


def _columns(elements: Iterable[T], gutter: float) -> list[list[T]]:
    columns: list[list[T]] = []
    edge = float("-inf")
    for element in sorted(elements, key=_LEFT):
        if element.x0 >= edge + gutter:
            columns.append([])
        columns[-1].append(element)
        edge = max(edge, element.x1)
    return columns
