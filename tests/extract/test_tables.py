DOC = """# Klimaplan

## Bestandsanalyse

| Nr. | Maßnahme aus dem alten Plan |
| --- | --- |
| 1 | Alte Heizung |

## Verkehr

| Nr. | Maßnahme | Verantwortlich | Zeitraum | Kosten | Priorität |
| --- | --- | --- | --- | --- | --- |
| M 1 | Radweg an der Hauptstraße bauen | Tiefbauamt | 2025–2027 | 1,2 Mio. € | hoch |
| M 2 | Takt der Stadtbusse verdichten | Stadtwerke | k. A. | – | hoch – mittel – gering |
| | Summe | | | 1,2 Mio. € | |

## Zahlen

| Jahr | Einwohner |
| --- | --- |
| 2020 | 10.000 |
"""

GOALS = """# Ziele

| Ziel | Inhaltliche Schwerpunkte | Räumliche Schwerpunkte |
| --- | --- | --- |
| 1. Stärkung der Innenstadt | u. a. Sanierung des Marktes; Leerstand beleben | Innenstadt |
| 2. Ausbau der Schulen | Mensa bauen; Turnhalle sanieren | Gesamtstadt |
"""


def test_rows_become_measures_with_their_facts(tmp_path, extracted):
    path = tmp_path / "plan.md"
    path.write_text(DOC, encoding="utf-8")
    document, plan = extracted(path)
    first, second = [m for m in plan.measures if m.number]
    assert (first.number, first.label) == ("M 1", "Radweg an der Hauptstraße bauen")
    assert first.responsible.text == "Tiefbauamt"
    assert first.period.normal == "2025/2027"
    assert first.cost.normal == "1200000 EUR"
    assert first.priority.normal == "high"
    assert all(quote.stands_in(document) for quote in first.cost.evidence)
    assert second.period is None
    assert second.cost is None
    assert second.priority is None
    assert [topic.label for topic in plan.topics] == ["Verkehr"]


def test_totals_analysis_and_statistics_are_no_measures(tmp_path, extracted):
    path = tmp_path / "plan.md"
    path.write_text(DOC, encoding="utf-8")
    labels = {measure.label for measure in extracted(path)[1].measures}
    assert "Summe" not in labels
    assert "10.000" not in labels


def test_a_table_of_goals_with_contents_and_areas(tmp_path, extracted):
    path = tmp_path / "goals.md"
    path.write_text(GOALS, encoding="utf-8")
    _, plan = extracted(path)
    assert [(goal.number, goal.label) for goal in plan.goals] == [
        ("1", "Stärkung der Innenstadt"),
        ("2", "Ausbau der Schulen"),
    ]
    assert [measure.label for measure in plan.measures][:2] == ["Sanierung des Marktes", "Leerstand beleben"]
    assert [area.label for area in plan.areas] == ["Innenstadt", "Gesamtstadt"]


def test_all_points_of_a_decision_in_tables_by_kind(corpus, extracted):
    _, plan = extracted(next((corpus / "text").glob("goettingen*")), "Göttingen")
    assert sorted(int(measure.number) for measure in plan.measures) == list(range(1, 35))


def test_template_text_and_signatures_are_no_measures(corpus, extracted):
    _, plan = extracted(next((corpus / "text").glob("klagenfurt*")), "Klagenfurt")
    assert not plan.measures


def test_a_council_papers_agenda_is_no_table_of_measures(corpus, extracted):
    _, plan = extracted(next((corpus / "pdf").glob("nordstemmen*")), "Nordstemmen")
    assert not plan.measures


def test_declared_columns_are_taken_as_declared(tmp_path):
    from dataclasses import replace

    from ingest.extract import extract_plan
    from ingest.readers import read
    from kg.model import Municipality, Source
    from kg.settings import Settings

    path = tmp_path / "daten.csv"
    path.write_text("Was wir tun;Bis dahin\nRadweg bauen am Fluss;2027\n", encoding="utf-8")
    source = Source("document-1", "14730310", "Daten", str(path), "text/csv", "0", "2026-01-01")
    source = replace(source, columns=(("Was wir tun", "title"), ("Bis dahin", "period")))
    document, _ = read(path, source, Settings())
    plan, _ = extract_plan(document, Municipality("14730310", "Torgau", "Sachsen"))
    [measure] = plan.measures
    assert (measure.label, measure.period.normal) == ("Radweg bauen am Fluss", "2027")


SPANNING = """<html><body><main><h1>Ziele und Maßnahmen</h1><table>
<tr><th>Ziel</th><th>Maßnahmen</th><th>Räumlicher Schwerpunkt</th></tr>
<tr><td rowspan="2">Innenstadt beleben und aufwerten</td><td>Leerstand vermitteln</td><td>Innenstadt</td></tr>
<tr><td>Marktplatz begrünen</td><td>Innenstadt</td></tr>
<tr><td>Klimaschutz voranbringen</td><td>- Wärmeplan erstellen<br>- Solardächer bauen</td><td>Gesamtstadt</td></tr>
</table></main></body></html>"""


def test_a_goal_over_several_rows_and_a_cell_of_several_measures(tmp_path, extracted):
    path = tmp_path / "goals.html"
    path.write_text(SPANNING, encoding="utf-8")
    _, plan = extracted(path)
    goals = {goal.id: goal.label for goal in plan.goals}
    assert [(measure.label, goals[measure.goal_ids[0]]) for measure in plan.measures] == [
        ("Leerstand vermitteln", "Innenstadt beleben und aufwerten"),
        ("Marktplatz begrünen", "Innenstadt beleben und aufwerten"),
        ("Wärmeplan erstellen", "Klimaschutz voranbringen"),
        ("Solardächer bauen", "Klimaschutz voranbringen"),
    ]


def test_a_bare_number_takes_the_unit_of_its_column(tmp_path, extracted):
    path = tmp_path / "costs.md"
    path.write_text(
        "# Maßnahmen\n\n| Nr. | Projekt | Kosten (T€) | Träger |\n|---|---|---|---|\n"
        "| A1 | Marktplatz umgestalten | 850 | Stadt |\n| A2 | Park anlegen | 1.200 | Stadt |\n",
        encoding="utf-8",
    )
    _, plan = extracted(path)
    assert [measure.cost.normal for measure in plan.measures] == ["850000 EUR", "1200000 EUR"]


FIELD_OVER_ROWS = """<main><h1>Programm</h1><table>
<tr><th>Handlungsfeld</th><th>Nr.</th><th>Maßnahme</th><th>Zeitraum</th></tr>
<tr><td rowspan="2">Innenstadt</td><td>1</td><td>Leerstände bespielen</td><td>2026</td></tr>
<tr><td>2</td><td>Markt umgestalten</td><td>2027</td></tr>
<tr><td>Klima</td><td>3</td><td>Dächer begrünen</td><td>2028</td></tr>
</table></main>"""


def test_a_field_of_action_counts_for_all_rows_that_its_cell_spans(tmp_path, extracted):
    path = tmp_path / "programm.html"
    path.write_text(FIELD_OVER_ROWS, encoding="utf-8")
    _, plan = extracted(path)
    names = {topic.id: topic.label for topic in plan.topics}
    assert [names[measure.topic_id] for measure in plan.measures] == ["Innenstadt", "Innenstadt", "Klima"]


ALIGNED = """Maßnahmen

Nr.   Maßnahme                 Verantwortlich   Zeitraum
1     Radweg bauen             Tiefbauamt       2026
2     Schule sanieren          Bauamt           2027
3     Park anlegen             Grünamt          2028
"""


def test_columns_of_plain_text_kept_apart_by_spaces(tmp_path, extracted):
    path = tmp_path / "plan.txt"
    path.write_text(ALIGNED, encoding="utf-8")
    _, plan = extracted(path)
    assert [(measure.number, measure.label, measure.responsible.text) for measure in plan.measures] == [
        ("1", "Radweg bauen", "Tiefbauamt"),
        ("2", "Schule sanieren", "Bauamt"),
        ("3", "Park anlegen", "Grünamt"),
    ]


def test_bullets_part_the_contents_of_a_goal(tmp_path, extracted):
    path = tmp_path / "goals.md"
    path.write_text(GOALS.replace("u. a. Sanierung des Marktes; ", "• Sanierung des Marktes • "), encoding="utf-8")
    assert [measure.label for measure in extracted(path)[1].measures][:2] == [
        "Sanierung des Marktes",
        "Leerstand beleben",
    ]
