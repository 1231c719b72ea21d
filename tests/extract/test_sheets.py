SHEETS = """# Maßnahmensteckbriefe

## M 1 Umbau des Bahnhofs

**Ziel:** Barrierefreier Zugang

**Beschreibung:** Der Bahnhof wird umgebaut.

**Träger:** Stadt Musterstadt

**Partner:** Deutsche Bahn

**Zeithorizont:** mittelfristig

**Kosten:** 250 T€

## M 2 Neuer Stadtpark

**Ziel:** Mehr Grün

**Beschreibung:** Ein Park entsteht.

**Träger:** Gartenamt

**Zeithorizont:** kurzfristig – mittelfristig – langfristig

**Kosten:** k. A.
"""

PLAIN = """KAPITEL 3
VER-1: Hitzeschutz bei Festen
Beschreibung der Maßnahme
Bei Festen wird Schatten geboten und Wasser verteilt.
Verantwortung
• Ordnungsamt
• Kulturamt
Priorität
hoch
VER-2: Information der Veranstalter
Beschreibung der Maßnahme
Veranstalter erhalten ein Merkblatt.
Verantwortung
• Umweltamt
Priorität
mittel
"""


def test_sheets_of_labels_before_colons(tmp_path, extracted):
    path = tmp_path / "sheets.md"
    path.write_text(SHEETS, encoding="utf-8")
    _, plan = extracted(path)
    first, second = plan.measures
    assert (first.number, first.label) == ("M 1", "Umbau des Bahnhofs")
    assert first.description == "Der Bahnhof wird umgebaut."
    assert first.responsible.text == "Stadt Musterstadt"
    assert [partner.text for partner in first.partners] == ["Deutsche Bahn"]
    assert first.period.normal == "medium-term"
    assert first.cost.normal == "250000 EUR"
    assert [goal.label for goal in plan.goals if goal.id in first.goal_ids] == ["Barrierefreier Zugang"]
    assert second.period is None
    assert second.cost is None


def test_sheets_in_plain_lines_without_empty_lines(tmp_path, extracted):
    path = tmp_path / "sheets.txt"
    path.write_text(PLAIN, encoding="utf-8")
    _, plan = extracted(path)
    assert [(m.number, m.label) for m in plan.measures] == [
        ("VER-1", "Hitzeschutz bei Festen"),
        ("VER-2", "Information der Veranstalter"),
    ]
    assert plan.measures[0].responsible.text == "Ordnungsamt; Kulturamt"
    assert plan.measures[0].priority.normal == "high"


def test_boxed_sheets_of_a_pdf(corpus, extracted):
    _, plan = extracted(next((corpus / "pdf").glob("karlsruhe*")), "Karlsruhe")
    numbers = [measure.number for measure in plan.measures]
    assert len(numbers) == 19
    assert numbers[0] == "A1.1"
    assert all(measure.topic_id for measure in plan.measures)


def test_a_heat_action_plan_in_plain_text(corpus, extracted):
    _, plan = extracted(next((corpus / "text").glob("karlsruhe_hitze*")), "Karlsruhe")
    assert 60 <= len(plan.measures) <= 64
    assert sum(measure.responsible is not None for measure in plan.measures) >= 55
