"""Tables without lines between their columns: typeset in many ways, read row by row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from test_pdf import READERS, lines_at, read_pdf, typeset

from kg.model import Document, Role

HEADS = ("Nr.", "Maßnahme", "Zuständigkeit", "Zeitraum", "Kosten")
LEFTS = (50, 90, 270, 390, 480)
WORDS = "Ausbau Radwege Schule Bäume Platz Beratung Sanierung und für der im Wohnen Verkehr Park neue Kita am Fluss"
Cell = list[str]


def _tables(count: int) -> Iterator[tuple[list[list[Cell]], tuple[int, ...], float, bool, bool]]:
    """Rows of cells of one to three lines, left edges, the space between rows, bold header, lines between rows."""
    chance = random.Random(7)
    for _ in range(count):
        numbered, columns = chance.random() < 0.7, chance.choice((4, 5))
        rows = [[[head] for head in HEADS[:columns]]]
        for number in range(1, chance.randint(4, 9)):
            titles = [" ".join(chance.choices(WORDS.split(), k=4)) for _ in range(chance.randint(1, 3))]
            titles[0] = titles[0][0].upper() + titles[0][1:]
            offices = ["Amt für"] * chance.randint(0, 1) + ["Bauwesen"]
            rows.append(
                [[f"{number}.1"], titles, offices, [str(chance.randint(2025, 2035))], [f"{number}0 T€"]][:columns]
            )
        skip = 0 if numbered else 1
        lefts = LEFTS[skip:columns]
        yield (
            [row[skip:] for row in rows],
            lefts,
            chance.choice((0, 4, 8)),
            chance.random() < 0.7,
            chance.random() < 0.3,
        )


def _draw(
    canvas: Canvas, rows: list[list[Cell]], lefts: tuple[int, ...], space: float, bold: bool, lines: bool
) -> None:
    lines_at(
        canvas, 50, 800, ["Die Übersicht zeigt alle Maßnahmen mit ihrer Zuständigkeit und dem Zeitraum der Umsetzung."]
    )
    top = 760.0
    for number, row in enumerate(rows):
        for left, cell in zip(lefts, row, strict=True):
            lines_at(canvas, left, top, cell, 10, "Helvetica-Bold" if bold and not number else "Helvetica")
        top -= 12 * max(map(len, row)) + space
        if lines:
            canvas.line(50, top + 10 + space / 2, 540, top + 10 + space / 2)
    lines_at(
        canvas,
        50,
        top - 20,
        ["Danach folgt wieder gewöhnlicher Text, der über die ganze Breite der Seite geht und endet."],
    )


def _rows_of(document: Document, page: int) -> list[list[str]]:
    rows: dict[int | None, list[str]] = {}
    for passage in document.passages:
        if passage.role is Role.CELL and passage.place.page == page:
            rows.setdefault(passage.row, []).append(passage.text)
    return list(rows.values())


@pytest.mark.parametrize("reader", READERS)
def test_rows_of_unruled_tables_are_read_whole(tmp_path: Path, reader: str) -> None:
    tables = list(_tables(40))
    pages = [lambda canvas, table=table: _draw(canvas, *table) for table in tables]
    document = read_pdf(typeset(tmp_path / "a.pdf", *pages), reader)
    right = total = 0
    for page, (rows, *_) in enumerate(tables, start=1):
        found = _rows_of(document, page)
        total += len(rows)
        right += sum([" ".join(cell) for cell in row] in found for row in rows)
    assert total > 200
    assert right / total >= 0.97, (right, total)
    text = [passage.text for passage in document.passages if passage.role is not Role.CELL]
    assert sum(passage.startswith("Danach folgt") for passage in text) == len(tables)


@pytest.mark.parametrize("reader", READERS)
def test_an_unruled_table_goes_on_without_its_header(tmp_path: Path, reader: str) -> None:
    def first(canvas: Canvas) -> None:
        _draw(
            canvas, [[[head] for head in HEADS], [["1"], ["Bäume"], ["Amt"], ["2026"], ["5 T€"]]], LEFTS, 6, True, False
        )
        canvas.setFillGray(1)
        canvas.rect(40, 700, 500, 30, stroke=0, fill=1)

    def second(canvas: Canvas) -> None:
        for place, row in enumerate((["2", "Wege", "Amt", "2027", "6 T€"], ["3", "Parks", "Amt", "2028", "7 T€"])):
            for left, cell in zip(LEFTS, row, strict=True):
                lines_at(canvas, left, 780 - 18 * place, [cell])

    document = read_pdf(typeset(tmp_path / "a.pdf", first, second), reader)
    cells = [passage for passage in document.passages if passage.role is Role.CELL and passage.place.page == 2]
    assert [passage.column for passage in cells] == [0, 1, 2, 3, 4] * 2
    assert [passage.text for passage in cells if passage.column == 1] == ["Wege", "Parks"]


@pytest.mark.parametrize("reader", READERS)
def test_columns_of_running_text_are_no_table(tmp_path: Path, reader: str) -> None:
    def draw(canvas: Canvas) -> None:
        for left, head in zip((60, 230, 400), ("Ziele", "Akteure", "Umsetzung"), strict=True):
            lines_at(canvas, left, 780, [head], 12, "Helvetica-Bold")
            lines_at(
                canvas,
                left,
                760,
                ["Die Stadt stärkt ihre Mitte und", "pflegt die Plätze, damit alle", "gern hier wohnen."] * 3,
            )

    document = read_pdf(typeset(tmp_path / "a.pdf", draw), reader)
    assert not [passage for passage in document.passages if passage.role is Role.CELL]
    assert [passage.text for passage in document.passages][::2] == ["Ziele", "Akteure", "Umsetzung"]
