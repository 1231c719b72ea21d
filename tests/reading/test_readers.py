"""Every form that a plan is published in becomes passages that know where they stand."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.media import DOCX, XLSX, media_type
from ingest.readers import read
from ingest.sources import SourceRequest, describe
from kg.errors import InsekError, SourceError
from kg.model import Document, Role
from kg.settings import Settings

Read = Callable[[Path], Document]


def read_file(path: Path) -> Document:
    document, _ = read(path, describe(SourceRequest(str(path)), path, "14730310"), Settings(ocr="off"))
    return document


def cells(document: Document) -> dict[tuple[int | None, int | None], str]:
    return {(passage.row, passage.column): passage.text for passage in document.passages if passage.role is Role.CELL}


def assert_in_place(document: Document) -> None:
    for passage in document.passages:
        page = document.page(passage.place.page)
        assert page is not None
        assert page.text[passage.place.start : passage.place.end] == passage.original
        assert passage.text.strip()


def test_plain_text_keeps_its_characters(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("1. Ziel\r\nRad- und Fuß-\r\nwege\r\n\r\nzweiter Block\f dritte Seite", encoding="utf-8")
    document = read_file(path)
    assert [page.text for page in document.pages] == ["1. Ziel\nRad- und Fuß-\nwege\n\nzweiter Block", " dritte Seite"]
    assert [passage.text for passage in document.passages] == [
        "1. Ziel Rad- und Fußwege",
        "zweiter Block",
        "dritte Seite",
    ]
    assert_in_place(document)


def test_a_blank_line_inside_a_word_divides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("3. Verbesserung von Besu-\n\ncherinformation und\n-lenkung\n\nneuer Block -\n\nnoch einer")
    document = read_file(path)
    assert [passage.text for passage in document.passages] == [
        "3. Verbesserung von Besucherinformation und -lenkung",
        "neuer Block -",
        "noch einer",
    ]
    assert_in_place(document)


def test_damage_is_mended_and_marked(corpus: Path) -> None:
    document = read_file(corpus / "seeds/004_60a9671b8ea9525b.txt")
    mended = [passage for passage in document.passages if passage.repaired]
    assert len(mended) > 100
    assert all(passage.text != passage.original for passage in mended)
    assert_in_place(document)
    assert not any(passage.repaired for passage in read_file(corpus / "seeds/000_383a25da6a2f7553.txt").passages)


def test_markdown_has_headings_lists_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text(
        "---\ntitle: x\n---\n# Mobilität\n## Maßnahmen\n\n- **Radwege** bauen\n\nNr | Titel\n--|--\n01 | Mehr *Grün*\n",
        encoding="utf-8",
    )
    document = read_file(path)
    assert [(passage.role, passage.text) for passage in document.passages[:3]] == [
        (Role.HEADING, "Mobilität"),
        (Role.HEADING, "Maßnahmen"),
        (Role.LIST_ITEM, "Radwege bauen"),
    ]
    assert cells(document) == {(0, 0): "Nr", (0, 1): "Titel", (1, 0): "01", (1, 1): "Mehr Grün"}
    assert document.passages[-1].headings == ("Mobilität", "Maßnahmen")
    assert_in_place(document)


PAGE = """<!doctype html><html><body><nav>Start</nav><div class="cookie">Cookies?</div><main><h1>INSEK</h1>
<p>Erster<br>Absatz mit <b>fett</b>.</p><details><summary>Mehr</summary><p>Im Akkordeon</p></details>
<table><tr><th>Nr</th><th>Titel</th></tr><tr><td rowspan="2">1</td><td>A</td></tr><tr><td>B</td></tr></table>
<script>alert(1)</script></main><footer>Impressum</footer></body></html>"""


def test_a_web_page_gives_its_content_with_accordions_and_without_boilerplate(tmp_path: Path) -> None:
    path = tmp_path / "seite.html"
    path.write_text(PAGE, encoding="utf-8")
    document = read_file(path)
    texts = [passage.text for passage in document.passages]
    assert texts[:4] == ["INSEK", "Erster Absatz mit fett.", "Mehr", "Im Akkordeon"]
    assert cells(document) == {(0, 0): "Nr", (0, 1): "Titel", (1, 0): "1", (1, 1): "A", (2, 1): "B"}
    assert_in_place(document)


def test_what_a_page_keeps_shut_is_content(tmp_path: Path) -> None:
    path = tmp_path / "seite.html"
    path.write_text(
        """<html><body><header>Logo</header><form id="aspnetForm"><h1>INSEK</h1><div role="tablist"><button role="tab"
        aria-expanded="true">Reiter</button></div><h3><button class="accordion-button">Wohnen</button></h3>
        <div class="accordion-collapse" hidden><p>Mehr Wohnungen</p></div><button aria-expanded="false">Kultur</button>
        <div id="panel-2" aria-hidden="true"><p>Ein Museum</p></div><p hidden>Vorlage</p><button>Senden</button></form>
        <form class="newsletter"><p>Newsletter bestellen</p></form></body></html>""",
        encoding="utf-8",
    )
    found = [(passage.role, passage.text) for passage in read_file(path).passages]
    assert found == [
        (Role.HEADING, "INSEK"),
        (Role.HEADING, "Wohnen"),
        (Role.BODY, "Mehr Wohnungen"),
        (Role.HEADING, "Kultur"),
        (Role.BODY, "Ein Museum"),
    ]


def test_a_long_table_of_a_word_file_is_read_whole(tmp_path: Path) -> None:
    import docx

    file = docx.Document()
    table = file.add_table(rows=0, cols=3)
    for row in range(40):
        for column, cell in enumerate(table.add_row().cells):
            cell.text = f"{row}/{column}"
    merged = table.add_row().cells
    merged[0].merge(merged[2]).text = "Summe"
    path = tmp_path / "tabelle.docx"
    file.save(str(path))
    expected = {(row, column): f"{row}/{column}" for row in range(40) for column in range(3)}
    assert cells(read_file(path)) == {**expected, (40, 0): "Summe"}


def test_lines_of_a_markdown_paragraph_stay_lines(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("**Träger:** Stadt\n**Zeitraum:** 2026\n", encoding="utf-8")
    assert [passage.original.split() for passage in read_file(path).passages] == [
        ["Träger:", "Stadt", "Zeitraum:", "2026"]
    ]
    assert "\n" in read_file(path).passages[0].original


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("Größere Plätze „schön“ – 5 €".encode(encoding))
    assert [page.text for page in read_file(path).pages] == ["Größere Plätze „schön“ – 5 €"]


def test_a_few_bytes_of_another_encoding_spoil_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("Größere Plätze für Bürger".encode() + b"\xfc")
    assert read_file(path).pages[0].text == "Größere Plätze für Bürgerü"


def test_a_page_that_names_no_content_gives_its_body_without_menus(tmp_path: Path) -> None:
    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Rathaus", "Bauen", "Kultur"))
    path = tmp_path / "alt.html"
    path.write_text(
        f'<html><body><ul>{menu}</ul><div class="cookie-banner">Wir nutzen Cookies</div><div id="inhalt"><h2>Ziele</h2>'
        "<div>Die Stadt pflanzt <a href='x'>Bäume</a>.</div><ul><li>mehr Grün</li><li>weniger Lärm</li></ul></div>",
        encoding="utf-8",
    )
    assert [passage.text for passage in read_file(path).passages] == [
        "Ziele",
        "Die Stadt pflanzt Bäume.",
        "mehr Grün",
        "weniger Lärm",
    ]


def test_a_chapter_of_a_participation_page_is_read_by_its_structure(tmp_path: Path) -> None:
    path = tmp_path / "kapitel.html"
    path.write_text(
        """<main><nav class="doc-toc"><ol><li><a>Kapitel</a></li></ol></nav><div class="chapter">
        <h2 class="chapter-title">Mittelzentrum</h2><section class="paragraph" id="paragraph-1-1">
        <div class="paragraph__content"><h3 class="paragraph__title">6.1 Netzwerk</h3>
        <div class="ck-content"><p>Text dazu</p></div></div>
        <div class="paragraph__actions"><a class="btn">2 Comments</a></div></section></div></main>""",
        encoding="utf-8",
    )
    found = [(passage.role, passage.level, passage.text, passage.headings) for passage in read_file(path).passages]
    assert found == [
        (Role.HEADING, 2, "Mittelzentrum", ()),
        (Role.HEADING, 3, "6.1 Netzwerk", ("Mittelzentrum",)),
        (Role.BODY, None, "Text dazu", ("Mittelzentrum", "6.1 Netzwerk")),
    ]


@pytest.mark.parametrize(("name", "mark"), [("t.csv", ";"), ("t.csv", ","), ("t.tsv", "\t")])
def test_delimited_tables(tmp_path: Path, name: str, mark: str) -> None:
    path = tmp_path / name
    path.write_text(
        mark.join(["Nr.", "Titel"]) + "\n" + mark.join(["1", '"Mehr ""Grün""\nüberall"']) + "\n", encoding="cp1252"
    )
    document = read_file(path)
    assert cells(document) == {(0, 0): "Nr.", (0, 1): "Titel", (1, 0): "1", (1, 1): 'Mehr "Grün" überall'}
    assert_in_place(document)


def test_records_within_records_name_their_parent(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    records = [{"id": 1, "title": "Strom", "tags": ["a", "b"], "children": [{"id": 2, "title": "PV", "children": []}]}]
    path.write_text(json.dumps(records), encoding="utf-8")
    document = read_file(path)
    headers = {text: column for (row, column), text in cells(document).items() if row == 0}
    assert cells(document)[2, headers["title"]] == "PV"
    assert cells(document)[2, headers["parent"]] == "1"
    assert cells(document)[1, headers["tags"]] == "a; b"


def test_a_workbook_and_a_word_file(tmp_path: Path) -> None:
    import docx
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Nr.", "Maßnahme"])
    book.active.append([1.0, "Bäume pflanzen"])
    book.save(tmp_path / "t.xlsx")
    document = read_file(tmp_path / "t.xlsx")
    assert cells(document) == {(0, 0): "Nr.", (0, 1): "Maßnahme", (1, 0): "1", (1, 1): "Bäume pflanzen"}
    text = docx.Document()
    text.add_heading("Ziele", level=2)
    text.add_paragraph("Mehr Grün", style="List Bullet")
    table = text.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Nr.", "Titel"
    text.save(str(tmp_path / "t.docx"))
    document = read_file(tmp_path / "t.docx")
    assert [(passage.role, passage.level) for passage in document.passages[:2]] == [
        (Role.HEADING, 2),
        (Role.LIST_ITEM, None),
    ]
    assert cells(document) == {(0, 0): "Nr.", (0, 1): "Titel"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b'[{"id": 1}]', "application/json"),
        (b"Text", "text/plain"),
        (b"\0\1", "application/octet-stream"),
    ],
)
def test_the_content_decides_the_type_before_the_name(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(content)
    assert media_type(path) == kind


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leer.txt", b"", "empty"),
        ("bild.png", b"\x89PNG\r\n", "cannot be read"),
        ("bild.gif", b"GIF89a\0\0", "no reader"),
        ("rest.txt", b"abc\0def", "no reader"),
        ("kaputt.pdf", b"%PDF-1.7 nothing follows", "broken"),
        ("kaputt.xlsx", b"PK\x03\x04 no zip", "no reader"),
        ("zahl.json", b"[1, 2]", "no list of records"),
    ],
)
def test_bad_files_are_refused_in_one_line(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read_file(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_and_a_large_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("viel zu viel", encoding="utf-8")
    source = describe(SourceRequest(str(path)), path, "")
    with pytest.raises(SourceError, match="max_source_bytes"):
        read(path, source, Settings(max_source_bytes=5))
    path.unlink()
    with pytest.raises(SourceError, match="no such file"):
        read(path, source, Settings())


KINDS = {
    ".txt": b"",
    ".md": b"# ",
    ".html": b"<html><body>",
    ".csv": b"a;b\n",
    ".json": b'[{"a": ',
    ".pdf": b"%PDF-1.4\n",
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    suffix=st.sampled_from(sorted(KINDS)),
    rest=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)),
)
def test_no_reader_is_taken_down_by_any_bytes(tmp_path: Path, suffix: str, rest: bytes) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(KINDS[suffix] + rest)
    try:
        document = read_file(path)
    except InsekError:
        return
    assert_in_place(document)


@pytest.mark.parametrize("part", ["word/document.xml", "xl/workbook.xml"])
def test_office_files_that_are_none(tmp_path: Path, part: str) -> None:
    path = tmp_path / "x.bin"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
    assert media_type(path) in (DOCX, XLSX)
    with pytest.raises(SourceError):
        read_file(path)


def test_deeply_nested_files_are_survived(tmp_path: Path) -> None:
    page = tmp_path / "x.html"
    page.write_text("<main>" + "<div>" * 5000 + "tief" + "</div>" * 5000, encoding="utf-8")
    tree = tmp_path / "x.json"
    tree.write_text('[{"a":' * 3000 + "1" + "}]" * 3000, encoding="utf-8")
    assert_in_place(read_file(page))
    with pytest.raises(SourceError, match="cannot be read"):
        read_file(tree)


def test_a_packed_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 3_000_000)
    assert path.stat().st_size < 10_000
    source = describe(SourceRequest(str(path)), path, "")
    with pytest.raises(SourceError, match="max_source_bytes"):
        read(path, source, Settings(max_source_bytes=1_000_000))


def test_a_captured_participation_page_gives_its_text_only(corpus: Path) -> None:
    document = read_file(corpus / "seeds/000_383a25da6a2f7553.txt")
    found = [passage.text for passage in document.passages]
    assert found[0] == "INSEK 2030/ 2040"
    assert "Mittelzentrum und Kreisstadt" in found
    assert not any("Chapter" in text or "adhocracy" in text or "Participation" in text for text in found)
    assert document.pages[0].text == (corpus / "seeds/000_383a25da6a2f7553.txt").read_text(encoding="utf-8")


def test_page_marks_and_contents_of_a_text_layer_are_no_passages(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "Plan\n\n-- 1 of 72 --\n\n1.1 Ziele ........ 6\n1.2 Wege ....... 7\n\n12\n\nText mit 12\n", encoding="utf-8"
    )
    assert [passage.text for passage in read_file(path).passages] == ["Plan", "Text mit 12"]


def test_a_word_cut_by_a_page_break_is_made_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Ziel ist die Weiterentwick-\flung, dann mehr. Rad-\fund Fußwege", encoding="utf-8")
    document = read_file(path)
    assert [(passage.text, passage.repaired) for passage in document.passages] == [
        ("Ziel ist die Weiterentwicklung,", True),
        ("dann mehr. Rad-", True),
        ("und Fußwege", False),
    ]
    assert_in_place(document)


@pytest.mark.parametrize("unit", [" ", ". ", "abcdefg", "a-", "Kosten: 5 € "])
def test_a_line_of_several_hundred_kilobytes_takes_no_longer_than_its_length_tells(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "lang.txt"
    path.write_text("Ziel eins\n\n" + unit * (300_000 // len(unit)) + "\n\nZiel zwei\n", encoding="utf-8")
    began = process_time()
    document, _ = read(path, describe(SourceRequest(str(path)), path, ""), Settings())
    assert process_time() - began < 15
    assert (document.passages[0].text, document.passages[-1].text) == ("Ziel eins", "Ziel zwei")
