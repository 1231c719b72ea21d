import csv

import pytest

from ingest.extract.corrections import append, apply, load, read_edited
from kg.errors import InvalidRequest, SourceError

TABLE = """# Plan

| Nr. | Maßnahme | Verantwortlich | Zeitraum |
| --- | --- | --- | --- |
| M 1 | Radweg bauen am Fluss | Tiefbauamt | 2025 |
| M 2 | Takt der Busse verdichten | Stadtwerke | 2026 |
"""


@pytest.fixture
def plan(tmp_path, extracted):
    path = tmp_path / "plan.md"
    path.write_text(TABLE, encoding="utf-8")
    return extracted(path)[1]


def _edited(tmp_path, rows):
    path = tmp_path / "items.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_corrections_survive_a_rebuild_and_win(tmp_path, plan):
    first, second = plan.measures
    rows = [
        {"id": first.id, "label": "Radweg bauen an der Elbe", "period": "bis 2030", "dropped": ""},
        {"id": second.id, "label": second.label, "period": second.period.text, "dropped": "ja"},
    ]
    found = read_edited(_edited(tmp_path, rows), [plan], author="A. Muster", date="2026-03-01")
    assert [(c.field, c.value) for c in found] == [
        ("label", "Radweg bauen an der Elbe"),
        ("period", "bis 2030"),
        ("dropped", "yes"),
    ]
    layer = tmp_path / "corrections.jsonl"
    append(layer, found)
    assert load(layer) == found
    corrected, issues = apply(plan, load(layer))
    assert not issues
    [measure] = corrected.measures
    assert measure.id == first.id
    assert (measure.label, measure.method, measure.confidence) == ("Radweg bauen an der Elbe", "human", 1.0)
    assert measure.period.normal == "../2030"
    assert measure.responsible == first.responsible


def test_an_unchanged_table_corrects_nothing(tmp_path, plan):
    rows = [{"id": item.id, "label": item.label, "description": item.description} for item in plan.measures]
    assert read_edited(_edited(tmp_path, rows), [plan], author="A", date="2026-03-01") == ()


def test_a_correction_without_its_item_is_reported(tmp_path, plan):
    first = plan.measures[0]
    rows = [{"id": first.id, "label": "Anderer Titel"}]
    found = read_edited(_edited(tmp_path, rows), [plan], author="A", date="2026-03-01")
    from dataclasses import replace

    _, issues = apply(replace(plan, measures=plan.measures[1:]), found)
    assert [issue.kind for issue in issues] == ["correction-lost"]


def test_bad_tables_are_refused_in_one_line(tmp_path, plan):
    with pytest.raises(InvalidRequest):
        read_edited(_edited(tmp_path, [{"id": "measure-000000000000", "label": "x"}]), [plan], author="A", date="d")
    with pytest.raises(SourceError):
        read_edited(_edited(tmp_path, [{"label": "x"}]), [plan], author="A", date="d")
    with pytest.raises(SourceError):
        read_edited(tmp_path / "absent.csv", [plan], author="A", date="d")
    (tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(SourceError):
        load(tmp_path / "bad.jsonl")
