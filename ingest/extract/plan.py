"""From a document to its town's plan: every layout looks for what it knows, the strongest first."""

from __future__ import annotations

from ingest.extract import describe, headings, lists, prose, records, sheets, slides, tables, totals
from ingest.extract.builder import Builder
from ingest.extract.column_names import check_declared, column_remarks
from ingest.extract.frameworks import frameworks
from ingest.extract.nearest import nearest_layout
from ingest.extract.unruled import tabulated
from ingest.outcome import Issue
from kg.model import Document, Municipality, Plan

_FEW = 3


def extract_plan(document: Document, municipality: Municipality) -> tuple[Plan, tuple[Issue, ...]]:
    """The plan that a document states, and what a person should know about it.

    Layouts with a form of their own come first; lists and running text are read only for the kind of item that
    those found fewer than three of. An item never stands where another one does.
    """
    check_declared(document)
    builder = Builder(tabulated(document), municipality)
    slides.find(builder)
    sheets.find(builder)
    if not records.find(builder):
        tables.find(builder)
    headings.find(builder)
    lists.find(builder, measures=len(builder.measures) < _FEW, goals=len(builder.goals) < _FEW)
    if not builder.goals:
        prose.find(builder)
    totals.find(builder)
    title = describe.title(builder)
    plan = builder.build(
        title=title,
        horizon=describe.horizon(builder, title),
        status=describe.status(builder, title),
        frameworks=frameworks(builder),
    )
    if not (plan.goals or plan.measures):
        builder.issues.append(_nothing_found(document))
    return plan, (*column_remarks(document), *builder.issues)


def _nothing_found(document: Document) -> Issue:
    """Which layout the document is nearest to, and what it lacks."""
    near = nearest_layout(document)
    return Issue(
        "nothing-found",
        "no goals or measures recognised, {pages} pages read, nearest layout {layout} because {reason}",
        (("pages", str(len(document.pages))), ("layout", near.layout), ("reason", near.reason)),
    )
