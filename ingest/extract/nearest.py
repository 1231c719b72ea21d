"""Why nothing was found: the layout that a document comes nearest to, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.extract.fields import inline_label, label_fields
from ingest.extract.numbering import numbered
from ingest.extract.sections import Says, says
from kg.model import Document, Role


@dataclass(frozen=True, slots=True)
class Nearest:
    """A layout's name and, in a few words, what the document has and lacks of it."""

    layout: str
    reason: str


def nearest_layout(document: Document) -> Nearest:
    """The layout of which the document shows most, by what is counted of each."""
    texts = [passage.text for passage in document.passages]
    cells = sum(passage.role is Role.CELL for passage in document.passages)
    labels = sum(bool(label_fields(text) or inline_label(text)) for text in texts)
    numbers = sum(bool((number := numbered(text)) and number.is_code) for text in texts)
    announced = sum(says(text) in (Says.MEASURES, Says.GOALS) for text in texts if len(text) <= 80)
    shown = {
        Nearest("tables", f"it has {cells} table cells, but no header that names measures or goals"): cells / 10,
        Nearest("measure sheets", f"it has {labels} labels of facts, but no title before three of them"): labels,
        Nearest(
            "numbered headings", f"it has {numbers} numbered lines, but none that is said to be a measure"
        ): numbers,
        Nearest("lists", f"{announced} short lines announce goals or measures, but no list follows"): announced,
    }
    best = max(shown, key=lambda near: shown[near])
    return best if shown[best] else Nearest("running text", "it has neither labels, numbers, tables nor lists")
