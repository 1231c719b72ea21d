"""DOCX: paragraphs with the level of their heading style, list items, and tables, in the order of the document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ingest.outcome import Issue
from ingest.readers.assembly import assemble
from ingest.readers.composition import Composition
from kg.errors import SourceError
from kg.model import Document, Role, Source
from kg.settings import Settings

_HEADING = re.compile(r"(?:heading|berschrift)\s*(\d)", re.IGNORECASE)
_LIST = re.compile(r"^list|^liste|aufz.hlung", re.IGNORECASE)


def read_docx(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of a DOCX file, as one page: the file does not say where its pages break."""
    import docx

    composition = Composition()
    try:
        for part in docx.Document(str(path)).iter_inner_content():
            if hasattr(part, "rows"):
                composition.add_table(_rows(part))
            else:
                composition.add(part.text, *_role(part))
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceError(
            "{location}: the DOCX cannot be read: {reason}", location=source.location, reason=reason
        ) from error
    return assemble(source, composition.finished(), composition.blocks), ()


def _role(paragraph: Any) -> tuple[Role, int | None]:
    style = paragraph.style.name or "" if paragraph.style is not None else ""
    if found := _HEADING.search(style):
        return Role.HEADING, int(found.group(1))
    if style.lower() in ("title", "titel"):
        return Role.HEADING, 1
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    return (Role.LIST_ITEM, None) if numbered or _LIST.search(style) else (Role.BODY, None)


def _rows(table: Any) -> list[list[str]]:
    """The cells row by row; a merged cell stands once, the places that it also covers are empty."""
    seen: set[Any] = set()  # the elements themselves: their ids are used again once they are let go
    rows = []
    for row in table.rows:
        cells = []
        for cell in row.cells:
            cells.append("" if cell._tc in seen else cell.text)
            seen.add(cell._tc)
        rows.append(cells)
    return rows
