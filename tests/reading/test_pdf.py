"""PDF: lines, columns, blocks, tables, headings, furniture, on real plans and on documents typeset for the test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from ingest.pdf.scans import tesseract
from ingest.readers import read
from ingest.sources import SourceRequest, describe
from kg.errors import SourceError
from kg.model import Document, Reading, Role
from kg.settings import Settings

READERS = ("pdfminer", "pdfium")


def read_pdf(path: Path, reader: str = "pdfminer", ocr: str = "off") -> Document:
    source = describe(SourceRequest(str(path)), path, "14730310")
    document, _ = read(path, source, Settings(pdf_reader=reader, ocr=ocr))
    return document


def typeset(path: Path, *pages: Callable[[Canvas], None], **options: Any) -> Path:
    canvas = Canvas(str(path), pagesize=(595, 842), **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines_at(canvas: Canvas, x: float, y: float, lines: list[str], size: float = 10, font: str = "Helvetica") -> None:
    canvas.setFont(font, size)
    for place, line in enumerate(lines):
        canvas.drawString(x, y - 1.2 * size * place, line)


def texts(document: Document) -> list[str]:
    return [passage.text for passage in document.passages]


def assert_in_place(document: Document) -> None:
    for passage in document.passages:
        page = document.page(passage.place.page)
        assert page is not None
        assert page.text[passage.place.start : passage.place.end] == passage.original
        assert passage.place.box is not None


@pytest.mark.parametrize("reader", READERS)
def test_columns_are_read_one_after_the_other(tmp_path: Path, reader: str) -> None:
    def draw(canvas: Canvas) -> None:
        lines_at(canvas, 60, 780, ["Leitbild der Stadt und ihrer Ortsteile bis zum Jahr 2035"], 20)
        lines_at(canvas, 60, 700, ["Die Stadt sichert ihre Weiterentwick-", "lung und pflegt Rad-", "und Fußwege."])
        lines_at(canvas, 60, 640, ["Zweiter Absatz der linken Spalte."])
        lines_at(canvas, 320, 700, ["Rechts steht der Anfang", "der zweiten Spalte."])

    document = read_pdf(typeset(tmp_path / "a.pdf", draw), reader)
    assert texts(document) == [
        "Leitbild der Stadt und ihrer Ortsteile bis zum Jahr 2035",
        "Die Stadt sichert ihre Weiterentwicklung und pflegt Rad- und Fußwege.",
        "Zweiter Absatz der linken Spalte.",
        "Rechts steht der Anfang der zweiten Spalte.",
    ]
    assert document.passages[0].role is Role.HEADING
    assert_in_place(document)


def draw_table(
    canvas: Canvas, rows: list[list[str]], top: float, edges: tuple[float, ...] = (60, 120, 300, 500)
) -> None:
    canvas.setFont("Helvetica", 10)
    for place, row in enumerate(rows):
        for cell, left in zip(row, edges, strict=False):
            canvas.drawString(left + 4, top - 20 * place - 14, cell)
    foot = top - 20 * len(rows)
    for place in range(len(rows) + 1):
        canvas.line(edges[0], top - 20 * place, edges[-1], top - 20 * place)
    for edge in edges:
        canvas.line(edge, top, edge, foot)


@pytest.mark.parametrize("reader", READERS)
def test_a_ruled_table_goes_on_after_a_page_break(tmp_path: Path, reader: str) -> None:
    header = ["Nr.", "Maßnahme", "Träger"]

    def first(canvas: Canvas) -> None:
        lines_at(canvas, 60, 780, ["Hier beginnt die Liste aller Maßnahmen, die beschlossen sind."])
        draw_table(canvas, [header, ["1", "Bäume pflanzen", "Stadt"], ["2", "", "Land"]], 700)

    def second(canvas: Canvas) -> None:
        draw_table(canvas, [header, ["3", "Radwege bauen", "Kreis"]], 780)
        lines_at(canvas, 60, 500, ["Danach folgt wieder gewöhnlicher Text ohne Tabelle."])

    document = read_pdf(typeset(tmp_path / "a.pdf", first, second), reader)
    cells = {
        (passage.table, passage.row, passage.column): passage.text
        for passage in document.passages
        if passage.role is Role.CELL
    }
    assert cells[0, 2, 0] == "2"
    assert (0, 2, 1) not in cells
    assert (cells[0, 3, 0], cells[0, 3, 1], cells[0, 3, 2]) == ("3", "Radwege bauen", "Kreis")
    assert list(cells.values()).count("Maßnahme") == 1
    assert_in_place(document)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(tmp_path: Path, reader: str, rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        width, height = (595, 842) if rotation in (0, 180) else (842, 595)
        canvas.translate(*{0: (0, 0), 90: (width, 0), 180: (width, height), 270: (0, height)}[rotation])
        canvas.rotate(rotation)
        draw_table(canvas, [["Nr.", "Maßnahme", "Träger"], ["1", "Bäume pflanzen", "Stadt"]], 500)

    document = read_pdf(typeset(tmp_path / "a.pdf", draw), reader)
    assert texts(document) == ["Nr.", "Maßnahme", "Träger", "1", "Bäume pflanzen", "Stadt"]
    assert {passage.role for passage in document.passages} == {Role.CELL}
    box = document.passages[0].place.box
    assert box is not None
    shown = document.pages[0].height or 0
    assert box.x0 == pytest.approx(60, abs=1)
    assert box.top == pytest.approx(shown - 500, abs=1)


@pytest.mark.parametrize("reader", READERS)
def test_boxes_side_by_side_are_read_box_by_box(tmp_path: Path, reader: str) -> None:
    def draw(canvas: Canvas) -> None:
        for x, name in ((60, "Wer?"), (320, "Wann?")):
            canvas.roundRect(x, 600, 220, 150, 10)
            lines_at(canvas, x + 10, 720, [name], 12, "Helvetica-Bold")
            lines_at(canvas, x + 10, 690, [f"Antwort auf {name}", "in zwei Zeilen"])
        canvas.roundRect(60, 480, 480, 100, 10)
        lines_at(canvas, 70, 550, ["Unter beiden Kästen steht ein dritter, der so breit ist wie beide."])

    found = texts(read_pdf(typeset(tmp_path / "a.pdf", draw), reader))
    assert found[:4] == ["Wer?", "Antwort auf Wer? in zwei Zeilen", "Wann?", "Antwort auf Wann? in zwei Zeilen"]


@pytest.mark.parametrize("reader", READERS)
def test_headings_lists_and_furniture(tmp_path: Path, reader: str) -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            lines_at(canvas, 60, 800, ["INSEK Musterstadt 2035"], 9)
            lines_at(canvas, 300, 30, [str(number)], 9)
            lines_at(canvas, 60, 30, ["Stadt Musterstadt, Bauamt"], 9)
            lines_at(canvas, 60, 740, [f"{number}.1 Ziele des Kapitels"], 14, "Helvetica-Bold")
            lines_at(
                canvas, 60, 700, [f"Fließtext Nummer {number} steht unter der Überschrift", "und hat zwei Zeilen."]
            )
            lines_at(canvas, 60, 660, ["• erster Punkt", "• zweiter Punkt"])

        return draw

    def contents(canvas: Canvas) -> None:
        entries = [f"{number}.1 Ziele des Kapitels {'.' * 40} {number}" for number in range(1, 6)]
        lines_at(canvas, 60, 700, entries)

    document = read_pdf(typeset(tmp_path / "a.pdf", contents, *map(page, range(2, 6))), reader)
    headings = [(passage.text, passage.level) for passage in document.passages if passage.role is Role.HEADING]
    assert headings == [(f"{number}.1 Ziele des Kapitels", 2) for number in range(2, 6)]
    points = [passage.text for passage in document.passages if passage.role is Role.LIST_ITEM]
    assert points == ["• erster Punkt", "• zweiter Punkt"] * 4
    found = texts(document)
    assert found.count("INSEK Musterstadt 2035") == 1
    assert not any("Bauamt" in text or "....." in text or text.isdigit() for text in found)
    assert "Bauamt" in document.pages[2].text


def test_bookmarks_give_levels_before_numbering(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("3.1 Wohnen", "a", level=0)
        lines_at(canvas, 60, 740, ["3.1 Wohnen"], 14, "Helvetica-Bold")
        lines_at(canvas, 60, 700, ["Text darunter, der lang genug ist, um als gewöhnlicher Text zu gelten."])

    for reader in READERS:
        document = read_pdf(typeset(tmp_path / "a.pdf", draw), reader)
        assert document.passages[0].level == 1
        assert document.passages[1].headings == ("3.1 Wohnen",)


@pytest.mark.parametrize("reader", READERS)
def test_a_protected_file_is_refused(tmp_path: Path, reader: str) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    path = typeset(
        tmp_path / "a.pdf", lambda canvas: lines_at(canvas, 60, 700, ["x"]), encrypt=StandardEncryption("geheim")
    )
    with pytest.raises(SourceError, match="password"):
        read_pdf(path, reader)


def test_a_scan_is_read_or_reported(tmp_path: Path) -> None:
    import pypdfium2

    plain = typeset(
        tmp_path / "a.pdf", lambda canvas: lines_at(canvas, 60, 700, ["Grünflächen am Fluss", "werden größer."], 16)
    )
    picture = pypdfium2.PdfDocument(plain)[0].render(scale=200 / 72).to_pil()
    picture.save(tmp_path / "a.png")
    scan = typeset(tmp_path / "b.pdf", lambda canvas: canvas.drawImage(str(tmp_path / "a.png"), 0, 0, 595, 842))
    source = describe(SourceRequest(str(scan)), scan, "")
    document, issues = read(scan, source, Settings(ocr="off"))
    assert document.pages[0].reading is Reading.NOT_READ
    assert "not read" in issues[0].message
    if tesseract() is None:
        pytest.skip("Tesseract with German is not installed")
    document, issues = read(scan, source, Settings())
    assert " ".join(texts(document)) == "Grünflächen am Fluss werden größer."
    assert document.pages[0].reading is Reading.OCR
    assert (document.pages[0].confidence or 0) > 0.8
    assert not issues
    assert_in_place(document)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_pictures_of_pages_are_read_as_scans(tmp_path: Path, name: str) -> None:
    import pypdfium2

    plain = typeset(
        tmp_path / "a.pdf",
        lambda canvas: lines_at(canvas, 60, 700, ["Grünflächen am Fluss", "werden größer."], 16),
        lambda canvas: lines_at(canvas, 60, 700, ["Radwege in der Stadt"], 16),
    )
    first, second = (page.render(scale=150 / 72).to_pil() for page in pypdfium2.PdfDocument(plain))
    frames = {"save_all": True, "append_images": [second]} if name == "a.tif" else {}
    picture = first.convert("RGBA") if name == "a.png" else first
    picture.save(tmp_path / name, dpi=(150, 150), **frames)
    source = describe(SourceRequest(str(tmp_path / name)), tmp_path / name, "")
    document, issues = read(tmp_path / name, source, Settings(ocr="off"))
    assert [page.reading for page in document.pages] == [Reading.NOT_READ] * (1 + len(frames) // 2)
    assert document.pages[0].height == pytest.approx(842, abs=1)
    assert issues[0].kind == "pages-not-read"
    if tesseract() is None:
        pytest.skip("Tesseract with German is not installed")
    document, issues = read(tmp_path / name, source, Settings())
    assert " ".join(texts(document)).startswith("Grünflächen am Fluss werden größer.")
    assert not issues
    assert_in_place(document)


@pytest.mark.parametrize("name", ["muenster_Sachstandsbericht_2017-2018.pdf", "ulm_ueberblick_ulm4clevercity.pdf"])
def test_both_readers_give_nearly_the_same_words(corpus: Path, name: str) -> None:
    slow, fast = (" ".join(texts(read_pdf(corpus / "pdf" / name, reader))).split() for reader in READERS)
    common = len(set(slow) & set(fast))
    assert common >= 0.97 * max(len(set(slow)), len(set(fast)))
    assert abs(len(slow) - len(fast)) <= 0.02 * len(slow)


def test_reading_is_the_same_every_time(corpus: Path) -> None:
    path = corpus / "pdf/ulm_ueberblick_ulm4clevercity.pdf"
    first, second = read_pdf(path), read_pdf(path)
    assert first == second
    assert_in_place(first)


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_damaged_pdf_never_takes_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.pdf"
    typeset(path, lambda canvas: draw_table(canvas, [["Nr.", "Titel", "Amt"], ["1", "Grün", "Bau"]], 700))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    path.write_bytes(content)
    for reader in READERS:
        with contextlib.suppress(SourceError):
            document = read_pdf(path, reader)
            assert all(document.page(passage.place.page) for passage in document.passages)


@pytest.mark.parametrize("reader", READERS)
def test_a_table_may_be_made_of_coloured_cells(tmp_path: Path, reader: str) -> None:
    def draw(canvas: Canvas) -> None:
        for row, cells in enumerate([("Kennung", "Maßnahme"), ("M 1", "Bäume|pflanzen"), ("M 2", "Radwege")]):
            for column, cell in enumerate(cells):
                x, top = (60, 202)[column], 700 - 42 * row
                canvas.setFillGray(0.9)
                canvas.rect(x, top - 40, (140, 260)[column], 40, stroke=0, fill=1)
                for place, line in enumerate(cell.split("|")):
                    canvas.setFillGray(0.8)
                    canvas.rect(x + 4, top - 16 - 14 * place, (132, 252)[column], 13, stroke=0, fill=1)
                    canvas.setFillGray(0)
                    lines_at(canvas, x + 6, top - 13 - 14 * place, [line])

    document = read_pdf(typeset(tmp_path / "a.pdf", draw), reader)
    assert [(passage.row, passage.column, passage.text) for passage in document.passages] == [
        (0, 0, "Kennung"),
        (0, 1, "Maßnahme"),
        (1, 0, "M 1"),
        (1, 1, "Bäume pflanzen"),
        (2, 0, "M 2"),
        (2, 1, "Radwege"),
    ]


def test_a_form_on_every_page_is_a_table_on_every_page(tmp_path: Path) -> None:
    def form(title: str) -> Callable[[Canvas], None]:
        rows = [["Projekt", title, ""], ["Träger", f"Amt für {title}", ""], ["Kosten", "viel", ""]]
        return lambda canvas: draw_table(canvas, rows, 780)

    document = read_pdf(typeset(tmp_path / "a.pdf", form("Bäume"), form("Wege")))
    assert [passage.table for passage in document.passages if passage.text == "Träger"] == [0, 1]
