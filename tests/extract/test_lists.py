DOC = """# Leitbild 2035

Leitbild: Die grüne Stadt am Fluss

Oberziel 1: Klimaneutrale Stadt bis 2040

Teilziel 1.1: Ausbau erneuerbarer Energien

## Maßnahmen

1. Errichtung von Solaranlagen auf Schulen
2. Förderung privater Balkonkraftwerke
3. Aufbau eines Energieberatungsnetzes

## Schwächen

- Ausbau der Radwege fehlt an vielen Stellen
- Sanierung der Brücken steht aus
"""


def test_hierarchy_of_goals_and_listed_measures(tmp_path, extracted):
    path = tmp_path / "plan.md"
    path.write_text(DOC, encoding="utf-8")
    _, plan = extracted(path)
    image, upper, part = plan.goals
    assert [goal.level for goal in plan.goals] == ["Leitbild", "Oberziel", "Teilziel"]
    assert upper.part_of == image.id
    assert part.part_of == upper.id
    assert [measure.label for measure in plan.measures] == [
        "Errichtung von Solaranlagen auf Schulen",
        "Förderung privater Balkonkraftwerke",
        "Aufbau eines Energieberatungsnetzes",
    ]
    assert all(measure.goal_ids == (part.id,) for measure in plan.measures)


def test_codes_that_go_on_from_a_goals_code_are_its_measures(tmp_path, extracted):
    path = tmp_path / "klima.md"
    path.write_text(
        "# Konzept\n\n## Handlungsfeld A: Wasser\n\n### Ziel A.1: Regenwasser in der Fläche halten\n\n"
        "A.1.1 Mulden und Rigolen im Neubaugebiet\n\nA.1.2 Zisternen für Eigenheime\n\n"
        "### Ziel A.2: Gewässer naturnah entwickeln\n\nA.2.1 Flussaue am Wehr\n",
        encoding="utf-8",
    )
    _, plan = extracted(path)
    goals = {goal.id: goal.number for goal in plan.goals}
    assert [(measure.number, goals[measure.goal_ids[0]]) for measure in plan.measures] == [
        ("A.1.1", "A.1"),
        ("A.1.2", "A.1"),
        ("A.2.1", "A.2"),
    ]


def test_facts_on_labelled_lines_below_a_measure_that_names_itself(tmp_path, extracted):
    path = tmp_path / "stadt.md"
    path.write_text(
        "# Konzept\n\n## Ziel 1: Die Innenstadt belebt sich\n\n### Maßnahme 1.1 Leere Läden vergeben\n\n"
        "**Träger:** Stadtmarketing\n**Zeitraum:** 2026–2028\n\nVereine nutzen leere Läden auf Zeit.\n",
        encoding="utf-8",
    )
    _, plan = extracted(path)
    (measure,) = plan.measures
    assert (measure.responsible.text, measure.period.normal) == ("Stadtmarketing", "2026/2028")
    assert measure.description == "Vereine nutzen leere Läden auf Zeit."
    assert measure.goal_ids == (plan.goals[0].id,)
