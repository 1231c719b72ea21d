"""Pages that have no text of their own yet: their text is composed from the pieces that a reader finds in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.readers.assembly import Block, PageText
from kg.model import Page, Role


@dataclass(slots=True)
class Composition:
    """Pieces of text in reading order on numbered pages, and tables counted through the document."""

    pages: list[PageText] = field(default_factory=lambda: [PageText()])
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0

    def new_page(self) -> None:
        """What follows stands on the next page."""
        self.pages.append(PageText())

    def add(self, text: str, role: Role = Role.BODY, level: int | None = None) -> None:
        """A heading, paragraph, list item or caption; nothing is added for an empty text."""
        if text.strip():
            start, end = self.pages[-1].add(text.strip())
            self.blocks.append(Block(len(self.pages), start, end, role, level))

    def add_table(self, rows: Sequence[Sequence[str]], first_row: int = 0) -> None:
        """A table, cell by cell, with rows and columns from 0; cells of a row are set apart by tabs in the text.

        `first_row` is what the first of these rows counts as.
        """
        for number, row in enumerate(rows, start=first_row):
            separator = "\n"
            for column, cell in enumerate(row):
                if text := cell.strip():
                    start, end = self.pages[-1].add(text, separator)
                    separator = "\t"
                    block = Block(len(self.pages), start, end, Role.CELL, table=self.tables, row=number, column=column)
                    self.blocks.append(block)
        self.tables += 1

    def finished(self) -> list[Page]:
        """The pages with their text."""
        return [Page(number, page.text) for number, page in enumerate(self.pages, start=1)]
