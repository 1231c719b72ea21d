"""Rulings become tables: cells with row and column, or boxes where a frame holds no more than one cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.pdf.drawn import Ruling

_SNAP = 2.5  # points: rulings nearer than this stand on one line
_TOUCH = 4.0  # points: how far a ruling may end before the one that it meets
_SHORTEST = 6.0  # points: shorter strokes are ornaments
_ROW = 8.0  # points: the lowest row
_MOST = 80  # rulings in one direction: more are a drawing, not a table


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a grid: row and column from 0, its rectangle."""

    row: int
    column: int
    x0: float
    top: float
    x1: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.x0 <= x < self.x1 and self.top <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Grid:
    """A connected net of rulings with at least one closed cell."""

    cells: tuple[Cell, ...]
    columns: tuple[float, ...]
    x0: float
    top: float
    x1: float
    bottom: float

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell around a point."""
        if not (self.x0 <= x < self.x1 and self.top <= y < self.bottom):
            return None
        for cell in self.cells:
            if cell.x0 <= x < cell.x1 and cell.top <= y < cell.bottom:
                return cell
        return None


@dataclass(slots=True)
class _Bar:
    """A ruling along one axis: where it stands, from where to where it goes."""

    at: float
    start: float
    end: float


def grids(rulings: Iterable[Ruling]) -> list[Grid]:
    """The grids on a page, from top to bottom."""
    level: list[_Bar] = []
    upright: list[_Bar] = []
    for ruling in rulings:
        if ruling.horizontal:
            level.append(_Bar((ruling.top + ruling.bottom) / 2, ruling.x0, ruling.x1))
        else:
            upright.append(_Bar((ruling.x0 + ruling.x1) / 2, ruling.top, ruling.bottom))
    level, upright = _joined(level), _joined(upright)
    found = [grid for rows, columns in _nets(level, upright) if (grid := _grid(rows, columns)) is not None]
    return sorted(found, key=lambda grid: (grid.top, grid.x0))


def _joined(bars: list[_Bar]) -> list[_Bar]:
    """Pieces of one line put together, without those that stay too short."""
    tracks: list[list[_Bar]] = []
    for bar in sorted(bars, key=lambda bar: bar.at):
        if tracks and bar.at - tracks[-1][0].at <= _SNAP:
            tracks[-1].append(bar)
        else:
            tracks.append([bar])
    joined: list[_Bar] = []
    for track in tracks:
        at = sum(bar.at for bar in track) / len(track)
        for bar in sorted(track, key=lambda bar: bar.start):
            last = joined[-1] if joined else None
            if last is not None and last.at == at and bar.start <= last.end + _TOUCH:
                last.end = max(last.end, bar.end)
            else:
                joined.append(_Bar(at, bar.start, bar.end))
    return [bar for bar in joined if bar.end - bar.start >= _SHORTEST]


def _nets(level: Sequence[_Bar], upright: Sequence[_Bar]) -> list[tuple[list[_Bar], list[_Bar]]]:
    """Bars that are connected by crossing or touching each other."""
    owner = list(range(len(level) + len(upright)))

    def root(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for i, bar in enumerate(level):
        for j, post in enumerate(upright, start=len(level)):
            if bar.start - _TOUCH <= post.at <= bar.end + _TOUCH and post.start - _TOUCH <= bar.at <= post.end + _TOUCH:
                owner[root(i)] = root(j)
    nets: dict[int, tuple[list[_Bar], list[_Bar]]] = {}
    for index in range(len(owner)):
        rows, columns = nets.setdefault(root(index), ([], []))
        if index < len(level):
            rows.append(level[index])
        else:
            columns.append(upright[index - len(level)])
    return list(nets.values())


def _grid(level: Sequence[_Bar], upright: Sequence[_Bar]) -> Grid | None:
    ys, xs = _places(level), _places(upright)
    if len(ys) >= 2 and len(xs) >= 3:
        level = [*level, *_open_ends(xs, ys, upright)]
        ys = _places(level)
    if not (2 <= len(ys) <= _MOST and 2 <= len(xs) <= _MOST):
        return None
    cells = tuple(_cells(xs, ys, level, upright))
    return Grid(cells, tuple(xs), xs[0], ys[0], xs[-1], ys[-1]) if cells else None


def _open_ends(xs: Sequence[float], ys: Sequence[float], upright: Sequence[_Bar]) -> list[_Bar]:
    """Where a row is broken by the end of the page: all lines between columns go on beyond the last line across, or
    begin before the first, and end at one height."""
    posts = [[bar for bar in upright if abs(bar.at - x) <= _SNAP] for x in xs]
    found = []
    for height, edge in (
        (ys[-1], [max(bar.end for bar in post) for post in posts]),
        (ys[0], [min(bar.start for bar in post) for post in posts]),
    ):
        beyond = edge[0] - height if height == ys[-1] else height - edge[0]
        if beyond >= _ROW and max(edge) - min(edge) <= _SNAP:
            found.append(_Bar(edge[0], xs[0], xs[-1]))
    return found


def _places(bars: Iterable[_Bar]) -> list[float]:
    places: list[float] = []
    for at in sorted(bar.at for bar in bars):
        if not places or at - places[-1] > _SNAP:
            places.append(at)
    return places


def _cells(xs: Sequence[float], ys: Sequence[float], level: Sequence[_Bar], upright: Sequence[_Bar]) -> Iterable[Cell]:
    """Fields without a ruling between them are one cell, which stands where its first field does."""
    beams = [[bar for bar in level if abs(bar.at - y) <= _SNAP] for y in ys]
    posts = [[bar for bar in upright if abs(bar.at - x) <= _SNAP] for x in xs]
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            right = column
            while right + 2 < len(xs) and not _barred(posts[right + 1], ys[row], ys[row + 1]):
                right += 1
            down = row
            while down + 2 < len(ys) and not _barred(beams[down + 1], xs[column], xs[right + 1]):
                down += 1
            taken.update((y, x) for y in range(row, down + 1) for x in range(column, right + 1))
            yield Cell(row, column, xs[column], ys[row], xs[right + 1], ys[down + 1])


def _barred(bars: Iterable[_Bar], start: float, end: float) -> bool:
    return any(bar.start <= start + _TOUCH and bar.end >= end - _TOUCH for bar in bars)
