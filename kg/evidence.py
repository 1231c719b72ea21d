"""Every quote must stand on its page, character for character, or the plan is refused."""

from __future__ import annotations

from collections.abc import Iterable

from kg.errors import InvalidGraph
from kg.model import Document, Evidence, Measure, Plan

STATED = ("priority", "period", "cost", "responsible", "status", "indicator")
"""Fields of a measure that hold one stated fact each, and the properties of the same names."""


def check_evidence(document: Document, plan: Plan) -> None:
    """Raises InvalidGraph for the first item, fact or total whose quote does not stand on its page."""
    pages = {page.number: page.text for page in document.pages}
    for owner, found in _all_evidence(plan):
        text = pages.get(found.page, "")
        if found.document_id != document.id or text[found.start : found.end] != found.quote:
            raise InvalidGraph(
                "{owner}: the quote {quote!r} does not stand on page {page} at {start}; the item is refused",
                owner=owner,
                quote=found.quote[:60],
                page=found.page,
                start=found.start,
            )


def _all_evidence(plan: Plan) -> Iterable[tuple[str, Evidence]]:
    for item in plan.items():
        yield from ((item.id, found) for found in item.evidence)
        if isinstance(item, Measure):
            for stated in (*(getattr(item, name) for name in STATED), *item.partners):
                yield from ((item.id, found) for found in (stated.evidence if stated else ()))
    for total in plan.totals:
        yield from ((f"{plan.id}, {total.label}", found) for found in total.evidence)
