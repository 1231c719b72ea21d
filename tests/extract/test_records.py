def test_a_tree_keeps_its_hierarchy_and_states(corpus, extracted):
    _, plan = extracted(next((corpus / "tables").glob("*mainz*")), "Mainz")
    labels = {measure.id: measure.label for measure in plan.measures}
    above = {measure.label: labels.get(measure.part_of) for measure in plan.measures}
    assert [topic.label for topic in plan.topics] == ["Strom", "Wärme", "Mobilität & Verkehr"]
    assert above["Stadt Mainz: Tempo 30"] == "Autoverkehr"
    states = {measure.label: measure.status.normal for measure in plan.measures if measure.status}
    assert states["Stadt MZ: Wärmemasterplan 2.0"] == "done"
    assert states["ESWE/ MM: Citybahn Wiesbaden".replace("/ ", "/")] == "dropped"


def test_what_an_initiative_demands_is_not_the_towns(corpus, extracted):
    _, plan = extracted(next((corpus / "tables").glob("*mainz*")), "Mainz")
    assert not any(measure.label.startswith("MainzZero") for measure in plan.measures)
