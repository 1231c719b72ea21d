"""What is embedded of an item, and what is shown of it."""

from __future__ import annotations

import pytest

from kg.model import Entry, Goal, Kind, Municipality
from search_app.search import catalog_file, index
from search_app.search.encoder import load
from search_app.search.engine import Engine
from search_app.search.units import Indexed, points_of

LISTED = "sichere Kreuzungen; • Lückenschluss am Bahnhof; -; Abstellanlagen; Wegweisung nach Norm."
POINTS = ["sichere Kreuzungen", "Lückenschluss am Bahnhof", "Abstellanlagen", "Wegweisung nach Norm"]


def goal(description: str) -> Entry:
    town = Municipality("00000001", "Musterstadt", "Sachsen")
    made = Goal(id="goal-1", plan_id="plan-1", label="Radverkehr stärken", description=description)
    return Entry(made, Kind.GOAL, town, "Plan", "document-1")


def test_points_are_texts_of_their_own_in_their_goal():
    assert Indexed(goal(LISTED)).units[1:] == tuple(f"{point} (Radverkehr stärken)" for point in POINTS)
    assert Indexed(goal(LISTED)).shown[1:] == tuple(POINTS)


@pytest.mark.parametrize("description", ["", "eins; zwei; drei", "a; b; c; d" + " und so fort" * 20])
def test_what_is_no_list_has_no_points(description):
    assert points_of(description) == []
    assert len(Indexed(goal(description)).units) == len(Indexed(goal(description)).shown) == 1


def test_the_nearest_point_is_the_reason_as_the_plan_has_it(tmp_path):
    encoder = load("builtin:e5-small", light=True)
    catalog_file.write(tmp_path, [goal(LISTED)])
    index.build(tmp_path, [goal(LISTED)], encoder)
    (hit,) = Engine(tmp_path, encoder).search("Wegweisung nach Norm").hits
    assert hit.why.sentence == "Wegweisung nach Norm"
