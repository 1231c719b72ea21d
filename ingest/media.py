"""What kind of file this is: by its content first, by its name where the content leaves it open."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_SUFFIXES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
READABLE_SUFFIXES = frozenset(_SUFFIXES)
DECORATION_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})  # what mostly adorns other documents in a folder
PICTURES = ("image/png", "image/jpeg", "image/tiff")
_HEAD = 4096
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:\{\s*\"|\[\s*[\[{])")
_BINARY = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"II*\0": "image/tiff", b"MM\0*": "image/tiff"}


def media_type(path: Path) -> str:
    """The media type of the file; `application/octet-stream` for bytes that are no text and nothing known."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office_type(path)
    for mark, kind in _BINARY.items():
        if head.startswith(mark):
            return kind
    if b"\0" in head and not utf_16(head):
        return "application/octet-stream"
    return _text_type(head, path.suffix.lower())


def _office_type(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return "application/zip"
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else "application/zip"


def utf_16(data: bytes) -> str | None:
    """The name of the kind of UTF-16 that the bytes are, by their mark or by the zeros in it, else None."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:_HEAD]
    half = len(head) // 2
    zeros = head[0::2].count(0), head[1::2].count(0)
    for kind, share in (("utf-16-be", zeros[0]), ("utf-16-le", zeros[1])):
        if half >= 8 and share >= 0.8 * half and sum(zeros) - share == 0:
            return kind
    return None


def unpacked_size(path: Path) -> int:
    """How many bytes the parts of a zipped file unpack to, as the file itself declares; 0 for a broken one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return 0


def _text_type(head: bytes, suffix: str) -> str:
    named = _SUFFIXES.get(suffix, "text/plain")
    if _HTML.search(head[:1024]):
        return "text/html"
    if named in {"text/markdown", "text/csv", "text/tab-separated-values", "text/html"}:
        return named
    return "application/json" if named == "application/json" or _JSON.match(head) else "text/plain"
