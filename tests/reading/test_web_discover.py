"""One address may stand for many documents: chapters of a participation page, annexes of council papers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from misbehaving import serving

from ingest.sources import SourceRequest
from ingest.web.discover import sources_at
from kg.errors import SourceError
from kg.settings import Settings

SETTINGS = Settings(fetch_private=True, fetch_seconds=5)
CHAPTER = (
    '<nav class="doc-toc"><ol><li><a class="doc-toc__link active" href="/text/chapters/1/">Eins</a></li>'
    '<li><a class="doc-toc__link" href="/text/chapters/2/">Zwei</a></li>'
    '<li><a href="https://elsewhere.example/3/">Fremd</a></li></ol></nav>'
    '<div class="chapter"><h2>Eins</h2><section class="paragraph"><h3>1.1 Bäume</h3></section></div>'
)


def test_a_text_under_review_stands_for_all_its_chapters(tmp_path: Path) -> None:
    with serving({"/text/chapters/1/": ("text/html", CHAPTER.encode())}) as (address, _):
        request = SourceRequest(f"{address}/text/chapters/1/", municipality="Herzberg (Elster)")
        found = sources_at(request, tmp_path, SETTINGS)
    assert [entry.location for entry in found] == [f"{address}/text/chapters/{number}/" for number in (1, 2)]
    assert {entry.municipality for entry in found} == {"Herzberg (Elster)"}


def test_an_ordinary_page_stands_for_itself(tmp_path: Path) -> None:
    with serving() as (address, _):
        request = SourceRequest(f"{address}/good")
        assert sources_at(request, tmp_path, SETTINGS) == [request]
        with pytest.raises(SourceError):
            sources_at(SourceRequest(f"{address}/error"), tmp_path, SETTINGS)


def _council(address: str) -> dict[str, tuple[str, bytes]]:
    def paper(number: int) -> dict[str, object]:
        return {
            "id": f"{address}/papers/{number}",
            "type": "https://schema.oparl.org/1.1/Paper",
            "body": f"{address}/bodies/1",
            "name": f"Klimaschutzkonzept {number}",
            "reference": f"2020/{number}",
            "date": "2020-04-21",
            "underDirectionOf": [f"{address}/organizations/7"],
            "mainFile": {
                "name": "Vorlage",
                "mimeType": "application/pdf",
                "downloadUrl": f"{address}/files/{number}a.pdf",
            },
            "auxiliaryFile": [
                {"name": "Anlage 1", "mimeType": "application/pdf", "accessUrl": f"{address}/files/{number}b.pdf"},
                {"name": "Plan", "mimeType": "image/png", "downloadUrl": f"{address}/files/{number}c.png"},
                {"name": "Alt", "mimeType": "application/pdf", "downloadUrl": f"{address}/x.pdf", "deleted": True},
            ],
        }

    objects = {
        "/papers": {"data": [paper(1)], "links": {"next": f"{address}/papers-2"}},
        "/papers-2": {"data": [paper(2)], "links": {"next": f"{address}/papers-2"}, "pagination": {}},
        "/bodies/1": {"type": "https://schema.oparl.org/1.1/Body", "name": "Stadt Karlsruhe", "ags": "08212000"},
        "/organizations/7": {"type": "https://schema.oparl.org/1.1/Organization", "name": "Umwelt- und Arbeitsschutz"},
    }
    objects["/papers-2"]["links"] = {}
    return {path: ("application/json", json.dumps(value).encode()) for path, value in objects.items()}


def test_council_papers_stand_for_their_annexes(tmp_path: Path) -> None:
    pages: dict[str, tuple[str, bytes]] = {}
    with serving(pages) as (address, _):
        pages.update(_council(address))
        found = sources_at(SourceRequest(f"{address}/papers"), tmp_path, SETTINGS)
    assert [entry.location.removeprefix(address) for entry in found] == [
        "/files/1a.pdf", "/files/1b.pdf", "/files/2a.pdf", "/files/2b.pdf",
    ]  # fmt: skip
    assert {entry.municipality for entry in found} == {"08212000"}
    assert found[1].title == "Anlage 1 (Klimaschutzkonzept 1, 2020/1, 2020-04-21, Umwelt- und Arbeitsschutz)"
