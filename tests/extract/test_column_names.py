"""How the columns of a table of data were understood is told, and can be declared otherwise in sources.toml."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from ingest.outcome import Outcome
from ingest.pipeline import process
from ingest.sources import SourceRequest, read_sources
from kg.settings import Settings
from search_app.cli import main

TABLE = """Lfd.;Maßnahme;Amt;Fertig
1;Radweg am Fluss bauen;Tiefbauamt;2027
2;Marktplatz begrünen;Grünflächenamt;2028
"""


def outcome(tmp_path: Path, columns: str = "") -> Outcome:
    (tmp_path / "plan.csv").write_text(TABLE, encoding="utf-8")
    listing = tmp_path / "sources.toml"
    declared = f"columns = {{ {columns} }}\n" if columns else ""
    listing.write_text(f'[[source]]\npath = "plan.csv"\nmunicipality = "Torgau"\n{declared}', encoding="utf-8")
    [request] = read_sources(listing)
    return process(request, Path(request.location), Settings())


def messages(found: Outcome) -> list[str]:
    return [issue.message for issue in found.issues]


def test_what_each_heading_was_taken_for_is_told(tmp_path):
    assert messages(outcome(tmp_path)) == [
        "columns read as: Maßnahme → title, Amt → responsible; not used: Lfd., Fertig; "
        "change it under columns in sources.toml"
    ]


def test_declared_columns_are_used_and_no_longer_told(tmp_path):
    told = outcome(tmp_path, '"Fertig" = "period", "Amt" = "none"')
    assert messages(told) == [
        "columns read as: Maßnahme → title; not used: Lfd.; change it under columns in sources.toml"
    ]
    first, second = told.plan.measures
    assert (first.label, first.period.normal) == ("Radweg am Fluss bauen", "2027")
    assert first.responsible is None
    assert second.period.normal == "2028"
    others = '"Lfd." = "number", "Maßnahme" = "title"'
    full = outcome(tmp_path, f'{others}, "Amt" = "responsible", "Fertig" = "period"')
    assert not full.issues
    assert full.plan.measures[0].responsible.text == "Tiefbauamt"


def test_mistakes_in_the_declaration_are_told(tmp_path):
    wrong_field = outcome(tmp_path, '"Fertig" = "periode"')
    assert wrong_field.plan is None
    assert "no field is called periode" in messages(wrong_field)[0]
    assert "period, priority" in messages(wrong_field)[0]
    no_heading = messages(outcome(tmp_path, '"Fertig bis" = "period"'))
    assert no_heading[0] == (
        "no column is headed Fertig bis, as columns in sources.toml says; the table has: Lfd., Maßnahme, Amt, Fertig"
    )


def test_rows_below_rows_with_declared_columns(tmp_path):
    rows = [
        {"schluessel": "1", "wie": "Verkehr", "oben": ""},
        {"schluessel": "11", "wie": "Radweg am Fluss bauen", "oben": "1", "bis": "2027"},
    ]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    columns = (("schluessel", "number"), ("wie", "title"), ("oben", "parent"), ("bis", "period"))
    found = process(SourceRequest(str(path), "Torgau", columns=columns), path, Settings())
    assert not found.issues
    assert [topic.label for topic in found.plan.topics] == ["Verkehr"]
    assert [(m.label, m.period.normal) for m in found.plan.measures] == [("Radweg am Fluss bauen", "2027")]


def test_a_table_of_which_no_heading_is_understood(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("Dies;Das\nRadweg;schön\n", encoding="utf-8")
    told = messages(process(SourceRequest(str(path), "Torgau"), path, Settings()))
    assert told[0].startswith("no column heading is understood: Dies, Das; say what they are under columns")


def test_the_build_shows_it_in_german(tmp_path):
    outcome(tmp_path)
    arguments = ["--lang", "de", "build", str(tmp_path / "sources.toml"), "--workspace", str(tmp_path / "workspace")]
    done = CliRunner().invoke(main, arguments, env={"INSEK_ENCODER": "dummy"})
    assert done.exit_code == 0, done.output
    assert "Spalten gelesen als: Maßnahme → title, Amt → responsible; nicht verwendet: Lfd." in done.output
