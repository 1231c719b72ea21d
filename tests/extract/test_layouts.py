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
    "goal_levels_table.html": (7, 0),
    "cost_overview.html": (0, 3),
    "key_projects.txt": (0, 3),
    "projects_by_area.html": (0, 4),
    "ideas_of_citizens.html": (0, 0),
    "labels_over_two_lines.html": (0, 2),
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


def test_columns_of_goals_are_levels(extracted):
    _, plan = extracted(FOLDER / "goal_levels_table.html")
    by_id = {goal.id: goal for goal in plan.goals}
    parts = [(goal.label, by_id[goal.part_of].label, goal.level) for goal in plan.goals if goal.part_of]
    assert parts[0] == (
        "Altersgerechte Wohnungen im Zentrum schaffen",
        "Attraktiver Wohnstandort für alle Generationen",
        "Teilziel",
    )
    assert len(parts) == 5
    assert [topic.label for topic in plan.topics] == ["Wohnen", "Mobilität"]


def test_rows_that_only_name_the_rows_below_are_topics(extracted):
    _, plan = extracted(FOLDER / "cost_overview.html")
    topics = {topic.id: topic.label for topic in plan.topics}
    assert [(m.number, topics[m.topic_id], m.cost.normal) for m in plan.measures] == [
        ("A1", "Vorbereitung", "45000 EUR"),
        ("B1", "Ordnungsmaßnahmen", "180000 EUR"),
        ("B2", "Ordnungsmaßnahmen", "95000 EUR"),
    ]


def test_headings_that_are_areas_place_the_measures_below(extracted):
    _, plan = extracted(FOLDER / "projects_by_area.html")
    areas = {area.id: area.label for area in plan.areas}
    assert [[areas[area] for area in m.area_ids] for m in plan.measures] == [["Altendorf"]] * 2 + [["Kernstadt"]] * 2
    assert not plan.topics


def test_a_label_over_two_lines_is_one_label(extracted):
    _, plan = extracted(FOLDER / "labels_over_two_lines.html")
    assert [(m.number, m.description, m.period.normal) for m in plan.measures] == [
        ("1.1", "Der Platz erhält Bäume und Sitzgelegenheiten.", "2025/2027"),
        ("1.2", "Eigentümer werden zu Förderung und Gestaltung beraten.", "ongoing"),
    ]


def _pdf(
    path: Path, texts: list[tuple[float, float, str]], lines: list[tuple[float, float, float, float]] | None = None
) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for x0, top, x1, bottom in lines or []:
        canvas.line(x0, A4[1] - top, x1, A4[1] - bottom)
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


def test_a_ruled_row_that_the_end_of_the_page_breaks(tmp_path, extracted):
    rows = [
        ("Nr.", "Projekt", "Zuständig", "Zeitraum"),
        ("R.1", "Radroute zum Bahnhof", "Tiefbauamt", "2026-2029"),
        ("R.2", "Fahrradparkhaus am Markt", "Stadtwerke", "bis 2028"),
    ]
    lefts, tops = (60, 110, 320, 440), (700, 730, 760)
    texts = [
        (x + 4, top + 18, cell) for top, row in zip(tops, rows, strict=True) for x, cell in zip(lefts, row, strict=True)
    ]
    lines = [(60, top, 540, top) for top in tops] + [(x, 700, x, 800) for x in (*lefts, 540)]
    _, plan = extracted(_pdf(tmp_path / "broken.pdf", texts, lines))
    assert [(m.number, m.label, m.period.normal) for m in plan.measures] == [
        ("R.1", "Radroute zum Bahnhof", "2026/2029"),
        ("R.2", "Fahrradparkhaus am Markt", "../2028"),
    ]
