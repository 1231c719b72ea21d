"""What a document calls itself, where the file says so."""

from __future__ import annotations

import re
from contextlib import closing
from html import unescape
from pathlib import Path

_HEAD = 200_000
_HTML = re.compile(rb"<title[^>]*>([^<]*)</title>", re.IGNORECASE)
_MARKDOWN = re.compile(rb"^#[ \t]+(.+?)[ \t#]*\r?$", re.MULTILINE)
_LEFTOVER = re.compile(
    r"\\|\.(?:docx?|pptx?|xlsx?|indd|pdf|qxp|cdr)\b|microsoft|^(?:untitled|unbenannt|title|titel)$", re.IGNORECASE
)
_SHORTEST = 5


def own_title(path: Path, media_type: str) -> str | None:
    """The title in the file's own data, or its first heading of the first level in Markdown; None where there is none.

    What is only a file's name or left over from a template is no title.
    """
    if media_type == "text/html":
        title = unescape(_first(_HTML, path))
    elif media_type == "text/markdown":
        title = _first(_MARKDOWN, path)
    elif media_type == "application/pdf":
        title = _pdf_title(path)
    else:
        title = ""
    title = " ".join(title.split())
    return title if len(title) >= _SHORTEST and not _LEFTOVER.search(title) else None


def _first(pattern: re.Pattern[bytes], path: Path) -> str:
    with path.open("rb") as file:
        found = pattern.search(file.read(_HEAD))
    return found.group(1).decode("utf-8", "replace") if found else ""


def _pdf_title(path: Path) -> str:
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            return str(document.get_metadata_value("Title"))
    except pypdfium2.PdfiumError:
        return ""
