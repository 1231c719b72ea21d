"""Columns of a slide that were read one after another: goals, then contents, then areas, put back into rows.

Every column of a slide has the same number of cells. So the blocks between empty lines are shared out among the
columns in the cheapest way: joining two blocks is cheap where the first one ends torn, splitting is cheap where
the second one opens like a new cell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.extract.cues import cues
from ingest.extract.lines import Block, Line, Texts, split_at
from ingest.extract.names import fold
from ingest.extract.places import Places

NUMBERED = re.compile(r"(\d{1,2})\s?[.,)]\s+(?=\S)")
_ORPHAN = re.compile(r"(\d{1,2})\s?[.,)]?$")
_LABEL = re.compile(r"^[^.;]{3,60}:\s")
_BETWEEN = re.compile(r";|[•▪●■◦‣►▶➢✓]\s*")
_MOST_ROWS = 8
_MOST_BLOCKS = 24
_UNLIKELY = 6.0
_IMPOSSIBLE = float("inf")
Price = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Row:
    """One goal as a slide shows it: its title, its contents and its areas, each possibly empty."""

    goal: Block
    contents: Block = ()
    areas: Block = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a slide, the numbers that were torn off, and how much had to be bent to get them."""

    rows: tuple[Row, ...]
    orphans: tuple[int, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class _Column:
    cells: tuple[Block, ...]
    cost: float


def read_rows(blocks: Sequence[Block], texts: Texts, places: Places) -> Rows | None:
    """The rows of one slide without its heading, or None where its blocks do not form columns.

    Measured on the labelled deck: 16 of 16 slides with goals, and none of the 14 without.
    """
    orphans = tuple(int(m.group(1)) for b in blocks if len(b) == 1 and (m := _ORPHAN.fullmatch(b[0].text)))
    cells = [b for b in blocks if not (len(b) == 1 and _ORPHAN.fullmatch(b[0].text)) and _has_word(b)]
    rows, cost = _by_column(cells, texts, places)
    return Rows(tuple(rows), orphans, cost) if rows else None


def opens_list(text: str) -> bool:
    """Whether a text begins with "u. a." or another opening of a list."""
    return any(fold(text).startswith(fold(cue)) for cue in cues("list_openings"))


def _lists(block: Block, texts: Texts) -> bool:
    text = texts.join(block)
    return opens_list(text) or (text.count(";") >= 2 and not text.endswith("."))


def _has_word(block: Block) -> bool:
    return any(re.search(r"[^\W\d_]{3}", line.text) for line in block)


def _by_column(cells: list[Block], texts: Texts, places: Places) -> tuple[list[Row], float]:
    is_area = [places.is_column(cell, texts) for cell in cells]
    last = len(cells)
    while last > 0 and is_area[last - 1]:
        last -= 1
    if any(is_area[:last]):
        return _row_by_row(cells, is_area, texts)
    if last < len(cells):
        return _share_out(cells[:last], cells[last:], texts)
    if sum(_lists(cell, texts) for cell in cells) < 1:
        return [], 0.0
    left, trailing = _cut_trailing(cells, places)
    return _share_out(left, trailing, texts)


def _row_by_row(cells: list[Block], is_area: list[bool], texts: Texts) -> tuple[list[Row], float]:
    """Rows where the slide was read line by line: an area block ends each row."""
    rows: list[Row] = []
    cost = 0.0
    begin = 0
    for at, ends in enumerate(is_area):
        if ends and at > begin:
            found, price = _share_out(cells[begin:at], [cells[at]], texts)
            rows.extend(found)
            cost += price
        if ends:
            begin = at + 1
    return rows, cost


def _share_out(cells: list[Block], areas: list[Block], texts: Texts) -> tuple[list[Row], float]:
    """The cheapest way to make as many goals, contents and area cells of the blocks."""
    best: tuple[float, list[Row]] = (_UNLIKELY * 4, [])
    if not cells or len(cells) > _MOST_BLOCKS:
        return best[1], best[0]
    left, right = _Sequence(cells, texts), _Sequence(areas, texts)
    for count in range(1, min(len(areas) or _MOST_ROWS, _MOST_ROWS, len(cells)) + 1):
        placed = right.merge(0, len(areas), count, _no_cost) if areas else _Column(((),) * count, 0.0)
        for skipped in range(min(3, len(cells))):
            for middle in range(skipped + count, len(cells) + (1 if areas else 0)):
                goals = left.merge(skipped, middle, count, _goal_cost)
                empty = middle == len(cells)
                listed = _Column(((),) * count, 2.0) if empty else left.merge(middle, len(cells), count, _contents_cost)
                cost = placed.cost + goals.cost + listed.cost + 2.0 * skipped
                if cost < best[0]:
                    columns = zip(goals.cells, listed.cells, placed.cells, strict=True)
                    best = (cost, [_row(*cells_of_row) for cells_of_row in columns])
    return best[1], best[0]


def _row(goal: Block, contents: Block, areas: Block) -> Row:
    number = NUMBERED.match(goal[0].text)
    if number:
        goal = (goal[0].cut(number.end()), *goal[1:])
    return Row(goal, contents, areas, int(number.group(1)) if number else None)


class _Sequence:
    """Neighbouring blocks, and the price of joining and splitting them."""

    def __init__(self, blocks: Sequence[Block], texts: Texts) -> None:
        self.blocks = blocks
        self._texts = texts
        pairs = [(texts.join(a), b[0].text) for a, b in itertools.pairwise(blocks)]
        self._split = [_split_cost(before, after) for before, after in pairs]
        self._join = [_join_cost(before, after) for before, after in pairs]
        self._prices: dict[tuple[int, int, Price], float] = {}

    def merge(self, first: int, last: int, count: int, price: Price) -> _Column:
        """The cheapest way to join the blocks `first:last` into `count` cells; impossible ones cost infinity."""

        @cache
        def best(begin: int, cells: int) -> tuple[float, tuple[int, ...]]:
            if cells == 0:
                return (0.0, ()) if begin == last else (_IMPOSSIBLE, ())
            options = []
            for end in range(begin + 1, last - cells + 2):
                rest, ends = best(end, cells - 1)
                if rest < _IMPOSSIBLE:
                    split = self._split[end - 1] if end < last else 0.0
                    options.append((self._cell(begin, end, price) + split + rest, (end, *ends)))
            return min(options, default=(_IMPOSSIBLE, ()))

        cost, ends = best(first, count)
        begins = (first, *ends[:-1])
        cells = tuple(self._lines(begin, end) for begin, end in zip(begins, ends, strict=cost < _IMPOSSIBLE))
        return _Column(cells, cost)

    def _cell(self, begin: int, end: int, price: Price) -> float:
        known = (begin, end, price)
        if known not in self._prices:
            self._prices[known] = price(self._texts.join(self._lines(begin, end))) + sum(self._join[begin : end - 1])
        return self._prices[known]

    def _lines(self, begin: int, end: int) -> Block:
        return tuple(line for block in self.blocks[begin:end] for line in block)


def _split_cost(before: str, after: str) -> float:
    """What it costs to see two cells here: much where the first one ends torn or the second one goes on."""
    last = before.split()[-1]
    torn = before.endswith("-") or fold(last) in {fold(cue) for cue in cues("open_ends")}
    cost = 3.0 if torn else 0.0
    if (after[0].islower() and not opens_list(after)) or after[0] in "([/":
        cost += 2.0
    if last[0].islower() and last[-1].isalpha():
        cost += 0.7
    return cost + (2.0 if last[-1] in ",;/" else 0.0)


def _join_cost(before: str, after: str) -> float:
    if NUMBERED.match(after):
        return _UNLIKELY
    if opens_list(after):
        return 4.0
    return 0.2 if _split_cost(before, after) else 1.0


def _goal_cost(text: str) -> float:
    cost = _UNLIKELY if opens_list(text) else 0.0
    cost += 1.5 * min(text.count(";"), 3)
    cost += 3.0 if _LABEL.match(text) else 0.0
    cost += 1.0 if text[:1].islower() else 0.0
    return cost + (1.0 if text.endswith((".", ";", ":")) else 0.0) + (2.0 if len(text) > 260 else 0.0)


def _contents_cost(text: str) -> float:
    if NUMBERED.match(text):
        return _UNLIKELY
    return -0.5 if opens_list(text) else 0.5 - 0.5 * min(text.count(";"), 1)


def _no_cost(text: str) -> float:
    return 0.0


def _cut_trailing(cells: list[Block], places: Places) -> tuple[list[Block], list[Block]]:
    """Blocks without the area names at their lines' ends, and those names, one block a row.

    Reading may glue the last column to the line beside it ("… infrastruk- Gesamtstadt"). A row begins at a block
    whose first line ends so; blocks that follow without one belong to the row.
    """
    left: list[Block] = []
    areas: list[Block] = []
    for cell in cells:
        kept: list[Line] = []
        cut: list[Line] = []
        torn = ""
        for line in cell:
            at = _area_start(line.text, torn, places) if cut or line is cell[0] else None
            if at is None:
                kept.append(line)
                continue
            kept.append(line.cut(0, at))
            cut.append(line.cut(at))
            torn = cut[-1].text if cut[-1].text.endswith("-") else ""
        if cut:
            areas.append(tuple(cut))
            left.append(tuple(kept))
        elif left and areas:
            left[-1] = (*left[-1], *cell)
        else:
            left.append(cell)
    return left, areas


def _area_start(text: str, torn: str, places: Places) -> int | None:
    """Where the names of areas at the end of a line begin, or None."""
    starts = [word.start() for word in re.finditer(r"(?<=\s)\S+", text)][-4:]
    for start in reversed(starts) if torn else starts:
        tail = text[start:].rstrip("; ")
        if torn and places.knows(torn.rstrip("-") + tail):
            return start
        if not torn and (places.knows(tail) or (tail.endswith("-") and places.begins(tail))):
            return start
    return None


def contents(block: Block) -> list[Block]:
    """The single contents of a cell: split at semicolons and bullets only, without "u. a." or "und" at the start."""
    parts = [_without_opening(part) for part in split_at(block, _BETWEEN)]
    return [part for part in parts if part]


def _without_opening(block: Block) -> Block:
    first = block[0]
    for cue in (*cues("list_openings"), "und "):
        if fold(first.text).startswith(fold(cue)):
            rest = first.cut(len(cue))
            return (rest, *block[1:]) if rest.text else block[1:]
    return block
