"""Files, folders, addresses and sources.toml become requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.pipeline import process
from ingest.sources import SourceRequest, describe, expand, read_sources
from kg.errors import SourceError
from kg.settings import Settings


def test_a_folder_gives_its_readable_files_in_order(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.TXT", "c.exe", ".hidden/d.txt", "sub/e.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    found = [Path(request.location).relative_to(tmp_path) for request in expand([str(tmp_path)])]
    assert found == [Path("a.TXT"), Path("b.pdf"), Path("sub/e.csv")]


def test_a_listing_stands_for_its_sources(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        '[[source]]\npath = "a.csv"\nmunicipality = "Ulm"\nid = "ulm"\ncolumns = { "Maßnahme" = "label" }\n'
        '[[source]]\nurl = "https://example.org/plan"\ntitle = "Plan"\n',
        encoding="utf-8",
    )
    first, second = expand([str(tmp_path)])
    assert first == SourceRequest(
        str(tmp_path / "a.csv"), municipality="Ulm", declared_id="ulm", columns=(("Maßnahme", "label"),)
    )
    assert second.is_address
    assert expand([str(tmp_path)], municipality="Torgau")[1].municipality == "Torgau"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[source", "not a valid TOML"),
        ("title = 'x'", "lists no source"),
        ("[[source]]\ntitle = 'x'", "either a path or a url"),
        ("[[source]]\npath = 'x'\ntown = 'y'", "no town"),
        ("[[source]]\npath = 7", "texts in quotes"),
    ],
)
def test_a_bad_listing_says_what_is_wrong(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        read_sources(path)


def test_a_document_keeps_its_id(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("eins", encoding="utf-8")
    plain, declared = SourceRequest(str(path)), SourceRequest(str(path), declared_id="plan", title="Der Plan")
    before = describe(plain, path, "14730310"), describe(declared, path, "14730310")
    path.write_text("zwei", encoding="utf-8")
    after = describe(plain, path, "14730310"), describe(declared, path, "14730310")
    assert before[0].id != after[0].id
    assert before[1].id == after[1].id
    assert (after[0].title, after[1].title) == ("a", "Der Plan")


def test_a_missing_file_stays_a_request(tmp_path: Path) -> None:
    (request,) = expand([str(tmp_path / "nichts.pdf")])
    with pytest.raises(SourceError, match="no such file"):
        describe(request, Path(request.location), "")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Ziele &amp; Wege 2030/2040</title>", "Ziele & Wege 2030/2040"),
        ("<title>Microsoft Word - plan.docx</title>", "a"),
        ("", "a"),
    ],
)
def test_a_page_gives_its_own_title(tmp_path: Path, head: str, title: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><head>{head}</head><body><p>x</p></body></html>", encoding="utf-8")
    assert describe(SourceRequest(str(path)), path, "").title == title


def test_markdown_is_called_by_its_first_heading(tmp_path: Path) -> None:
    path = tmp_path / "index.md"
    path.write_text("Vorweg\n\n# Umwelt und Klima #\n\n## Ziele\n", encoding="utf-8")
    assert describe(SourceRequest(str(path)), path, "").title == "Umwelt und Klima"


def test_a_pdf_gives_its_own_title(corpus: Path) -> None:
    titles = [describe(SourceRequest(str(path)), path, "").title for path in sorted((corpus / "pdf").glob("muenster*"))]
    assert titles[1] == "Klimaschutzkonzept 2020 für die Stadt Münster"
    assert titles[0] == "muenster_Sachstandsbericht_2017-2018"


def test_a_name_that_two_towns_share_is_told_with_both(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("Stadt Luckau\n\nDie Stadt Luckau plant. Ziele der Stadt Luckau sind Radwege.\n", encoding="utf-8")
    outcome = process(SourceRequest(str(path)), path, Settings())
    assert outcome.plan is None
    message = outcome.issues[0].message
    assert message.startswith(
        f"{path}: 2 municipalities have the name that it is about: Luckau, Brandenburg (12061320)"
    )
    assert "--municipality" in message
