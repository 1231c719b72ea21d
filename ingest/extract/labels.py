"""Labels with their values, wherever they stand: boxes of a page, cells of a table, lines of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.extract.builder import Builder
from ingest.extract.fields import NONE, inline_label, label_fields, question_field
from ingest.extract.grids import Grid, grids, head_of
from ingest.extract.lines import Block, Line, lines_of
from ingest.extract.names import key
from ingest.extract.numbering import in_contents, numbered
from ingest.extract.questions import asked, half_question, without_question
from ingest.extract.sections import Says, says
from kg.model import Box, Passage, Role

_LONGEST_TITLE = 200
_SAME_COLUMN = 60.0
_SAME_ROW = 5.0
_OFTEN = 3
_LONGEST_UNKNOWN = 60
_CODE = re.compile(r"[A-ZÄÖÜ]{0,3}[ .-]?\d+(?:\.\d+)*[a-z]?")
_CODE_WORD = re.compile(
    r"(?:\w*(?:ma(?:ß|ss)nahmen?|projekt|vorhaben|steckbrief|blatt)\b|Nr\.?)[\s:–-]*(?:Nr\.?)?\s*", re.I
)


@dataclass(frozen=True, slots=True)
class Title:
    """What a sheet may be named: a text with a number, or a heading. `headings` is the path above it.

    `otherwise` is the label that the text is the value of where it begins no sheet.
    """

    block: Block
    number: str | None
    headings: tuple[str, ...] = ()
    otherwise: Pair | None = None

    def with_number(self, other: Title) -> Title:
        """This title with the number and headings of one that stands before it."""
        return replace(self, number=other.number, headings=other.headings or self.headings)


@dataclass(slots=True)
class Pair:
    """A label and the blocks that are its value."""

    fields: tuple[str, ...]
    headings: tuple[str, ...] = ()
    box: Box | None = None
    page: int = 0
    values: list[Block] = field(default_factory=list)

    def as_title(self) -> Title:
        """The value of a label such as "Maßnahme" as a title."""
        block = self.values[0]
        number = numbered(block[0].text)
        if number and number.is_code:
            return Title((block[0].cut(number.length), *block[1:]), number.printed, self.headings)
        return Title(block, None, self.headings)

    def by_field(self) -> Iterator[tuple[str, list[Block]]]:
        """The values by field; a label of two fields shares them out line by line where there are as many."""
        lines = [line for block in self.values for line in block]
        if len(self.fields) > 1 and len(lines) == len(self.fields):
            for name, line in zip(self.fields, lines, strict=True):
                yield name, [(line,)]
        else:
            yield self.fields[0], self.values


Labelled = Title | Pair


def labelled(builder: Builder) -> list[Labelled]:
    """The titles and labels of a document in its order, each label with its values."""
    tables = {grid.number: grid for grid in grids(builder.document.passages)}
    reader = _Reader(_repeated(builder.document.passages))
    passages = builder.document.passages
    done: set[int] = set()
    for at, passage in enumerate(passages):
        if passage.role is Role.CELL and passage.table is not None:
            if passage.table not in done:
                done.add(passage.table)
                reader.events.extend(_of_grid(tables[passage.table]))
        else:
            following = passages[at + 1] if at + 1 < len(passages) else None
            reader.read(passage, passages[at - 1] if at else None, following)
    return reader.events


def _repeated(passages: Sequence[Passage]) -> frozenset[str]:
    """Short lines that a document repeats like labels: three times or more, and never right below a known label.

    Values repeat too ("Stadtwerke"), but they stand below a label at least once.
    """
    counts: Counter[str] = Counter()
    values: set[str] = set()
    before = ""
    for line in (line.text for passage in passages if passage.role is not Role.CELL for line in lines_of(passage)):
        plain = 8 <= len(line) <= 60 and line[0].isupper() and line[-1].isalpha() and " " in line
        if plain and not label_fields(line):
            counts[line] += 1
            if label_fields(before):
                values.add(line)
        before = line
    return frozenset(line for line, count in counts.items() if count >= _OFTEN and line not in values)


class _Reader:
    """Reads passages one after another into titles and labels."""

    def __init__(self, repeated: frozenset[str]) -> None:
        self.events: list[Labelled] = []
        self.pairs: list[Pair] = []
        self.repeated = repeated

    def read(self, passage: Passage, before: Passage | None, following: Passage | None) -> None:
        """Adds what a passage holds."""
        lines = lines_of(passage)
        if title := title_of(passage, lines):
            self.events.append(title)
            return
        if _repeats_title(passage, self.events) or half_question(passage, following):
            return
        if (name := asked(passage, before)) is not None:
            if name:
                self._open((name,), passage)
            return
        whole = label_fields(passage.text)
        if whole and not _holds_value(lines):
            self._open(whole, passage)
        elif passage.role is Role.HEADING and len(lines) <= 2 and lines[0].text[0].isalnum():
            self.events.append(_heading(lines, passage))
        elif _may_be_title(passage, lines, following) and (not self.pairs or self.pairs[-1].values):
            otherwise = _nearest(passage, self.pairs)
            self.events.append(Title(lines, None, passage.headings, otherwise))
        else:
            self._scan(lines, passage)

    def _open(self, fields: tuple[str, ...], passage: Passage) -> None:
        pair = Pair(fields, passage.headings, passage.place.box, passage.place.page)
        self.pairs.append(pair)
        self.events.append(pair)

    def _scan(self, lines: Block, passage: Passage) -> None:
        """A block line by line: labels and titles may stand on lines of their own, without an empty line."""
        rest: list[Line] = []
        begun = False
        for at, line in enumerate(lines):
            title = _title_line(line, lines[at + 1 : at + 3], passage)
            inline = inline_label(line.text)
            fields = label_fields(line.text) or ((NONE,) if line.text in self.repeated else ())
            if not (title or inline or fields):
                rest.append(line)
                continue
            self._value(tuple(rest), passage, begun)
            rest = []
            begun = True
            if title:
                self.events.append(title)
                begun = False
            elif inline:
                self._open(inline[0], passage)
                value = line.cut(inline[1])
                rest = [value] if value.text else []
            else:
                self._open(fields, passage)
        self._value(tuple(rest), passage, begun)

    def _value(self, block: Block, passage: Passage, begun: bool) -> None:
        block = without_question(block)
        pair = (self.pairs[-1] if begun else _nearest(passage, self.pairs)) if self.pairs and block else None
        if pair:
            pair.values.append(block)


def _holds_value(lines: Block) -> bool:
    """Whether a label's passage goes on with figures, which are its value: "Kosten", below it "20.000 €"."""
    figures = any(c.isdigit() for line in lines[1:] for c in line.text)
    return bool(inline_label(lines[0].text) or (figures and label_fields(lines[0].text)))


def _may_be_title(passage: Passage, lines: Block, following: Passage | None) -> bool:
    """Whether a short text right before a label can be a sheet's title though it has neither number nor heading."""
    text = passage.text
    if following is None or following.role is Role.CELL or len(lines) > 2 or len(text) > _LONGEST_TITLE:
        return False
    after = lines_of(following)
    labelled_next = bool(after) and bool(label_fields(after[0].text) or inline_label(after[0].text))
    plain = len(text) >= 6 and (text[0].isupper() or text[0] in '„"') and text[-1] not in ".,;:?" and text[-1] != "-"
    return labelled_next and plain and not any(label_fields(line.text) or inline_label(line.text) for line in lines)


def _heading(lines: Block, passage: Passage) -> Title:
    """A heading as a title; a simple number in front of it ("3: …") is the measure's."""
    number = numbered(lines[0].text)
    if number and lines[0].text[number.length :][:1].isupper():
        return Title((lines[0].cut(number.length), *lines[1:]), number.printed, passage.headings)
    return Title(lines, None, passage.headings)


def _title_line(line: Line, following: Sequence[Line], passage: Passage) -> Title | None:
    """A line inside a block that is a sheet's title: a code in front, and a label on one of the next two lines."""
    number = numbered(line.text)
    if not number or not number.is_code or in_contents(line.text):
        return None
    labels = (at for at, after in enumerate(following) if label_fields(after.text) or inline_label(after.text))
    below = next(labels, None)
    if below is None:
        return None
    return Title((line.cut(number.length), *following[:below]), number.printed, passage.headings)


def _repeats_title(passage: Passage, events: Sequence[Labelled]) -> bool:
    """Whether the page prints the title of the sheet once more."""
    title = next((event for event in reversed(events) if isinstance(event, Title)), None)
    return title is not None and key(passage.text) == key(" ".join(line.text for line in title.block))


def title_of(passage: Passage, lines: Block) -> Title | None:
    """The title that a passage is: short, with a code in front ("A1.2 Roadmap", "Maßnahme 3: Radweg").

    The code may stand on a line of its own, and the name of the field of action on the line before.
    """
    text = passage.text
    if any(label_fields(line.text) or inline_label(line.text) for line in lines[1:]):
        return None
    if len(text) > _LONGEST_TITLE or in_contents(text) or text.endswith((".", "?", ":")) or label_fields(text):
        return None
    for at, line in enumerate(lines[:3]):
        word = _CODE_WORD.match(line.text)
        begin = word.end() if word else 0
        if word and at + 1 < len(lines) and _CODE.fullmatch(line.text[begin:].strip()):
            return Title(lines[at + 1 :], line.text[begin:].strip(), passage.headings)
        number = numbered(line.text[begin:]) if at == 0 or word else None
        if number and (number.is_code or word):
            block = (line.cut(begin + number.length), *lines[at + 1 :])
            brief = len(block) == 1 and len(block[0].text.split()) <= 2
            if not (brief and says(block[0].text) is Says.OTHER):
                return Title(block, number.printed, passage.headings)
    return None


def _split(lines: Block) -> Iterator[tuple[tuple[str, ...], Block]]:
    """A passage as labels with what follows each; what stands before the first label has no fields."""
    fields: tuple[str, ...] = ()
    rest: list[Line] = []
    for line in lines:
        whole = label_fields(line.text)
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


def _nearest(passage: Passage, pairs: Sequence[Pair]) -> Pair | None:
    """The label that a value belongs to: left of it in its row, else the nearest above it in its column."""
    if not pairs:
        return None
    box = passage.place.box
    here = [pair for pair in pairs[-40:] if pair.page == passage.place.page and pair.box]
    if box is None or not here:
        return pairs[-1]
    above = [p for p in here if p.box and p.box.top <= box.top + 3 and abs(p.box.x0 - box.x0) <= _SAME_COLUMN]
    beside = [p for p in here if p.box and abs(p.box.top - box.top) <= _SAME_ROW and p.box.x1 <= box.x0 + 2]
    if beside and not any(box.top - p.box.bottom < 25 for p in above if p.box):
        return max(beside, key=lambda p: p.box.x1 if p.box else 0.0)
    return max(above, key=lambda p: p.box.top if p.box else 0.0) if above else pairs[-1]


def _of_grid(grid: Grid) -> Iterator[Labelled]:
    """Labels and values of a sheet in a table: the value stands right of its label or below it, also where a row
    holds nothing but labels and the next one their values. Tables of many items have a header and are none."""
    heads = [head for row in grid.rows[:2] if not grid.pairs(row) and (head := head_of(row))]
    if any({"title", "goal"} & head.fields for head in heads):
        return
    last: Pair | None = None
    values: dict[int, Pair] = {}
    for row in grid.rows:
        cells = [row[column] for column in sorted(row)]
        if len(cells) == 1 and (title := title_of(cells[0], lines_of(cells[0]))):
            yield title
        elif not grid.pairs(row) and (head := head_of(row)):
            values = {column: Pair(fields, grid.headings) for column, fields in head.columns if fields}
            yield from values.values()
        elif values and not any(label_fields(cell.text) for cell in cells):
            for column, pair in values.items():
                if column in row:
                    pair.values.append(lines_of(row[column]))
        else:
            values = {}
            for pair in _across(cells, grid, last):
                last = pair
                yield pair


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
        for fields, rest in _split(lines_of(cell)):
            if fields:
                last = Pair(fields, grid.headings, cell.place.box, cell.place.page)
                yield last
            value = without_question(rest)
            if value and last and question_field(cell.text) is None:
                last.values.append(value)
