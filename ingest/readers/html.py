"""HTML as blocks: headings with their levels, paragraphs, list items, table cells; what is not content is left out.

The content is the element that the page itself names as such: chapters of a text under review (adhocracy+), then
`<main>`, a lone `<article>`, and at last the whole body without menus. What is marked as navigation, notice or action
(`html.toml`) is always left out; accordions (`<details>`) are kept.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.outcome import Issue
from ingest.readers.assembly import assemble
from ingest.readers.composition import Composition
from ingest.readers.plain import decode
from kg.errors import SourceError
from kg.model import Document, Role, Source
from kg.settings import Settings

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MENU_LINKS, _MENU_SHARE = 3, 0.8  # links in a list, and their share of its letters, that make it a menu
_WHOLE_PAGE = 1500  # letters: a form that holds more is the page that old systems put into one
_SPACES = re.compile(r"[^\S\n]+")
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files("ingest.readers").joinpath("html.toml").read_text(encoding="utf-8"))


def read_html(path: Path, source: Source, settings: Settings) -> tuple[Document, tuple[Issue, ...]]:
    """The document of one web page: one page, whose text is composed from its content in order."""
    text = _decode(path.read_bytes(), source.location)
    composition = Composition()
    compose(text, composition, source.location)
    issues = () if composition.blocks else (_nothing(source),)
    return assemble(source, composition.finished(), composition.blocks), issues


def _nothing(source: Source) -> Issue:
    template = "{location}: the page has no text of its own; it may need a browser, give a saved copy"
    return Issue("EmptyPage", template, (("location", source.location),))


def _decode(data: bytes, location: str) -> str:
    declared = _CHARSET.search(data[:2048])
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8"):
        try:
            return data.decode(declared.group(1).decode())
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, location)


def compose(html: str, composition: Composition, location: str) -> None:
    """Add the page's content to the composition, block by block. Raises SourceError for what is no HTML."""
    try:
        root = document_fromstring(html, parser=HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SourceError("{location}: not a readable web page: {reason}", location=location, reason=error) from error
    for element in _content(root):
        _Walk(composition).walk(element)


def _content(root: HtmlElement) -> list[HtmlElement]:
    for path in _rules()["content"]:
        found = [element for element in root.xpath(path) if "".join(element.itertext()).strip()]
        if found:
            return found
    for menu in [entry for entry in root.iter("ul", "ol") if _is_menu(entry)]:
        menu.drop_tree()
    for head in root.xpath("/html/body/header[not(.//h1)]"):
        head.drop_tree()
    return [root]


def _is_menu(entries: HtmlElement) -> bool:
    """Whether a list is a menu: some links, and hardly a word that is none."""
    links = [len("".join(link.itertext()).strip()) for link in entries.iter("a")]
    return len(links) >= _MENU_LINKS and sum(links) >= _MENU_SHARE * len("".join("".join(entries.itertext()).split()))


class _Walk:
    """One pass over an element; runs of inline text become blocks where a block-level element begins or ends."""

    def __init__(self, composition: Composition) -> None:
        self.composition = composition
        self.run: list[str] = []

    def walk(self, element: HtmlElement) -> None:
        stack: list[tuple[HtmlElement, Iterator[HtmlElement], Role, int | None]] = []
        self._enter(stack, element)
        while stack:
            current, children, role, level = stack[-1]
            child = next(children, None)
            if child is not None:
                self._enter(stack, child)
                continue
            stack.pop()
            if _is_block(current):
                self._flush(role, level)
            if stack and current.tail:
                self.run.append(current.tail)

    def _enter(self, stack: list[Any], element: HtmlElement) -> None:
        tag = element.tag
        role, level = (stack[-1][2], stack[-1][3]) if stack else (Role.BODY, None)
        if not isinstance(tag, str) or _is_dropped(element):
            self.run.append(element.tail or "")
            return
        if tag == "br":
            self.run.append("\n" + (element.tail or ""))
            return
        if _is_block(element):
            self._flush(role, level)
        if tag == "table" and not element.xpath(".//table"):
            self.composition.add_table(_table(element))
            self.run.append(element.tail or "")
            return
        role, level = _role(tag, role, level)
        self.run.append(element.text or "")
        stack.append((element, iter(element), role, level))

    def _flush(self, role: Role, level: int | None) -> None:
        text = _one_text(self.run)
        self.run.clear()
        self.composition.add(text, role, level)


def _role(tag: str, role: Role, level: int | None) -> tuple[Role, int | None]:
    if tag in _HEADINGS:
        return Role.HEADING, _HEADINGS[tag]
    if tag == "summary" or (tag == "button" and role is not Role.HEADING):
        return Role.HEADING, None
    if tag == "li":
        return Role.LIST_ITEM, None
    return (Role.CAPTION, None) if tag in ("figcaption", "caption") else (role, level)


def _one_text(run: list[str]) -> str:
    lines = "".join(run).replace("\r", "")
    return _SPACES.sub(" ", lines).strip()


def _is_block(element: HtmlElement) -> bool:
    return element.tag in _rules()["blocks"]


def _is_dropped(element: HtmlElement) -> bool:
    words = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}".lower().split()
    if element.tag in _rules()["dropped"] or not set(words).isdisjoint(_rules()["dropped_names"]):
        return True
    if element.tag == "button":
        return not _opens(element)
    if element.tag == "form":
        return not element.xpath(".//h1|.//main|.//article") and len(element.text_content()) < _WHOLE_PAGE
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return hidden and not any(word.startswith(tuple(_rules()["shut"])) for word in words)


def _opens(button: HtmlElement) -> bool:
    """Whether the button is the title of something shut below it: it says so, or stands in a heading."""
    in_heading = any(parent.tag in _HEADINGS for parent in button.iterancestors())
    return in_heading or (button.get("aria-expanded") is not None and button.get("role") != "tab")


def _table(table: HtmlElement) -> list[list[str]]:
    """The cells row by row; a cell that spans rows or columns stands in the first of them, the others are empty."""
    rows: list[list[str]] = []
    spans: dict[int, int] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        spans = {column: left - 1 for column, left in spans.items() if left > 0}
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while spans.get(len(cells), 0) > 0:
                cells.append("")
            for column in range(len(cells), len(cells) + _span(cell, "colspan")):
                spans[column] = _span(cell, "rowspan")
            cells.append(_cell_text(cell))
            cells.extend([""] * (_span(cell, "colspan") - 1))
        rows.append(cells)
    return rows


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1")
    return min(max(int(value), 1), 100) if value.isdigit() else 1


def _cell_text(cell: HtmlElement) -> str:
    parts: list[str] = []
    for element in cell.iter():
        if isinstance(element.tag, str) and not _is_dropped(element):
            breaks = "\n" if element.tag == "br" or _is_block(element) else ""
            parts.append(breaks + (element.text or ""))
        if element is not cell:
            parts.append(element.tail or "")
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
