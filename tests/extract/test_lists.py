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
