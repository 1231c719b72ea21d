"""Labels with their values, wherever they stand: boxes of a page, cells of a table, lines of a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.extract.builder import Builder
from ingest.extract.fields import NONE, inline_label, label_fields
from ingest.extract.grids import grids
from ingest.extract.lines import Block, Line, lines_of
from ingest.extract.names import key
from ingest.extract.numbering import in_contents, numbered
from ingest.extract.pairs import LONGEST_TITLE, Labelled, Pair, Title, title_of
from ingest.extract.questions import asked, half_question, without_question
from ingest.extract.sheet_tables import labelled_grid
from kg.model import Passage, Role

_SAME_COLUMN = 60.0
_SAME_ROW = 5.0
_OFTEN = 3
_SHORTEST_RUNNING, _FEWEST_RUNNING = 24, 4


def labelled(builder: Builder) -> list[Labelled]:
    """The titles and labels of a document in its order, each label with its values."""
    tables = {grid.number: grid for grid in grids(builder.document.passages)}
    repeated = _repeated(builder.document.passages)
    reader = _Reader(repeated, _running(builder.document.passages) - repeated)
    passages = builder.document.passages
    done: set[int] = set()
    for at, passage in enumerate(passages):
        if passage.role is Role.CELL and passage.table is not None:
            if passage.table not in done:
                done.add(passage.table)
                reader.events.extend(labelled_grid(tables[passage.table]))
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


def _running(passages: Sequence[Passage]) -> frozenset[str]:
    """Long lines that a text repeats, perhaps with another number each time, and never right below a label or as a
    point of a list: headers and footers of its pages."""
    alike: dict[str, list[str]] = {}
    values: set[str] = set()
    before = ""
    for line in (line for p in passages if p.role is not Role.CELL and not p.place.box for line in lines_of(p)):
        letters = re.sub(r"[\W\d_]+", "", line.text)
        if label_fields(before) or not line.text[0].isalnum():
            values.add(letters)
        if len(letters) >= _SHORTEST_RUNNING:
            alike.setdefault(letters, []).append(line.text)
        before = line.text
    kept = (texts for letters, texts in alike.items() if len(texts) >= _FEWEST_RUNNING and letters not in values)
    return frozenset(text for texts in kept for text in texts)


class _Reader:
    """Reads passages one after another into titles and labels."""

    def __init__(self, repeated: frozenset[str], running: frozenset[str]) -> None:
        self.events: list[Labelled] = []
        self.pairs: list[Pair] = []
        self.repeated = repeated
        self.running = running

    def read(self, passage: Passage, before: Passage | None, following: Passage | None) -> None:
        """Adds what a passage holds."""
        lines = tuple(line for line in lines_of(passage) if line.text not in self.running or label_fields(line.text))
        if not lines:
            return
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
        elif (
            lines[0].text not in self.repeated
            and _may_be_title(passage, lines, following)
            and (not self.pairs or self.pairs[-1].values)
        ):
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
    if following is None or following.role is Role.CELL or len(lines) > 2 or len(text) > LONGEST_TITLE:
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
