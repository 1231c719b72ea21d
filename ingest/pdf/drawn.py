"""What a PDF page shows, as both readers give it: runs of text and rulings, in points from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

THIN = 3.0  # points: a drawn area no thicker is a line
_SPOT = (1.0, 8.0)  # points: how wide a drawn spot may be that stands for a list's bullet
_INSET = 8.0  # points between the side of a coloured cell and that of a stripe behind its text
_SMALLER, _HIGHER = 0.85, 0.15  # of the size before it: how small and how much higher a raised number is
_APART = 0.18  # of the font's size: a wider gap in what is written sideways is a space
_WIDE = 0.6  # of the font's size: a gap that divides words whose letters are set apart
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
UNKNOWN = "\ufffd"  # stands for a letter that the file does not explain, such as a ligature without a meaning


@dataclass(slots=True)
class Run:
    """Text of one font on one line. `size` is the height of the font's box; `top` and `bottom` are that box.

    `sure` is the confidence of a recognised word, 0 to 1, and None for what was written as text.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    upright: bool = True
    sure: float | None = None


class Ruling(NamedTuple):
    """A drawn line, horizontal or vertical."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.bottom - self.top


class Area(NamedTuple):
    """A rectangle filled with colour, without a line around it."""

    x0: float
    top: float
    x1: float
    bottom: float

    def backs_line_in(self, other: Area) -> bool:
        """Whether it is a stripe behind text in the other area, which it spans from side to side."""
        inside = other.top - 1 <= self.top and self.bottom <= other.bottom + 1 and self != other
        return inside and 0 <= self.x0 - other.x0 <= _INSET and 0 <= other.x1 - self.x1 <= _INSET

    def edges(self) -> list[Ruling]:
        """Its four sides."""
        return [
            Ruling(self.x0, self.top, self.x1, self.top),
            Ruling(self.x0, self.bottom, self.x1, self.bottom),
            Ruling(self.x0, self.top, self.x0, self.bottom),
            Ruling(self.x1, self.top, self.x1, self.bottom),
        ]


@dataclass(slots=True)
class Sheet:
    """One page as drawn.

    `spots` are small filled shapes as wide as high, of which some are bullets; `pictured` is the share of the page's
    area under pictures; `unknown` counts unexplained letters.
    """

    number: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    spots: list[Area] = field(default_factory=list)
    pictured: float = 0.0
    unknown: int = 0


def add_line(sheet: Sheet, x0: float, top: float, x1: float, bottom: float) -> None:
    """Note a line that runs along the page; shorter than it is thick, it is none."""
    if x1 - x0 > THIN or bottom - top > THIN:
        sheet.rulings.append(Ruling(x0, top, x1, bottom))


def add_box(sheet: Sheet, x0: float, top: float, x1: float, bottom: float, *, stroked: bool) -> None:
    """Note a rectangle: its four sides, or its area where no line is drawn around it."""
    area = Area(x0, top, x1, bottom)
    if stroked:
        sheet.rulings.extend(area.edges())
    else:
        sheet.areas.append(area)


def add_sideways(run: Run, text: str, x0: float, top: float, x1: float, bottom: float) -> bool:
    """Add text to a run that is written sideways, where it stands near to it; the answer says whether it does."""
    gap = max(x0 - run.x1, run.x0 - x1, top - run.bottom, run.top - bottom)
    if gap >= run.size:
        return False
    apart = gap > _APART * run.size and " " not in (run.text[-1], text)
    run.text += f" {text}" if apart else text
    run.x0, run.top = min(run.x0, x0), min(run.top, top)
    run.x1, run.bottom = max(run.x1, x1), max(run.bottom, bottom)
    return True


def is_raised(size: float, bottom: float, size_before: float, bottom_before: float) -> bool:
    """Whether a number of this size and foot is raised above what stands before it, as marks of footnotes are."""
    return size < _SMALLER * size_before and bottom < bottom_before - _HIGHER * size_before


def gap_after(text: str, gap: float, size: float) -> str:
    """The spaces that a gap after the text stands for: one, or two between words whose letters are set apart."""
    apart = gap > _WIDE * size and text[-2:-1] in ("", " ") and text[-1:].isalpha()
    return "  " if apart else " "


def add_spot(sheet: Sheet, x0: float, top: float, x1: float, bottom: float) -> bool:
    """Note a filled shape as a spot where it is small and as wide as high; the answer says whether it is one."""
    width, height = x1 - x0, bottom - top
    spot = min(width, height) >= _SPOT[0] and max(width, height) <= _SPOT[1] and abs(width - height) < 0.2 * width
    if spot:
        sheet.spots.append(Area(x0, top, x1, bottom))
    return spot


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the document's outline: level from 1, title, page where known."""

    level: int
    title: str
    page: int | None = None
