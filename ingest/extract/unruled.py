"""Sheets without rules, and tables in plain text, made into cells before any layout looks at a document.

Tables without rules in a PDF are cells already when it has been read (`ingest.pdf.unruled`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.extract.aligned import aligned_tables
from ingest.extract.forms import forms
from ingest.extract.placed import Table
from kg.model import Document, Passage, Role


def tabulated(document: Document) -> Document:
    """The document with the cells of such tables as cells; the same document where there are none.

    Measured on the two documents in `tests/extract/test_layouts.py` that have them, 6 of 6 measures; the labelled
    documents have none, and no item of theirs changes.
    """
    first = max((passage.table for passage in document.passages if passage.table is not None), default=-1) + 1
    number = first
    passages: list[Passage] = []
    for page in document.pages:
        here = [passage for passage in document.passages if passage.place.page == page.number]
        tables = _distinct([*forms(here, page), *aligned_tables(here, page)])
        passages += _with_cells(here, tables, number)
        number += len(tables)
    return replace(document, passages=tuple(passages)) if number > first else document


def _distinct(tables: Sequence[Table]) -> list[Table]:
    """The tables without those that share a passage with one before them."""
    kept: list[Table] = []
    for made_of, cells in tables:
        if not any(made_of & others for others, _ in kept):
            kept.append((made_of, cells))
    return kept


def _with_cells(passages: Sequence[Passage], tables: Sequence[Table], number: int) -> Iterator[Passage]:
    """The passages of a page with each table in the place of the first passage that it is made of."""
    made_of = {identifier: at for at, (used, _) in enumerate(tables) for identifier in used}
    done: set[int] = set()
    for passage in passages:
        at = made_of.get(passage.id)
        if at is None:
            yield passage
        elif at not in done:
            done.add(at)
            for row, cells in enumerate(tables[at][1]):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        yield replace(cell, role=Role.CELL, table=number + at, row=row, column=column)
