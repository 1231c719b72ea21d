"""A map of towns. The land is drawn from the coordinates of all German municipalities, so no outline is needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.model import Municipality
from kg.municipalities import load

_WEST, _EAST, _SOUTH, _NORTH = 5.5, 15.5, 47.0, 55.3
_WIDTH = 520.0
_SQUEEZE = math.cos(math.radians((_SOUTH + _NORTH) / 2))
_SCALE = _WIDTH / ((_EAST - _WEST) * _SQUEEZE)
_HEIGHT = (_NORTH - _SOUTH) * _SCALE
_CELL = 8


@dataclass(frozen=True, slots=True)
class MapMark:
    """A town at its place; its name stands left or right of the mark, so that it stays on the map."""

    town: Municipality
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class TownMap:
    """A map as SVG coordinates: size, a path that covers the land, and the towns."""

    width: int
    height: int
    land: str
    marks: tuple[MapMark, ...]


def town_map(towns: Sequence[Municipality]) -> TownMap:
    """The map with those towns whose coordinates are known, north to south."""
    placed = [(town, *_project(town.latitude, town.longitude)) for town in towns if town.latitude and town.longitude]
    return TownMap(round(_WIDTH), round(_HEIGHT), _land(), tuple(_marks(sorted(placed, key=lambda one: one[2]))))


def _marks(placed: list[tuple[Municipality, float, float]]) -> list[MapMark]:
    marks: list[MapMark] = []
    for town, x, y in placed:
        right = x < _WIDTH * 0.62
        text_y = y + 5
        for other in marks:
            if (
                other.anchor == ("start" if right else "end")
                and abs(other.text_y - text_y) < 16
                and abs(other.x - x) < 110
            ):
                text_y = other.text_y + 16
        marks.append(MapMark(town, x, y, x + 11 if right else x - 11, round(text_y, 1), "start" if right else "end"))
    return marks


def _project(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees to map units, true to shape at the middle latitude."""
    return round((longitude - _WEST) * _SQUEEZE * _SCALE, 1), round((_NORTH - latitude) * _SCALE, 1)


@cache
def _land() -> str:
    """One square for each cell in which a municipality lies, joined to rows; wooded gaps of one cell are closed."""
    rows: dict[int, set[int]] = {}
    for latitude, longitude in load().coordinates():
        x, y = _project(latitude, longitude)
        rows.setdefault(int(y // _CELL), set()).add(int(x // _CELL))
    parts = []
    for row, columns in sorted(rows.items()):
        filled = columns | {
            column for column in range(min(columns), max(columns)) if {column - 1, column + 1} <= columns
        }
        for start in sorted(column for column in filled if column - 1 not in filled):
            length = 1
            while start + length in filled:
                length += 1
            parts.append(f"M{start * _CELL} {row * _CELL}h{length * _CELL}v{_CELL}h-{length * _CELL}z")
    return "".join(parts)
