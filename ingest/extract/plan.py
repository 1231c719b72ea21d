"""From a document to its town's plan."""

from __future__ import annotations

from ingest.extract import headings, records, sheets, slides, tables
from ingest.extract.builder import Builder
from ingest.outcome import Issue
from kg.model import Document, Municipality, Plan


def extract_plan(document: Document, municipality: Municipality) -> tuple[Plan, tuple[Issue, ...]]:
    """The plan that a document states, and what a person should know about it."""
    builder = Builder(document, municipality)
    slides.find(builder)
    sheets.find(builder)
    headings.find(builder)
    if not records.find(builder):
        tables.find(builder)
    plan = builder.build(title=document.source.title, horizon=None, status=None, frameworks=())
    return plan, tuple(builder.issues)
