"""Plain text: a page for each part between form feeds, a passage for each block between blank lines.

A blank line inside a word that a hyphen breaks divides nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from ingest.media import utf_16
from ingest.outcome import Issue
from ingest.readers.assembly import Block, assemble
from kg.errors import SourceError
from kg.model import Document, Page, Source
from kg.settings import Settings

_STRANGE = re.compile("[\udc80-\udcff]")
_LINE = r"[^\S\n]*\S[^\n]*"
_CUT = r"(?<=[a-zäöüß]-)\n[^\S\n]*(?=\n[a-zäöüß]{2})"  # a blank line inside a word
_BLOCK = re.compile(rf"^{_LINE}(?:(?:{_CUT})?\n{_LINE})*", re.MULTILINE)


def decode(data: bytes, location: str) -> str:
    """The text of the bytes, with `\\n` as line break: UTF-16 by its mark or its zeros, UTF-8, else Windows-1252.

    Some bytes of Windows-1252 inside UTF-8 are read as what they are. Raises SourceError for bytes that are no text.
    """
    wide = utf_16(data)
    for encoding in [wide] if wide else ["utf-8-sig", "cp1252"]:
        try:
            text: str | None = data.decode(encoding)
        except UnicodeDecodeError:
            text = _mostly_utf_8(data) if encoding == "utf-8-sig" else None
        if text is not None and "\0" not in text:
            return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    raise SourceError("{location}: these bytes are no text; give a file saved as UTF-8", location=location)


def _mostly_utf_8(data: bytes) -> str | None:
    """The text where nearly all letters beyond ASCII are UTF-8 and the rest is Windows-1252; else None."""
    text = data.decode("utf-8-sig", "surrogateescape")
    odd = [letter for letter in text if letter > "\x7f"]
    strange = sum("\udc80" <= letter <= "\udcff" for letter in odd)
    if 4 * strange > len(odd):
        return None
    return _STRANGE.sub(lambda found: bytes([ord(found.group()) - 0xDC00]).decode("cp1252", "replace"), text)


def read_plain(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of a text file. `Page.text` is the file's text, character for character."""
    text = decode(path.read_bytes(), source.location)
    pages = tuple(Page(number, part) for number, part in enumerate(text.split("\f"), start=1))
    return assemble(source, pages, [block for page in pages for block in _blocks(page)]), ()


def _blocks(page: Page) -> Iterator[Block]:
    """The page's blocks without what only surrounds the text: page marks, contents, a platform's own lines."""
    for found in _BLOCK.finditer(page.text):
        lines = [line.strip() for line in found.group().splitlines()]
        if not _furniture("boxes").match(lines[0]) and not all(_furniture("lines").fullmatch(line) for line in lines):
            yield Block(page.number, found.start(), found.end())


@cache
def _furniture(name: str) -> re.Pattern[str]:
    rules = tomllib.loads(files("ingest.readers").joinpath("furniture.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(f"(?:{rule})" for rule in rules[name]), re.IGNORECASE)
