"""Titles and labels of a sheet that is a table: values stand right of their label, below it, or in its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.extract.cues import cues
from ingest.extract.fields import NONE, inline_label, label_fields, question_field
from ingest.extract.grids import Grid, Row, head_of
from ingest.extract.lines import Block, Line, lines_of
from ingest.extract.pairs import CODE, LONGEST_TITLE, Labelled, Pair, Title, title_of
from ingest.extract.questions import without_question
from kg.model import Passage

_LONGEST_UNKNOWN = 60


def labelled_grid(grid: Grid) -> Iterator[Labelled]:
    """The titles and labels of a sheet in a table, also where a row holds nothing but labels and the next one their
    values. Tables of many items have a header and are none."""
    heads = [head for row in grid.rows[:2] if not grid.pairs(row) and (head := head_of(row))]
    if any({"title", "goal"} & head.fields for head in heads):
        return
    last: Pair | None = None
    values: dict[int, Pair] = {}
    for at, row in enumerate(grid.rows):
        cells = [row[column] for column in sorted(row)]
        title = _title(cells, grid, first=at == 0)
        if title:
            yield title
            cells = [cell for cell in cells if lines_of(cell)[-1:] != title.block[-1:]]
        if not title and not grid.pairs(row) and (head := head_of(row)):
            values = {column: Pair(fields, grid.headings) for column, fields in head.columns if fields}
            yield from values.values()
        elif values and not any(label_fields(cell.text) for cell in cells):
            _fill(values, row)
        else:
            values = {}
            for pair in _across(cells, grid, last):
                last = pair
                yield pair


def _fill(values: dict[int, Pair], row: Row) -> None:
    for column, pair in values.items():
        if column in row:
            pair.values.append(lines_of(row[column]))


def _title(cells: Sequence[Passage], grid: Grid, *, first: bool) -> Title | None:
    """The title that a row is or, in the first row, holds."""
    alone = title_of(cells[0], lines_of(cells[0])) if len(cells) == 1 else None
    return alone or (_title_among(cells, grid) if first else None)


def _title_among(cells: Sequence[Passage], grid: Grid) -> Title | None:
    """The title in the first row of a sheet: the only text there that holds no label, beside its code if it has one."""
    codes = [
        cell for cell in cells if len(cells) > 1 and CODE.fullmatch(cell.text) and any(map(str.isalpha, cell.text))
    ]
    plain = [c for c in cells if c not in codes and not any(_labels_in(line.text) for line in lines_of(c))]
    labelled = len(cells) - len(codes) - len(plain)
    if len(plain) != 1 or len(codes) > 1 or not (codes or labelled or len(cells) == 1):
        return None
    text = plain[0].text
    if not 6 <= len(text) <= LONGEST_TITLE or text.endswith((".", ":", "?")) or title_of(plain[0], lines_of(plain[0])):
        return None
    if labelled and not codes and any(len(lines_of(c)) == 1 for c in cells if c is not plain[0]):
        return None
    return Title(lines_of(plain[0]), codes[0].text if codes else None, grid.headings)


def _labels_in(text: str) -> bool:
    return bool(label_fields(text) or inline_label(text))


def _unknown_label(cell: Passage) -> bool:
    plain = len(cell.text) <= _LONGEST_UNKNOWN and cell.text[0].isupper() and not cell.text.endswith((".", ","))
    return plain and not any(label_fields(line.text) or inline_label(line.text) for line in lines_of(cell))


def _across(cells: Sequence[Passage], grid: Grid, last: Pair | None) -> Iterator[Pair]:
    """The labels of one row; what stands before the first one belongs to the label of the row above."""
    for cell in cells:
        if cell is cells[0] and len(cells) > 1 and grid.is_form and _unknown_label(cell):
            last = Pair((NONE,), grid.headings, cell.place.box, cell.place.page)
            yield last
            continue
        for fields, rest in _split(cell):
            if fields:
                last = Pair(fields, grid.headings, cell.place.box, cell.place.page)
                yield last
            value = without_question(rest)
            if value and last and question_field(cell.text) is None:
                last.values.append(value)


def _split(cell: Passage) -> Iterator[tuple[tuple[str, ...], Block]]:
    """A cell as labels with what follows each; what stands before the first label has no fields.

    A label may take several lines ("Beschreibung der", below it "Maßnahme"); after a line that cannot end there
    ("Anteil der Flächen im") a word is no label ("Quartier").
    """
    lines = lines_of(cell)
    if (label := label_fields(cell.text)) and not any(c.isdigit() for c in cell.text):
        yield label, ()
        return
    fields: tuple[str, ...] = ()
    rest: list[Line] = []
    for line in lines:
        goes_on = bool(rest) and (line.text[0].islower() or rest[-1].text.split()[-1] in cues("open_ends"))
        whole = () if goes_on else label_fields(line.text)
        inline = inline_label(line.text)
        if whole or inline:
            if fields or rest:
                yield fields, tuple(rest)
            fields = inline[0] if inline else whole
            value = line.cut(inline[1]) if inline else None
            rest = [value] if value and value.text else []
        else:
            rest.append(line)
    yield fields, tuple(rest)
