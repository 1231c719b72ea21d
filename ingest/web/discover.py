"""What lies behind an address: all chapters of a text under review, the PDF annexes of council papers, or one page.

adhocracy+ shows a text chapter by chapter and lists them all beside each (`nav.doc-toc`). A council information
system that speaks OParl answers objects of JSON, whose papers name their files, their body and who is in charge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import document_fromstring

from ingest.fetch import fetch
from ingest.sources import SourceRequest
from kg.errors import SourceError
from kg.settings import Settings

_OPARL = "schema.oparl.org"
_MOST_PAGES = 50  # of a list of papers
_HTML_HEAD = 200_000


def sources_at(request: SourceRequest, folder: Path, settings: Settings) -> list[SourceRequest]:
    """The requests that this one stands for: itself, unless its address leads to several documents.

    Raises SourceError where the address cannot be fetched.
    """
    if not request.is_address:
        return [request]
    path = fetch(request.location, folder, settings)
    data = path.read_bytes()
    if b"doc-toc" in data[:_HTML_HEAD]:
        chapters = _chapters(data, request.location)
        return [replace(request, location=chapter) for chapter in chapters] or [request]
    if _OPARL.encode() in data:
        return list(_Council(folder, settings).annexes(_parsed(data), request))
    return [request]


def _chapters(data: bytes, address: str) -> list[str]:
    """The addresses of all chapters, in order, on the same host."""
    page: Any = document_fromstring(data)
    links = page.xpath("//nav[contains(@class, 'doc-toc')]//a/@href")
    found = (urljoin(address, str(link)).partition("#")[0] for link in links)
    return list(dict.fromkeys(link for link in found if urlsplit(link).netloc == urlsplit(address).netloc))


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return {}


@dataclass(frozen=True, slots=True)
class _Council:
    """One council information system, asked object by object; answers are kept in the folder."""

    folder: Path
    settings: Settings

    def annexes(self, found: Any, request: SourceRequest) -> Iterator[SourceRequest]:
        """A request for each PDF of the papers in the object: a paper, or a list of papers with its further pages."""
        for _ in range(_MOST_PAGES):
            if not isinstance(found, dict):
                return
            papers = found.get("data") if isinstance(found.get("data"), list) else [found]
            for paper in papers or []:
                if isinstance(paper, dict) and str(paper.get("type", "")).endswith("/Paper"):
                    yield from self._files(paper, request)
            following = (found.get("links") or {}).get("next")
            if not following:
                return
            found = self._object(following)
        return

    def _files(self, paper: dict[str, Any], request: SourceRequest) -> Iterator[SourceRequest]:
        files = [paper.get("mainFile"), *(paper.get("auxiliaryFile") or [])]
        for file in files:
            known = self._object(file) if isinstance(file, str) else file
            if not isinstance(known, dict) or known.get("mimeType", "application/pdf") != "application/pdf":
                continue
            address = known.get("downloadUrl") or known.get("accessUrl")
            if isinstance(address, str) and not known.get("deleted"):
                yield replace(
                    request,
                    location=address,
                    municipality=request.municipality or self._town(paper),
                    title=request.title or self._title(paper, known),
                    licence=request.licence or known.get("license") or paper.get("license"),
                )

    def _title(self, paper: dict[str, Any], file: dict[str, Any]) -> str:
        """The file's name, then in brackets the paper, its reference and date, and who is in charge."""
        charge = [
            self._object(entry) if isinstance(entry, str) else entry for entry in paper.get("underDirectionOf") or []
        ]
        names = [str(entry.get("name")) for entry in charge if isinstance(entry, dict) and entry.get("name")]
        about = [str(paper[key]) for key in ("name", "reference", "date") if paper.get(key)]
        return f"{file.get('name') or paper.get('name') or 'Anlage'} ({', '.join([*about, *names])})"

    def _town(self, paper: dict[str, Any]) -> str | None:
        """The AGS of the paper's body, else its name."""
        body = paper.get("body")
        known = self._object(body) if isinstance(body, str) else body
        if not isinstance(known, dict):
            return None
        town = known.get("ags") or known.get("name")
        return str(town) if town else None

    def _object(self, address: str) -> Any:
        try:
            return _parsed(fetch(address, self.folder, self.settings).read_bytes())
        except SourceError:
            return None
