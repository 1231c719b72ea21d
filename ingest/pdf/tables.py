"""What a table on a page is: its filled cells with the paragraphs in them."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.pdf.grid import Cell
from ingest.pdf.regions import Paragraph
from kg.model import Box


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of a table with the paragraphs in it, of which there is at least one."""

    cell: Cell
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        """The paragraphs' texts with line breaks between."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    @property
    def box(self) -> Box:
        """The rectangle of the cell."""
        return Box(self.cell.x0, self.cell.top, self.cell.x1, self.cell.bottom)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its filled cells row by row, and where its columns are divided; `ruled` where lines divide them.

    A table with one filled cell may be the end of one that began on the page before, or else just text.
    """

    fields: tuple[Field, ...]
    columns: tuple[float, ...]
    x0: float
    top: float
    x1: float
    bottom: float
    ruled: bool = True
