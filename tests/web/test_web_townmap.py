"""Towns stand where they belong on the map, and their names do not run into each other."""

from __future__ import annotations

from itertools import combinations

from kg import municipalities
from search_app.views.townmap import town_map

NAMES = ("Kiel", "München", "Dresden", "Aachen", "Torgau", "Herzberg (Elster)")


def test_directions_and_borders() -> None:
    drawn = town_map([municipalities.load().find(name) for name in NAMES])
    places = {mark.town.name: mark for mark in drawn.marks}
    assert places["Kiel"].y < places["Dresden"].y < places["München"].y
    assert places["Aachen"].x < places["München"].x < places["Dresden"].x
    assert all(0 < mark.x < drawn.width and 0 < mark.y < drawn.height for mark in drawn.marks)
    assert drawn.land.startswith("M")
    assert len(drawn.land) < 20_000


def test_names_of_neighbours_keep_apart() -> None:
    marks = town_map([municipalities.load().find(name) for name in NAMES]).marks
    for one, other in combinations(marks, 2):
        assert abs(one.text_y - other.text_y) >= 15 or abs(one.text_x - other.text_x) > 60


def test_towns_without_coordinates_are_left_out() -> None:
    assert town_map([]).marks == ()
