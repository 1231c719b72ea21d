from ingest.extract.editions import diff

DRAFT = """# Entwurf

| Nr. | Maßnahme | Verantwortlich | Zeitraum |
| --- | --- | --- | --- |
| 1 | Radweg bauen am Fluss | Tiefbauamt | 2025 |
| 2 | Takt der Busse verdichten | Stadtwerke | 2026 |
| 3 | Brücke sanieren | Tiefbauamt | 2027 |
"""
DECISION = """# Beschluss

| Nr. | Maßnahme | Verantwortlich | Zeitraum |
| --- | --- | --- | --- |
| 1 | Radweg bauen am Fluss | Tiefbauamt | 2025 |
| 2 | Takt der Busse verdichten | Stadtwerke | 2029 |
| 4 | Bahnhof barrierefrei umbauen | Stadt | 2028 |
"""


def test_each_item_is_kept_changed_dropped_or_new(tmp_path, extracted):
    plans = []
    for name, text in (("draft.md", DRAFT), ("decision.md", DECISION)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        plans.append(extracted(tmp_path / name)[1])
    result = diff(*plans)
    assert [pair.after.label for pair in result.kept] == ["Radweg bauen am Fluss"]
    [pair] = result.changed
    assert [(c.field, c.before, c.after) for c in pair.changes] == [("period", "2026", "2029")]
    assert [item.label for item in result.dropped] == ["Brücke sanieren"]
    assert [item.label for item in result.new] == ["Bahnhof barrierefrei umbauen"]


def test_a_plan_differs_from_itself_in_nothing(corpus, extracted):
    plan = extracted(next((corpus / "seeds").glob("004*.txt")), "Torgau")[1]
    result = diff(plan, plan)
    assert len(result.kept) == 45 + 148
    assert (result.changed, result.dropped, result.new) == ((), (), ())
