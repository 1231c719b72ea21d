"""Invented documents of layouts that no labelled town uses: what is found in each, and nothing besides."""

from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).with_name("layouts")
GOALS_AND_MEASURES = {
    "sheets_label_above.txt": (3, 3),
    "fields_goals_measures.md": (4, 5),
    "chapters_with_lists.txt": (5, 7),
    "table_with_sections.md": (3, 4),
    "coded_list.txt": (0, 8),
    "goal_hierarchy.md": (9, 6),
    "participation.html": (0, 3),
    "sheets_by_turns.html": (2, 2),
    "aligned_table.txt": (0, 5),
    "prose.txt": (2, 2),
    "nothing_planned.txt": (0, 0),
}


def test_every_invented_document_is_measured():
    assert {path.name for path in FOLDER.iterdir()} == set(GOALS_AND_MEASURES)


@pytest.mark.parametrize("name", GOALS_AND_MEASURES)
def test_what_is_stated_is_found_and_nothing_else(extracted, name):
    _, plan = extracted(FOLDER / name)
    assert (len(plan.goals), len(plan.measures)) == GOALS_AND_MEASURES[name]


def test_labels_above_their_values_give_every_fact(extracted):
    _, plan = extracted(FOLDER / "sheets_label_above.txt")
    first, second, _ = plan.measures
    assert (first.number, first.label) == ("M 3.1", "Umgestaltung des Marktplatzes")
    assert (first.period.normal, first.cost.normal, first.priority.normal) == ("2026/2028", "1400000 EUR", "high")
    assert second.cost is None


def test_measures_serve_the_goal_that_their_number_names(extracted):
    _, plan = extracted(FOLDER / "fields_goals_measures.md")
    names = {goal.id: goal.number for goal in plan.goals}
    served = {measure.number: [names[goal] for goal in measure.goal_ids] for measure in plan.measures}
    assert served == {"1.1.1": ["1.1"], "1.1.2": ["1.1"], "1.2.1": ["1.2"], "2.1.1": ["2.1"], "2.2.1": ["2.2"]}


def test_topics_are_named_without_their_word_and_number(extracted):
    for name in ("fields_goals_measures.md", "table_with_sections.md", "coded_list.txt", "participation.html"):
        _, plan = extracted(FOLDER / name)
        assert plan.topics
        assert not any(topic.label.startswith("Handlungsfeld") for topic in plan.topics)


def test_lists_below_the_lowest_goals_are_their_measures(extracted):
    _, plan = extracted(FOLDER / "goal_hierarchy.md")
    by_id = {goal.id: goal for goal in plan.goals}
    lowest = next(goal for goal in plan.goals if goal.number == "A1.1")
    assert by_id[by_id[lowest.part_of].part_of].label == "Miteinander leben"
    assert [m.label for m in plan.measures if lowest.id in m.goal_ids] == [
        "Stadtteilhaus Nord errichten",
        "Nachbarschaftsfonds einführen",
    ]


def _pdf(path: Path, texts: list[tuple[float, float, str]]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for x, top, text in texts:
        canvas.drawString(x, A4[1] - top, text)
    canvas.save()
    return path


def test_a_table_without_rules_in_a_pdf(tmp_path, extracted):
    rows = [
        ("Nr.", "Projekt", "Träger", "Zeitraum"),
        ("P 1", "Umbau der Musikschule", "Hochbauamt", "2026-2027"),
        ("P 2", "Neuer Bolzplatz im Westen", "Sportamt", "kurzfristig"),
        ("P 3", "Sanierung der Freitreppe", "Tiefbauamt", "bis 2029"),
    ]
    texts = [(60, 80, "Projekte der Stadt")]
    texts += [
        (x, 120 + 24 * at, cell)
        for at, row in enumerate(rows)
        for x, cell in zip((60, 110, 320, 440), row, strict=True)
    ]
    _, plan = extracted(_pdf(tmp_path / "table.pdf", texts))
    assert [(m.number, m.label, m.responsible.text, m.period.normal) for m in plan.measures] == [
        ("P 1", "Umbau der Musikschule", "Hochbauamt", "2026/2027"),
        ("P 2", "Neuer Bolzplatz im Westen", "Sportamt", "short-term"),
        ("P 3", "Sanierung der Freitreppe", "Tiefbauamt", "../2029"),
    ]


def test_a_sheet_in_two_columns_without_rules_in_a_pdf(tmp_path, extracted):
    rows = [
        ("Ziel", "Sichere Schulwege"),
        ("Beschreibung", "Der Schulhof erhält neue Querungen."),
        ("Räumliches", "im ganzen Viertel"),
        ("Zuständigkeit", "Tiefbauamt"),
        ("Kosten", "120.000 Euro"),
        ("Priorität", "hoch"),
    ]
    texts = [(60, 80, "V-1 Umbau der Schulstraße")]
    texts += [(x, 120 + 22 * at, cell) for at, row in enumerate(rows) for x, cell in zip((60, 220), row, strict=True)]
    _, plan = extracted(_pdf(tmp_path / "sheet.pdf", texts))
    (measure,) = plan.measures
    assert (measure.number, measure.label) == ("V-1", "Umbau der Schulstraße")
    assert measure.description == "Der Schulhof erhält neue Querungen."
    assert measure.responsible.text == "Tiefbauamt"
    assert measure.cost.normal == "120000 EUR"
    assert measure.priority.normal == "high"
