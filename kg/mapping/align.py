"""The two doors of the mapping: all items of a plan, or loose texts."""

from __future__ import annotations

from collections.abc import Sequence

from kg.encoding import Encoder
from kg.ids import make_id
from kg.mapping.combine import link
from kg.model import Alignment, Plan, item_text


def align(plan: Plan, encoder: Encoder | None) -> tuple[Alignment, ...]:
    """The accepted links of a plan's goals and measures. Without an encoder the semantic method is silent."""
    items = [*plan.goals, *plan.measures]
    texts = [item_text(item) for item in items]
    links = link(texts, [item.id for item in items], encoder)
    return tuple(alignment for each in links for alignment in each)


def classify(texts: Sequence[str], encoder: Encoder | None) -> list[tuple[Alignment, ...]]:
    """For each text its accepted links; the item id is made from the text."""
    return link(texts, [make_id("text", text) for text in texts], encoder)
