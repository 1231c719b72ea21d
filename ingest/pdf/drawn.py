"""What a PDF page shows, as both readers give it: runs of text and rulings, in points from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass, field

THIN = 3.0  # points: a drawn area no thicker is a line
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


@dataclass(frozen=True, slots=True)
class Ruling:
    """A drawn line, horizontal or vertical. `stroked` is False for the edge of a filled area."""

    x0: float
    top: float
    x1: float
    bottom: float
    stroked: bool = True

    @property
    def horizontal(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(slots=True)
class Sheet:
    """One page as drawn. `pictured` is the share of its area under pictures, `unknown` counts unexplained letters."""

    number: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    pictured: float = 0.0
    unknown: int = 0


def add_line(sheet: Sheet, x0: float, top: float, x1: float, bottom: float, *, stroked: bool = True) -> None:
    """Note a line that runs along the page; shorter than it is thick, it is none."""
    if max(x1 - x0, bottom - top) > THIN:
        sheet.rulings.append(Ruling(x0, top, x1, bottom, stroked))


def add_box(sheet: Sheet, x0: float, top: float, x1: float, bottom: float, *, stroked: bool) -> None:
    """Note the four edges of a rectangle."""
    for edge in ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom)):
        add_line(sheet, *edge, stroked=stroked)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the document's outline: level from 1, title, page where known."""

    level: int
    title: str
    page: int | None = None
