"""Layout: tables of measures or goals with a header row, also over pages; rows of label and value below a row."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.extract.builder import Builder
from ingest.extract.cells import by_field, is_title, number, title_column, titles
from ingest.extract.columns import NUMBERED, contents
from ingest.extract.doing import is_sentence
from ingest.extract.facts import Draft, add_measure, known_as
from ingest.extract.fields import FACTS, label_fields
from ingest.extract.goal_tables import add_goals, goal_columns
from ingest.extract.grids import Grid, Head, Row, grids, head_of
from ingest.extract.lines import Block, Found, lines_of
from ingest.extract.sections import Says, announced, names_topic, says
from ingest.extract.values import says_nothing
from kg.model import Passage

NAME = "tables/1"
_CONFIDENCE = 0.96
_LONGEST_TOPIC = 100
_MARKER = re.compile(r"^[^\w„\"(#]+")
_MEASURE_WORD = re.compile(r"ma(?:ss|ß)nahme|projekt|vorhaben|umstellungselement", re.IGNORECASE)


@dataclass(slots=True)
class _State:
    """What is open while tables are read: the header, the measure at hand, the section's topic.

    `single` says that the header has one row only, with rows of label and value below it.
    """

    head: Head | None = None
    width: int = 0
    draft: Draft | None = None
    topic_id: str | None = None
    spanning_topic: str | None = None
    label: str = ""
    single: bool = False
    spanning: tuple[str, ...] = ()
    goal_id: str | None = None
    goals_by_column: dict[int, str] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)


def find(builder: Builder) -> None:
    """Adds a measure for every row of a measure table, with the facts of its columns.

    A table counts where its header names a measure ("Maßnahme", "Projekt"), or a title and the heading above
    announces measures, or two facts that only measures have. A table on the next page goes on under the same header.

    Measured on the labelled tables, all of which were seen while the rules were made: Münster's report 54 of 54,
    Dresden 148 of 149, Ulm 110 of 110, Göttingen 34 of 34; none besides (precision 1.0). Without the labels that only
    the town's own document uses: Münster 54 of 54 without states, Ulm 110 of 110, Dresden none; none besides.
    """
    state = _State()
    for grid in grids(builder.document.passages):
        if not _goes_on(grid, state):
            _close(state)
            state.head, state.topic_id, state.goal_id = None, None, None
            state.spanning, state.spanning_topic, state.goals_by_column = (), None, {}
        for at, row in enumerate(grid.rows):
            _read_row(builder, grid, at, row, state)
    _close(state)
    for table in _by_table(state.drafts):
        if not _torn(table):
            for draft in _without_strays(table):
                add_measure(builder, draft, method=NAME, confidence=_CONFIDENCE)


def _by_table(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """The drafts of one table or its continuation: those whose titles stand on pages that follow each other."""
    for _, group in itertools.groupby(drafts, key=lambda draft: draft.table):
        yield list(group)


def _without_strays(drafts: Sequence[Draft]) -> list[Draft]:
    """The rows without those that lack a number where nearly all have one, and state no fact in a normal form."""
    mostly = sum(draft.number is not None for draft in drafts) * 5 >= len(drafts) * 4
    return [draft for draft in drafts if draft.number or not mostly or draft.states_anything()]


def _torn(drafts: Sequence[Draft]) -> bool:
    """Whether the lines of titles were read as rows of their own, so that hardly any title is whole."""
    pairs = list(itertools.pairwise([draft.title.text for draft in drafts]))
    torn = sum(before.endswith("-") or (after[0].islower() and not before.endswith(".")) for before, after in pairs)
    numbered_rows = sum(draft.number is not None for draft in drafts)
    return len(drafts) >= 3 and torn * 4 >= len(pairs) and numbered_rows * 2 < len(drafts)


def _goes_on(grid: Grid, state: _State) -> bool:
    """Whether a table continues the one before: no header of its own, and as wide; or it goes on with labels."""
    first = grid.rows[0] if grid.rows else {}
    if head_of(first):
        return False
    if state.draft and first and (_key_value(first) or min(first) > 0):
        return True
    return state.head is not None and not state.single and abs(grid.width - state.width) <= 1 and grid.width >= 3


def _close(state: _State) -> None:
    if state.draft:
        state.drafts.append(state.draft)
    state.draft = None


def _read_row(builder: Builder, grid: Grid, at: int, row: Row, state: _State) -> None:
    pair = _key_value(row)
    if pair and state.draft and state.head and len(row) == 2:
        _add_pair(builder, state, *pair)
    elif not grid.pairs(row) and (head := head_of(row, dict(builder.document.source.columns))):
        _close(state)
        if state.head and at == 1 and {column for column, _ in head.columns} < set(range(grid.width)):
            state.head = state.head.below(head)
        else:
            state.head = head if _counts(head, grid, row) else None
        state.width = grid.width
        state.single = False
    elif state.head is None:
        return
    elif len(row) == 1 and grid.width > 2 and not state.single and _is_section(row):
        _section(builder, next(iter(row.values())), state)
    elif at + 1 < len(grid.rows) and _heads(row, grid.rows[at + 1]):
        _section(builder, row[max(row)], state)
    elif state.draft and state.single and len(row) < len(state.head.columns):
        _go_on(builder, max(row.values(), key=lambda cell: len(cell.text)), state)
    else:
        _data_row(builder, row, state, state.head, grid)


def _is_section(row: Row) -> bool:
    """Whether the only cell of a row names the rows below it: it is the first, or names a field of action."""
    return min(row) == 0 or names_topic(next(iter(row.values())).text)


def _heads(row: Row, below: Row) -> bool:
    """Whether a row is nothing but number and name of the rows below it: "B | Ordnungsmaßnahmen" above "B1 | …"."""
    if len(row) != 2 or len(below) <= 2 or min(row) != 0 or min(below) != 0:
        return False
    own, next_one = (cells[0].text.strip(" .:") for cells in (row, below))
    return (
        len(own) <= 5
        and re.fullmatch(rf"{re.escape(own)}(?:[ .-]?\d+|\.\w+)\W*", next_one) is not None
        and (not own[-1].isdigit() or not next_one[len(own)].isdigit())
    )


def _key_value(row: Row) -> tuple[Passage, Passage] | None:
    """Label and value of a row of two cells, of which only the first is a label."""
    cells = [row[column] for column in sorted(row)]
    if len(cells) != 2 or not label_fields(cells[0].text) or label_fields(cells[1].text):
        return None
    return cells[0], cells[1]


def _counts(head: Head, grid: Grid, row: Row) -> bool:
    fields, meaning = head.fields, announced(grid.headings)
    if goal_columns(head):
        return True
    if head.declared and {"title", "goal"} & fields:
        return True
    if "goal" in fields and {"contents", "area"} & fields and "title" not in fields:
        return True
    titled = [row[column].text for column, found in head.columns if "title" in found]
    if any(_MEASURE_WORD.search(text) for text in titled):
        return meaning is not Says.OTHER or head.facts > 0 or "number" in fields
    if titled:
        listed = head.facts >= 1 and bool({"number", "topic"} & fields)
        return meaning is Says.MEASURES or head.facts >= 2 or (listed and meaning is not Says.OTHER)
    listed = head.facts >= 3 or meaning is Says.MEASURES
    return listed and meaning is not Says.OTHER and title_column(head) is not None


def _add_pair(builder: Builder, state: _State, label: Passage, value: Passage) -> None:
    assert state.draft is not None
    name = label_fields(label.text)[0]
    found = builder.texts.paragraphs(_paragraphs(value))
    if name == "status" and "status" in state.draft.values:
        earlier = state.draft.values["status"].pop()
        state.draft.add("description", Found(f"{state.label}: {earlier.text}", earlier.evidence))
    state.label = label.text
    state.single = True
    _put(builder, state.draft, name, found)


def _go_on(builder: Builder, cell: Passage, state: _State) -> None:
    """A cell that goes on with the value before, after the end of a page."""
    assert state.draft is not None
    name = label_fields(state.label)[0]
    values = state.draft.values.get(name, [])
    more = builder.texts.paragraphs(_paragraphs(cell))
    if values:
        last = values[-1]
        text = builder.texts.join_texts(last.text, more.text)
        values[-1] = Found(text, (*last.evidence, *more.evidence))
    else:
        _put(builder, state.draft, name, more)


def _paragraphs(cell: Passage) -> list[Block]:
    return [lines_of(cell)]


def _put(builder: Builder, draft: Draft, name: str, found: Found) -> None:
    name = known_as(name, found)
    if name == "area":
        draft.areas.extend(builder.places.read(_lines(builder, found), builder.texts))
    elif name == "goal":
        if not says_nothing(found.text):
            goal = builder.goal_named(found, topic_id=draft.topic_id, method=NAME, confidence=0.9)
            draft.goal_ids = (*draft.goal_ids, goal)
    elif name in (*FACTS, "description"):
        draft.add(name, found)


def _lines(builder: Builder, found: Found) -> Block:
    return builder.texts.lines_at(found.evidence)


def _section(builder: Builder, cell: Passage, state: _State) -> None:
    """A row of one cell across the table names the topic of the rows below it."""
    name = _without_marker(builder, cell)
    amount = re.search(r"\d[.,]\d|€|\bEuro\b|\bEUR\b", name.text)
    if len(name.text) <= 150 and name.text[:1].isalpha() and not amount and not cell.text.endswith((".", ":")):
        _close(state)
        state.topic_id = builder.topic(name, method=NAME)


def _without_marker(builder: Builder, cell: Passage) -> Found:
    lines = lines_of(cell)
    mark = _MARKER.match(lines[0].text)
    return builder.texts.found((lines[0].cut(mark.end()), *lines[1:]) if mark else lines)


def _data_row(builder: Builder, row: Row, state: _State, head: Head, grid: Grid) -> None:
    values = by_field(builder, row, head)
    if columns := goal_columns(head):
        topic = _topic(builder, values.get("topic", ()), state, grid)
        state.goals_by_column = add_goals(builder, row, columns, state.goals_by_column, topic)
        return
    if "goal" in head.fields and "title" not in head.fields:
        topic = _topic(builder, values.get("topic", ()), state, grid) or _slide_title(builder, grid)
        _goal_row(builder, values, state, topic)
        return
    title = values.pop("title", None) or ()
    if not title:
        _more(builder, values, state)
        return
    number_block, topic_block = values.pop("number", ()), values.pop("topic", ())
    for part in titles(title) if not number_block else [title]:
        label = builder.texts.found(part)
        code, label = number(builder, number_block, part, label)
        if not is_title(label.text):
            continue
        _close(state)
        state.label = ""
        topic = _topic(builder, topic_block, state, grid)
        state.draft = Draft(label, number=code, table=grid.number, topic_id=topic)
        state.draft.unit = next((text for fields, text in head.texts if "cost" in fields), "")
        for name, block in values.items():
            _put(builder, state.draft, name, builder.texts.found(block))
        _serve(state, head)


def _serve(state: _State, head: Head) -> None:
    """A goal that spans several rows stands in the first of them only."""
    if state.draft and "goal" in head.fields:
        state.spanning = state.draft.goal_ids or state.spanning
        state.draft.goal_ids = state.spanning


def _topic(builder: Builder, block: Block, state: _State, grid: Grid) -> str | None:
    if block and not says_nothing(builder.texts.join(block)):
        state.spanning_topic = builder.topic(builder.texts.found(block), method=NAME)
        return state.spanning_topic
    if not block and state.spanning_topic:
        return state.spanning_topic  # a cell that spans several rows stands in the first of them only
    if state.topic_id:
        return state.topic_id
    if grid.above and names_topic(grid.above.text) and len(grid.above.text) <= _LONGEST_TOPIC:
        return builder.topic(builder.texts.found(lines_of(grid.above)), method=NAME)
    return builder.topic_above(grid.headings, method=NAME)


def _slide_title(builder: Builder, grid: Grid) -> str | None:
    """The topic that the only line above a slide's table of goals names."""
    above = grid.above
    first = next(iter(grid.rows[0].values()))
    if above is None or above.place.page != first.place.page or "\n" in above.original.strip():
        return None
    plain = len(above.text) <= _LONGEST_TOPIC and above.text[0].isupper() and above.text[-1].isalpha()
    if not plain or says(above.text) is not Says.NOTHING or is_sentence(above.text):
        return None
    return builder.topic(builder.texts.found(lines_of(above)), method=NAME)


def _more(builder: Builder, values: dict[str, Block], state: _State) -> None:
    """A row without a title goes on with the row above it."""
    if state.draft and "number" not in values:
        for name, block in values.items():
            _put(builder, state.draft, name, builder.texts.found(block))


def _goal_row(builder: Builder, values: dict[str, Block], state: _State, topic: str | None) -> None:
    """A row of a table of goals with their contents and areas."""
    if block := values.get("goal", ()):
        label = builder.texts.found(block)
        code, label = number(builder, values.get("number", ()), block, label)
        if code is None and (counted := NUMBERED.match(block[0].text)):
            code, label = counted.group(1), builder.texts.found((block[0].cut(counted.end()), *block[1:]))
        areas = builder.area_ids(builder.places.read(values.get("area", ()), builder.texts), method=NAME)
        state.goal_id = builder.goal(
            label, number=code, topic_id=topic, area_ids=areas, method=NAME, confidence=_CONFIDENCE
        )
    if state.goal_id:
        for part in contents(values.get("contents", ())):
            builder.measure(
                builder.texts.found(part),
                goal_ids=(state.goal_id,),
                topic_id=topic,
                bundle=True,
                method=NAME,
                confidence=_CONFIDENCE,
            )
