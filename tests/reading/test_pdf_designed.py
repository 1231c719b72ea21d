"""Designed pages: large first letters, facts at the side, letters that stand sideways, columns above a box."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

from ingest.pdf import fast, miner
from ingest.pdf.drawn import Area, Run, Sheet
from ingest.pdf.layout import lay_out
from ingest.pdf.regions import Paragraph
from ingest.pdf.tables import Table


def _run(text: str, x0: float, top: float, size: float = 10) -> Run:
    return Run(text, x0, top, x0 + 0.5 * size * len(text), top + size, size)


def _texts(sheet: Sheet) -> list[str]:
    return [part.text for part in lay_out(sheet) if isinstance(part, Paragraph)]


def test_a_large_first_letter_begins_its_word() -> None:
    initial = _run("D", 50, 98, 34)
    beside = [_run("ie Stadt wächst seit Jahren", 70, 100), _run("und braucht Wohnungen für", 70, 112)]
    assert _texts(Sheet(1, 595, 842, [initial, *beside, _run("alle Menschen, die hier leben.", 50, 124)])) == [
        "Die Stadt wächst seit Jahren\nund braucht Wohnungen für\nalle Menschen, die hier leben."
    ]
    assert "A" in _texts(Sheet(1, 595, 842, [_run("A", 50, 98, 34), _run("Abfall", 70, 100), _run("Auen", 70, 112)]))


def test_facts_in_a_stripe_at_the_side_follow_the_title() -> None:
    facts = [_run("Zeitraum", 20, 140), _run("bis 2030", 20, 155)]
    body = [_run("Am Markt entstehen auf zwei Etagen neue Räume für Vereine.", 200, top) for top in (150, 162, 174)]
    sheet = Sheet(1, 595, 842, [*facts, _run("Umbau der Ziegelei", 200, 60, 20), *body], areas=[Area(0, 0, 170, 842)])
    assert [text.split("\n")[0] for text in _texts(sheet)] == [
        "Umbau der Ziegelei",
        body[0].text,
        "Zeitraum",
        "bis 2030",
    ]


def test_columns_above_a_box_stay_columns() -> None:
    left = [_run("Maßnahmen im Süden", 50, top) for top in (100, 130, 160)]
    right = [_run("Maßnahmen im Norden", 300, top) for top in (104, 134, 164)]
    box = [_run("Wie geht es nun weiter mit allem, was hier steht, fragen viele Menschen in der Stadt.", 60, 310)]
    sheet = Sheet(1, 595, 842, [*left, *right, *box], areas=[Area(50, 300, 545, 340)])
    assert _texts(sheet) == [run.text for run in (*left, *right, *box)]


@pytest.mark.parametrize("reader", [miner, fast])
def test_sideways_words_stand_in_their_cells(tmp_path: Path, reader: object) -> None:
    page = canvas.Canvas(str(tmp_path / "table.pdf"))
    page.setFont("Helvetica", 9)
    for x in (50, 200, 230, 260):
        page.line(x, 700, x, 600)
    for y in (700, 640, 600):
        page.line(50, y, 260, y)
    page.drawString(55, 660, "Projekt")
    page.drawString(55, 615, "Freibad")
    page.drawString(210, 615, "x")
    for x, word in ((218, "sehr hoch"), (248, "gering")):
        page.saveState()
        page.translate(x, 645)
        page.rotate(90)
        page.drawString(0, 0, word)
        page.restoreState()
    page.save()
    (sheet,) = reader.sheets(tmp_path / "table.pdf")  # type: ignore[attr-defined]
    (table,) = lay_out(sheet)
    assert isinstance(table, Table)
    cells = {(entry.cell.row, entry.cell.column): entry.text for entry in table.fields}
    assert cells == {(0, 0): "Projekt", (0, 1): "sehr hoch", (0, 2): "gering", (1, 0): "Freibad", (1, 1): "x"}


@pytest.mark.parametrize("reader", [miner, fast])
def test_slanted_letters_are_read_like_upright_ones(tmp_path: Path, reader: object) -> None:
    page = canvas.Canvas(str(tmp_path / "slanted.pdf"))
    text = page.beginText()
    for number, line in enumerate(("Mehr Bäume am Markt", "und an den Schulen")):
        text.setTextTransform(1, 0, 0.2, 1, 50, 700 - 12 * number)
        text.setFont("Helvetica", 10)
        text.textOut(line)
    page.drawText(text)
    page.save()
    (sheet,) = reader.sheets(tmp_path / "slanted.pdf")  # type: ignore[attr-defined]
    assert _texts(sheet) == ["Mehr Bäume am Markt\nund an den Schulen"]
