"""One page laid out: its paragraphs and tables in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.pdf.drawn import Area, Run, Sheet
from ingest.pdf.grid import Cell, Grid, grids
from ingest.pdf.lines import bullets, lines, with_initials
from ingest.pdf.regions import Paragraph, paragraphs, reading_order
from ingest.pdf.tables import Field, Table
from ingest.pdf.unruled import has_header, unruled_tables

_NEAR_SIDE = 2.5  # letters between a space and where, by the run's even spacing, the cell's side goes through
_MOST_AREAS = 400  # coloured areas that are looked at: more are a drawing


@dataclass(frozen=True, slots=True)
class Frame:
    """A box drawn around paragraphs, which belong together; they come in reading order."""

    paragraphs: tuple[Paragraph, ...]
    x0: float
    top: float
    x1: float
    bottom: float


Element = Paragraph | Table


def lay_out(sheet: Sheet, before: Table | None = None) -> list[Element]:
    """The page's paragraphs and tables in reading order; what is written sideways, outside of tables, comes last.

    `before` is the table with which the page before ends, if it does.
    """
    upright = with_initials([run for run in sheet.runs if run.upright])
    upright += bullets(sheet.spots[:_MOST_AREAS], upright)
    sideways = [run for run in sheet.runs if not run.upright and run.text.strip()]
    found = [grid for grid in _grids(sheet) if not _is_page(grid, sheet)]
    inside, loose_runs = _sorted_into([*upright, *sideways], found)
    units: list[Paragraph | Table | Frame] = []
    for grid in found:
        parts, unbound = _units(grid, inside[id(grid)])
        units.extend(parts)
        loose_runs.extend(unbound)
    free = [run for run in loose_runs if run.upright]
    bars = [*sheet.rulings, *(edge for area in sheet.areas[:_MOST_AREAS] for edge in area.edges())]
    loose = lines(free)
    tables, used = unruled_tables(loose, bars, before)
    units.extend(tables)
    left = lines(run for run in free if id(run) not in used) if tables else loose
    units.extend(paragraphs(left, sheet.rulings))
    ordered: list[Element] = []
    for placed in reading_order(units):
        ordered.extend(placed.paragraphs if isinstance(placed, Frame) else [placed])
    return [*ordered, *_sideways(run for run in loose_runs if not run.upright)]


def _grids(sheet: Sheet) -> list[Grid]:
    """Grids of drawn lines, and of coloured areas where no such grid stands."""
    found = grids(sheet.rulings)
    areas = [area for area in sheet.areas[:_MOST_AREAS] if not any(_within(area, grid) for grid in found)]
    whole = [area for area in areas if not any(area.backs_line_in(other) for other in areas)]
    return found + grids(edge for area in whole for edge in area.edges())


def _within(area: Area, grid: Grid) -> bool:
    x, y = (area.x0 + area.x1) / 2, (area.top + area.bottom) / 2
    return grid.x0 - 5 <= x <= grid.x1 + 5 and grid.top - 5 <= y <= grid.bottom + 5


def _is_page(grid: Grid, sheet: Sheet) -> bool:
    """Whether it is no box on the page but the page itself, or a stripe of it from top to bottom."""
    return grid.bottom - grid.top > 0.9 * sheet.height and len(grid.cells) == 1


def _sorted_into(runs: Iterable[Run], found: Sequence[Grid]) -> tuple[dict[int, dict[Cell, list[Run]]], list[Run]]:
    """Each run with the cell of the smallest grid around its middle, or free."""
    if not found:
        return {}, list(runs)
    inside: dict[int, dict[Cell, list[Run]]] = {id(grid): {} for grid in found}
    smallest_first = sorted(found, key=lambda grid: (grid.x1 - grid.x0) * (grid.bottom - grid.top))
    free = []
    for run in [piece for whole in runs for piece in _cut(whole, found)]:
        x, y = (run.x0 + run.x1) / 2, (run.top + run.bottom) / 2
        for grid in smallest_first:
            if grid.x0 <= x <= grid.x1 and grid.top <= y <= grid.bottom and (cell := grid.cell_at(x, y)):
                inside[id(grid)].setdefault(cell, []).append(run)
                break
        else:
            free.append(run)
    return inside, free


def _cut(run: Run, found: Sequence[Grid]) -> list[Run]:
    """The run in two where a cell's side runs through a space of it: narrow cells stand nearer than columns do."""
    y = (run.top + run.bottom) / 2
    for grid in found:
        cell = grid.cell_at(run.x0 + 1, y)
        if cell is None or not cell.x1 + 1 < run.x1 or grid.cell_at(cell.x1 + 1, y) is None:
            continue
        spaces = [place for place, letter in enumerate(run.text) if letter == " "]
        share = (cell.x1 - run.x0) / (run.x1 - run.x0)
        nearest = min(spaces, key=lambda place: abs(place - share * len(run.text)), default=None)
        if nearest is None or abs(nearest - share * len(run.text)) > _NEAR_SIDE:
            continue
        left = replace(run, text=run.text[:nearest], x1=cell.x1)
        right = replace(run, text=run.text[nearest + 1 :], x0=cell.x1)
        return [left, *_cut(right, found)]
    return [run]


def _units(grid: Grid, inside: dict[Cell, list[Run]]) -> tuple[Sequence[Table | Frame], list[Run]]:
    """What the grid is: a table, or frames around text where its cells stand in one column, or loose runs.

    Under a header of known words a table may be as empty as a time plan, and rows need no lines between columns.
    """
    runs = [run for part in inside.values() for run in part]
    single = len({cell.column for cell in grid.cells}) == 1
    sparse = 4 * len(inside) < len(grid.cells)
    if not inside or ((single or sparse) and has_header(lines(run for run in runs if run.upright)) is single):
        return [], runs
    laid = ((cell, _in_cell(inside[cell])) for cell in sorted(inside, key=_place))
    fields = [Field(cell, parts) for cell, parts in laid if parts]
    if single:
        boxes = ((entry, entry.cell) for entry in fields)
        return [Frame(entry.paragraphs, cell.x0, cell.top, cell.x1, cell.bottom) for entry, cell in boxes], []
    return [Table(tuple(fields), grid.columns, grid.x0, grid.top, grid.x1, grid.bottom)], []


def _place(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


def _in_cell(runs: Sequence[Run]) -> tuple[Paragraph, ...]:
    upright = reading_order(paragraphs(lines(run for run in runs if run.upright)))
    return (*upright, *_sideways(run for run in runs if not run.upright))


def _sideways(runs: Iterable[Run]) -> list[Paragraph]:
    return [paragraph for run in runs for paragraph in paragraphs(lines([run]))]
