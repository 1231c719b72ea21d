TEXT = """Klimaschutz in der Stadt

Ziel ist es, die Emissionen bis 2035 um 80 Prozent zu senken. Dafür braucht es alle.

Ziel des Prozesses war es, alle Bürger zu beteiligen.
"""


def test_the_text_says_itself_what_the_goal_is(tmp_path, extracted):
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    _, plan = extracted(path)
    assert [g.label for g in plan.goals] == ["Ziel ist es, die Emissionen bis 2035 um 80 Prozent zu senken."]
