"""Reading: whatever form a plan is published in, it becomes a `Document` of clean passages that know their place."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ingest.media import DOCX, PICTURES, XLSX, unpacked_size
from ingest.outcome import Issue
from kg.errors import SourceError
from kg.model import Document, Source
from kg.settings import Settings

Reader = Callable[[Path, Source, Settings], tuple[Document, tuple[Issue, ...]]]

# Media type → module and function, imported when first used.
_READERS = {
    "text/plain": "ingest.readers.plain:read_plain",
    "text/markdown": "ingest.readers.markdown:read_markdown",
    "text/html": "ingest.readers.html:read_html",
    "text/csv": "ingest.readers.tables:read_csv",
    "text/tab-separated-values": "ingest.readers.tables:read_csv",
    "application/json": "ingest.readers.tables:read_json",
    "application/pdf": "ingest.pdf.read:read_pdf",
    **dict.fromkeys(PICTURES, "ingest.pdf.images:read_image"),
    DOCX: "ingest.readers.word:read_docx",
    XLSX: "ingest.readers.tables:read_xlsx",
}


def read(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document in this file, and what a person should know about reading it.

    The reader follows from `source.media_type`. Raises SourceError, in one line, for a file that is missing,
    empty, too large, protected, broken, or of a kind that no reader knows.
    """
    if not path.is_file():
        raise SourceError("{location}: there is no such file; check the path", location=source.location)
    size = path.stat().st_size
    if not size:
        raise SourceError("{location}: the file is empty; get it again", location=source.location)
    if size > settings.max_source_bytes:
        raise _too_large(source, size, settings)
    if source.media_type in (DOCX, XLSX) and (size := unpacked_size(path)) > settings.max_source_bytes:
        raise _too_large(source, size, settings)
    return _reader(source)(path, source, settings)


def _too_large(source: Source, size: int, settings: Settings) -> SourceError:
    template = "{location}: {size} bytes are more than the setting max_source_bytes allows ({limit}); raise it"
    return SourceError(template, location=source.location, size=size, limit=settings.max_source_bytes)


def _reader(source: Source) -> Reader:
    name = _READERS.get(source.media_type)
    if name is None:
        raise SourceError(
            "{location}: no reader for {media_type}; readable are {known}",
            location=source.location,
            media_type=source.media_type,
            known=", ".join(sorted(_READERS)),
        )
    module, function = name.split(":")
    reader: Reader = getattr(import_module(module), function)
    return reader
