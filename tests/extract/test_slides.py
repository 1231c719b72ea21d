import json

import pytest
from rapidfuzz import fuzz


@pytest.fixture(scope="module")
def plan(corpus, extracted):
    return extracted(next((corpus / "seeds").glob("004*.txt")), "Torgau")[1]


@pytest.fixture(scope="module")
def labels(corpus):
    return json.loads((corpus / "labels/torgau.json").read_text(encoding="utf-8"))


def test_topics_are_named_in_full_and_in_order(plan, labels):
    assert [topic.label for topic in plan.topics] == [topic["name"] for topic in labels["topics"]]


def test_the_list_of_areas_is_read_with_its_codes(plan, labels):
    listed = [(area.number, area.label) for area in plan.areas if area.listed and not area.whole_town]
    assert listed == [(area["code"], area["name"]) for area in labels["planning_areas"]]


def test_an_area_that_the_list_lacks_is_kept_and_flagged(plan):
    assert {area.label for area in plan.areas if not area.listed} >= {"Nord", "Graditz", "Melpitz", "Mehderitzsch"}
    assert [area.label for area in plan.areas if area.whole_town] == ["Gesamtstadt"]


def test_all_goals_stand_in_order_below_their_topic(plan, labels):
    topics = {topic.id: topic.label for topic in plan.topics}
    assert len(plan.goals) == len(labels["goals"]) == 45
    for goal, label in zip(plan.goals, labels["goals"], strict=True):
        assert topics[goal.topic_id] == label["topic"]
        assert fuzz.ratio(goal.label, label["title"]) > 93
        if label["number_source"] != "inferred":
            assert goal.number == str(label["number"])


def test_contents_serve_the_right_goal(plan, labels):
    found = {goal.id: [m.label for m in plan.measures if m.goal_ids == (goal.id,)] for goal in plan.goals}
    right = sum(
        fuzz.ratio(content, focus) > 85
        for goal, label in zip(plan.goals, labels["goals"], strict=True)
        for content, focus in zip(found[goal.id], label["focuses"], strict=True)
    )
    assert right >= 145
    assert len(plan.measures) == 148
    assert all(measure.bundle for measure in plan.measures)


def test_goals_have_the_areas_of_their_row(plan, labels):
    names = {area.id: area.label for area in plan.areas}
    for goal, label in zip(plan.goals, labels["goals"], strict=True):
        pairs = zip([names[area] for area in goal.area_ids], label["areas"], strict=True)
        assert all(fuzz.ratio(ours, theirs) > 75 for ours, theirs in pairs), label["id"]


def test_a_title_printed_twice_stays_two_goals(plan):
    twice = [goal for goal in plan.goals if goal.label == "Kurz- und mittelfristige Stärkung der Einnahmenseite"]
    assert len(twice) == 2
    assert twice[0].id != twice[1].id


def test_an_invented_deck_read_line_by_line(tmp_path, extracted):
    slide = "Mobilität\n\n1. Ausbau der Radwege\n\nu. a. Radweg am Fluss; Fahrradbügel\n\nGesamtstadt\n\n"
    slide += "2. Stärkung des Busverkehrs\n\nu. a. Takt verdichten; Haltestellen umbauen\n\nInnenstadt; Nordstadt\n"
    path = tmp_path / "deck.txt"
    path.write_text(slide + "\f" + slide.replace("Mobilität", "Wohnen").replace("Rad", "Wohn"), encoding="utf-8")
    _, plan = extracted(path)
    assert [topic.label for topic in plan.topics] == ["Mobilität", "Wohnen"]
    assert [goal.label for goal in plan.goals][:2] == ["Ausbau der Radwege", "Stärkung des Busverkehrs"]
    assert [measure.label for measure in plan.measures][:2] == ["Radweg am Fluss", "Fahrradbügel"]


def test_a_table_with_a_header_is_no_slide_with_columns(tmp_path, extracted):
    path = tmp_path / "programm.html"
    path.write_text(
        "<main><h1>Programm</h1><table><tr><th>Handlungsfeld</th><th>Nr.</th><th>Maßnahme</th><th>Zeitraum</th></tr>"
        "<tr><td>Innenstadt</td><td>1</td><td>Leerstände bespielen</td><td>2026</td></tr></table></main>",
        encoding="utf-8",
    )
    _, plan = extracted(path)
    assert ([goal.label for goal in plan.goals], [measure.label for measure in plan.measures]) == (
        [],
        ["Leerstände bespielen"],
    )
