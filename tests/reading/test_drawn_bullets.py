"""Bullets that a PDF draws as shapes, and text of narrow cells, as a browser's print makes them."""

from __future__ import annotations

from ingest.pdf.drawn import Area, Ruling, Run, Sheet
from ingest.pdf.layout import lay_out
from ingest.pdf.lines import bullets
from ingest.pdf.tables import Table


def _run(text: str, x0: float, top: float, *, width: float | None = None) -> Run:
    return Run(text, x0, top, x0 + (width or 5.0 * len(text)), top + 12, 12)


def test_a_spot_before_a_line_is_its_bullet() -> None:
    runs = [_run("Baulücken schließen", 60, 100), _run("Bäume pflanzen", 60, 115)]
    found = bullets([Area(50, 104, 54, 108), Area(50, 119, 54, 123)], runs)
    assert [(run.text, run.top) for run in found] == [("•", 100), ("•", 115)]


def test_spots_elsewhere_are_no_bullets() -> None:
    runs = [_run("Baulücken schließen", 60, 100)]
    within, far, above, large = (
        Area(158, 104, 162, 108),
        Area(1, 104, 4, 107),
        Area(50, 80, 54, 84),
        Area(40, 98, 53, 111),
    )
    assert bullets([within, far, above, large], runs) == []


def test_drawn_bullets_part_the_items_of_a_list() -> None:
    sheet = Sheet(1, 595, 842, runs=[_run("Baulücken schließen", 60, 100), _run("Bäume pflanzen", 60, 115)])
    assert [part.text for part in lay_out(sheet)] == ["Baulücken schließen\nBäume pflanzen"]
    sheet.spots = [Area(50, 104, 54, 108), Area(50, 119, 54, 123)]
    assert [part.text for part in lay_out(sheet)] == ["• Baulücken schließen", "• Bäume pflanzen"]


def test_a_run_over_the_side_of_a_cell_is_two_texts() -> None:
    lines = [Ruling(50, y, 250, y) for y in (90, 120, 150)] + [Ruling(x, 90, x, 150) for x in (50, 75, 250)]
    header = Run("Nr. Projekt", 55, 98, 110, 110, 12)
    sheet = Sheet(1, 595, 842, runs=[header, _run("1", 55, 128), _run("Markt", 80, 128)], rulings=lines)
    (table,) = lay_out(sheet)
    assert isinstance(table, Table)
    assert [field.text for field in table.fields] == ["Nr.", "Projekt", "1", "Markt"]


def test_a_code_of_letter_and_numbers_begins_an_item() -> None:
    sheet = Sheet(1, 595, 842, runs=[_run("A.1.1 Baulücken schließen", 60, 100), _run("A.1.2 Bäume pflanzen", 60, 115)])
    assert [part.text for part in lay_out(sheet)] == ["A.1.1 Baulücken schließen", "A.1.2 Bäume pflanzen"]
