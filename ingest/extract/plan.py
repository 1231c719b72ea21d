"""From a document to its town's plan: every layout looks for what it knows, the strongest first."""

from __future__ import annotations

from ingest.extract import headings, lists, prose, records, sheets, slides, tables
from ingest.extract.builder import Builder
from ingest.outcome import Issue
from kg.model import Document, Municipality, Plan

_FEW = 3


def extract_plan(document: Document, municipality: Municipality) -> tuple[Plan, tuple[Issue, ...]]:
    """The plan that a document states, and what a person should know about it.

    Layouts with a form of their own come first; lists and running text are read only for the kind of item that
    those found fewer than three of. An item never stands where another one does.
    """
    builder = Builder(document, municipality)
    slides.find(builder)
    sheets.find(builder)
    if not records.find(builder):
        tables.find(builder)
    headings.find(builder)
    lists.find(builder, measures=len(builder.measures) < _FEW, goals=len(builder.goals) < _FEW)
    if not builder.goals:
        prose.find(builder)
    plan = builder.build(title=document.source.title, horizon=None, status=None, frameworks=())
    return plan, tuple(builder.issues)
