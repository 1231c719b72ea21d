"""Counts that a document prints of its own goals and measures: kept as printed, checked against what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extract.builder import Builder
from ingest.extract.cues import cues
from ingest.extract.lines import Line, lines_of
from ingest.extract.names import fold, likeness
from ingest.outcome import Issue
from kg.model import Evidence, Role, StatedTotal

_CELL = r"[\dSsOoIil|]{1,4}"
_ROW = re.compile(rf"(?P<label>\S.*?)\s+(?P<cells>{_CELL}(?:\s+{_CELL})+)$")
_READ_AS = str.maketrans({"S": "5", "s": "5", "O": "0", "o": "0"})
_SAME_TOPIC = 0.75
_FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of counts: where it stands among all lines, its label, its cells with their place in the line."""

    at: int
    line: Line
    label: str
    cells: tuple[tuple[str, int], ...]


def find(builder: Builder) -> None:
    """Adds the counts of a table whose rows are topics and whose last row adds them up.

    A letter where a digit should be is read as one ("S" as 5) and marked doubtful; one that can be several is not
    read. Where a column does not add up, its cells of one character are doubtful, as recognition errs on these most.
    Measured on the labelled deck: 24 of 24 cells and all three doubts.
    """
    lines = [line for p in builder.document.passages if p.role is not Role.CELL for line in lines_of(p)]
    rows = [row for at, line in enumerate(lines) if (row := _row(at, line))]
    for table in _tables(rows):
        _add(builder, lines, table)


def _row(at: int, line: Line) -> _Row | None:
    match = _ROW.fullmatch(line.text)
    if not match or not re.search(r"[^\W\d_]{3}", match["label"]) or not re.search(r"\d", match["cells"]):
        return None
    cells = tuple((m.group(), match.start("cells") + m.start()) for m in re.finditer(r"\S+", match["cells"]))
    return _Row(at, line, match["label"], cells)


def _tables(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Runs of rows near each other with as many cells, that end with a row adding them up."""
    run: list[_Row] = []
    for row in rows:
        if run and (row.at - run[-1].at > 3 or len(row.cells) != len(run[-1].cells)):
            run = []
        run.append(row)
        if _adds_up(row.label) and len(run) > _FEWEST_ROWS:
            yield run
            run = []


def _adds_up(label: str) -> bool:
    return any(fold(label).startswith(fold(word)) for word in cues("total_rows"))


def _add(builder: Builder, lines: Sequence[Line], table: Sequence[_Row]) -> None:
    names = _column_names(builder, lines, table)
    topics = [_topic(builder, lines, row) for row in table]
    if sum(topic is not None for topic, _ in topics) < _FEWEST_ROWS:
        return
    for column, name in enumerate(names):
        values = [_value(row.cells[column][0]) for row in table]
        adds = all(v is not None for v in values[:-1]) and sum(v or 0 for v in values[:-1]) == values[-1]
        for row, (topic, label), value in zip(table, topics, values, strict=True):
            printed = row.cells[column][0]
            doubtful = not printed.isdigit() or (not adds and len(printed) == 1)
            found = _found(builder, topic, name, total=row is table[-1])
            evidence = _evidence(builder, row, column)
            builder.totals.append(
                StatedTotal(label, name, printed, value, topic, found, doubtful=doubtful, evidence=(evidence,))
            )
            if found is not None and value is not None and found != value:
                builder.issues.append(_differs(label, name, value, found))
        if not adds:
            builder.issues.append(_does_not_add_up(name, table[-1].cells[column][0]))


def _value(printed: str) -> int | None:
    read = printed.translate(_READ_AS)
    return int(read) if read.isdigit() else None


def _topic(builder: Builder, lines: Sequence[Line], row: _Row) -> tuple[str | None, str]:
    """The topic of a row, whose name may begin on the line before or end on the line after."""
    before = lines[row.at - 1].text if row.at else ""
    after = lines[row.at + 1].text if row.at + 1 < len(lines) else ""
    if _adds_up(row.label):
        return None, row.label
    forms = [builder.texts.repair(text) for text in (row.label, f"{before} {row.label}", f"{row.label} {after}")]
    ranked = sorted(
        (
            (likeness(form, topic.label), -at, form, topic.id)
            for topic in builder.topics.values()
            for at, form in enumerate(forms)
        ),
        reverse=True,
    )
    if ranked and ranked[0][0] >= _SAME_TOPIC:
        return ranked[0][3], ranked[0][2]
    return None, forms[0]


def _column_names(builder: Builder, lines: Sequence[Line], table: Sequence[_Row]) -> list[str]:
    """What the columns count, from the lines above the first row: a word a column, then their continuations."""
    count = len(table[0].cells)
    head = [line.text.split() for line in lines[max(0, table[0].at - 4) : table[0].at]]
    first = next((at for at, words in enumerate(head) if len(words) == count + 1 and _capitals(words)), None)
    if first is None:
        return [f"{column + 1}" for column in range(count)]
    names = [[word] for word in head[first][1:]]
    for words in head[first + 1 :]:
        column = -1 if len(words) >= count else count - len(words) - 1
        for word in words:
            if column < 0 or not word[0].isupper() or len(words) < count:
                column = min(column + 1, count - 1)
            names[column].append(word)
    return [builder.texts.repair(builder.texts.join_texts(*name)) for name in names]


def _capitals(words: Sequence[str]) -> bool:
    return all(word[0].isupper() for word in words)


def _found(builder: Builder, topic: str | None, counted: str, *, total: bool) -> int | None:
    """How many goals were found where goals are counted; contents of slides are no single measures."""
    if "ziel" not in fold(counted):
        return None
    return len(builder.goals) if total else sum(goal.topic_id == topic for goal in builder.goals)


def _evidence(builder: Builder, row: _Row, column: int) -> Evidence:
    text, start = row.cells[column]
    begin = row.line.start + start
    return Evidence(builder.document.id, row.line.page, begin, begin + len(text), text, row.line.box)


def _differs(label: str, counted: str, value: int, found: int) -> Issue:
    params = (("label", label), ("counted", counted), ("value", str(value)), ("found", str(found)))
    return Issue("total-differs", "the document counts {value} {counted} in {label}, found were {found}", params)


def _does_not_add_up(counted: str, total: str) -> Issue:
    return Issue(
        "total-does-not-add-up",
        "the rows of the document's own table do not add up to its total of {total} {counted}",
        (("counted", counted), ("total", total)),
    )
