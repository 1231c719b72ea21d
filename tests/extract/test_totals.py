import json


def _plan(corpus, extracted):
    return extracted(next((corpus / "seeds").glob("004*.txt")), "Torgau")[1]


def test_the_counts_table_is_kept_as_printed_with_its_doubts(corpus, extracted):
    plan = _plan(corpus, extracted)
    rows = json.loads((corpus / "labels/torgau.json").read_text(encoding="utf-8"))["counts_table"]["rows"]
    topics = {topic.id: topic.label for topic in plan.topics}
    assert len(plan.totals) == 27
    for at, column in enumerate(("goals", "general", "area_specific")):
        found = plan.totals[at * 9 : at * 9 + 8]
        assert [total.printed for total in found] == [row["printed"][at] for row in rows]
        assert [total.value for total in found] == [row[column] for row in rows]
        assert [total.doubtful for total in found] == [column in row["doubtful"] for row in rows]
        assert all(total.topic_id in topics for total in found)


def test_goals_found_agree_with_goals_counted(corpus, extracted):
    goals = [total for total in _plan(corpus, extracted).totals if "Ziele" in total.counted]
    assert [(total.value, total.found) for total in goals][-1] == (45, 45)
    assert all(total.value == total.found for total in goals)


def test_the_plan_names_the_frameworks_it_follows(corpus, extracted):
    names = [iri.rsplit("/", 1)[-1] for iri in _plan(corpus, extracted).frameworks]
    assert {"just", "green", "productive", "common-good", "participation", "land-policy"} <= set(names)
    assert {"economy", "people", "governance", "mobility", "environment", "living"} <= set(names)
    assert {str(goal) for goal in range(1, 18)} <= set(names)
