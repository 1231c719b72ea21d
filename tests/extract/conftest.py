"""Reading a file into a document the way the pipeline does, for one of the labelled towns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.extract import extract_plan
from ingest.readers import read
from kg.ids import make_id
from kg.model import Document, Municipality, Plan, Source
from kg.settings import Settings

_TYPES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".html": "text/html",
    ".csv": "text/csv",
    ".json": "application/json",
    ".pdf": "application/pdf",
}
_FACTS = ("priority", "period", "cost", "responsible", "status", "indicator")
Extracted = tuple[Document, Plan]


@pytest.fixture(scope="session")
def extracted() -> Callable[..., Extracted]:
    """A function from a file and its town's name to the document and plan; each file is read once a session."""
    done: dict[tuple[Path, str], Extracted] = {}

    def run(path: Path, town: str = "Musterstadt") -> Extracted:
        if (path, town) not in done:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            source = Source(
                id=make_id("document", content),
                municipality="14730310",
                title=path.stem,
                location=str(path),
                media_type=_TYPES[path.suffix],
                sha256=content,
                retrieved="2026-01-01",
            )
            document, _ = read(path, source, Settings(ocr="off"))
            plan, _ = extract_plan(document, Municipality("14730310", town, "Sachsen"))
            for item in plan.items():
                assert item.evidence, f"{item.label} has no evidence"
                assert all(quote.stands_in(document) for quote in item.evidence), item.label
            for measure in plan.measures:
                for fact in (*(getattr(measure, name) for name in _FACTS), *measure.partners):
                    assert fact is None or fact.evidence, measure.label
                    assert fact is None or all(quote.stands_in(document) for quote in fact.evidence), measure.label
            done[path, town] = document, plan
        return done[path, town]

    return run
