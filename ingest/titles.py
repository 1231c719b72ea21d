"""What a document calls itself, where the file says so."""

from __future__ import annotations

import re
from contextlib import closing
from html import unescape
from pathlib import Path

_HEAD = 200_000
_HTML = re.compile(rb"<title[^>]*>([^<]*)</title>", re.IGNORECASE)
_LEFTOVER = re.compile(
    r"\\|\.(?:docx?|pptx?|xlsx?|indd|pdf|qxp|cdr)\b|microsoft|^(?:untitled|unbenannt|title|titel)$", re.IGNORECASE
)
_SHORTEST = 5


def own_title(path: Path, media_type: str) -> str | None:
    """The title in the file's own data, None where there is none or where it is only a file's name."""
    if media_type == "text/html":
        with path.open("rb") as file:
            found = _HTML.search(file.read(_HEAD))
        title = unescape(found.group(1).decode("utf-8", "replace")) if found else ""
    elif media_type == "application/pdf":
        title = _pdf_title(path)
    else:
        title = ""
    title = " ".join(title.split())
    return title if len(title) >= _SHORTEST and not _LEFTOVER.search(title) else None


def _pdf_title(path: Path) -> str:
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            return str(document.get_metadata_value("Title"))
    except pypdfium2.PdfiumError:
        return ""
