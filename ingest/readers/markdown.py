"""Markdown: read as the web page that it stands for, so that quotes carry no markup."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.outcome import Issue
from ingest.readers.assembly import assemble
from ingest.readers.composition import Composition
from ingest.readers.html import compose
from ingest.readers.plain import decode
from kg.model import Document, Source
from kg.settings import Settings

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def read_markdown(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of a Markdown file: one page, composed from headings, paragraphs, list items and table cells."""
    from markdown_it import MarkdownIt

    text = _FRONT_MATTER.sub("", decode(path.read_bytes(), source.location))
    html = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table").render(text)
    composition = Composition()
    if html.strip():
        compose(f"<main>{html}</main>", composition, source.location)
    return assemble(source, composition.finished(), composition.blocks), ()
