"""Tables open in spreadsheet programs as they are, and do nothing there."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from search_app.views.download import COLUMNS, table_text

CELLS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)


def item(label: str, partners: list[str]) -> dict[str, Any]:
    record: dict[str, Any] = dict.fromkeys(COLUMNS)
    town = {"name": "Torgau", "ags": "14730310"}
    return record | {"label": label, "partners": partners, "municipality": town, "evidence": [], "alignments": []}


@given(CELLS, st.lists(CELLS, max_size=3))
def test_cells_come_back_and_none_is_a_formula(label: str, partners: list[str]) -> None:
    text = table_text([item(label, partners)])
    header, row = csv.reader(io.StringIO(text, newline=""))
    found = dict(zip(header, row, strict=True))
    assert tuple(header) == COLUMNS
    assert found["label"] in (label, f"'{label}")
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert found["ags"] == "14730310"


def test_absent_facts_are_empty_cells() -> None:
    header, row = csv.reader(io.StringIO(table_text([item("Radwege", ["A", "B"])]), newline=""))
    found = dict(zip(header, row, strict=True))
    assert (found["cost"], found["page"], found["partners"]) == ("", "", "A; B")
