"""Layout: slides with columns goal, contents, area, born digital or as the text of OCR read column by column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.extract.builder import Builder
from ingest.extract.columns import NUMBERED, Row, Rows, contents, opens_list, read_rows
from ingest.extract.grids import grids
from ingest.extract.lines import Block, Texts, lines_of
from ingest.extract.names import close, key
from ingest.extract.topics import nearest, topic_list
from kg.model import Document

NAME = "slides with columns/1"
_GAP = re.compile(r"\n{3,}")
_FEWEST_GAPS = 4
_MOST_COST = 3.0
_CONFIDENCE = 0.97
# A line of a slide's column is short; running text of a page is one line up to its line break.
_WIDEST_LINE = 200

Slide = list[Block]


def slides_of(document: Document) -> list[Slide]:
    """The blocks of each slide: pages, and within a page the parts between wide gaps where it has several.

    A table with a header that names its columns is left to the layout of tables.
    """
    slides: list[Slide] = []
    tabled = {cell.id for grid in grids(document.passages) if grid.headed for row in grid.rows for cell in row.values()}
    free = [passage for passage in document.passages if passage.id not in tabled]
    for page in document.pages:
        wide = len(_GAP.findall(page.text)) >= _FEWEST_GAPS
        last = 0
        slide: Slide = []
        for passage in (passage for passage in free if passage.place.page == page.number):
            if wide and _GAP.search(page.text[last : passage.place.start]) and slide:
                slides.append(slide)
                slide = []
            slide.append(lines_of(passage))
            last = passage.place.end
        slides.append(slide)
    return [[block for block in slide if block] for slide in slides]


def find(builder: Builder) -> None:
    """Adds the topics, goals and contents of all slides with columns.

    A content is a measure with `bundle` set: it stands for several measures of its goal. Measured on the labelled
    deck, on which the rules were made: 45 of 45 goals and 148 of 148 contents, none besides (precision and recall
    1.0); the same deck set as a PDF with boxes gives the same, and so does leaving out what
    only this deck uses of the labels of facts. No other town's deck is labelled.
    """
    texts = builder.texts
    slides = slides_of(builder.document)
    guessed = [_read(slide, _heading(slide, builder), builder) for slide in slides]
    headings = [texts.join(heading) for found in guessed if found for heading, _ in [found] if heading]
    listed = topic_list(slides, headings, texts)
    by_topic: dict[str | None, list[Rows]] = {}
    for topic in listed:
        by_topic[builder.topic(topic, method=NAME)] = []
    for slide in slides:
        named = next((block for block in slide if nearest(texts.join(block), listed)), None)
        found = _read(slide, named or _heading(slide, builder), builder)
        if not found:
            continue
        heading, rows = found
        label = (nearest(texts.join(heading), listed) or texts.found(heading)) if heading else None
        topic_id = builder.topic(label, method=NAME) if label else None
        by_topic.setdefault(topic_id, []).append(rows)
    for identifier, parts in by_topic.items():
        _add(builder, identifier, parts)


def _heading(slide: Slide, builder: Builder) -> Block:
    """The first short block that is neither a number nor the town's own name; empty where there is none."""
    for block in slide:
        text = builder.texts.join(block)
        plain = len(block) <= 2 and 4 <= len(text) <= 70 and text[0].isupper()
        marked = (
            NUMBERED.match(text) or ";" in text or opens_list(text) or builder.places.is_column(block, builder.texts)
        )
        if plain and not marked and not close(key(text), key(builder.municipality.name)):
            return block
    return ()


def _read(slide: Slide, heading: Block, builder: Builder) -> tuple[Block, Rows] | None:
    """The heading and rows of a slide with goals, else None."""
    if any(len(line.text) > _WIDEST_LINE for block in slide for line in block):
        return None
    town = key(builder.municipality.name)
    rest = [b for b in slide if b != heading and not close(key(builder.texts.join(b)), town)]
    rows = read_rows(rest, builder.texts, builder.places)
    return (heading, rows) if rows and _shows_goals(rows, builder.texts) else None


def _shows_goals(rows: Rows, texts: Texts) -> bool:
    """Whether rows are goals: cheap to put together, titles that begin like titles, areas or listed contents."""
    titles = [texts.join(row.goal) for row in rows.rows]
    cells = [texts.join(row.contents) for row in rows.rows]
    placed = all(row.areas for row in rows.rows) and (len(titles) >= 2 or any(cells))
    opened = sum(opens_list(text) for text in cells) * 2 > len(titles)
    proper = all(len(key(title)) >= 8 and title[0].isalpha() and title[0].isupper() for title in titles)
    return proper and (placed or opened) and rows.cost / len(titles) <= _MOST_COST


def _add(builder: Builder, topic_id: str | None, parts: Sequence[Rows]) -> None:
    rows = [row for part in parts for row in part.rows]
    first = _first_number(parts)
    for position, row in enumerate(rows):
        number = row.number if first is None else first + position
        _add_goal(builder, topic_id, row, str(number) if number else None)


def _first_number(parts: Sequence[Rows]) -> int | None:
    """The number of a topic's first goal, where the printed and torn-off numbers all agree on one count."""
    offsets: set[int] = set()
    position = 0
    for part in parts:
        offsets |= {row.number - position - at for at, row in enumerate(part.rows) if row.number}
        within = range(position, position + len(part.rows))
        for orphan in part.orphans:
            offsets |= {1} if orphan - 1 in within else {orphan - position} if not offsets else set()
        position += len(part.rows)
    return offsets.pop() if len(offsets) == 1 else None


def _add_goal(builder: Builder, topic_id: str | None, row: Row, number: str | None) -> None:
    label = builder.texts.found(row.goal)
    if builder.claimed(label.evidence):
        return
    areas = builder.area_ids(builder.places.read(row.areas, builder.texts), method=NAME)
    goal = builder.goal(label, number=number, topic_id=topic_id, area_ids=areas, method=NAME, confidence=_CONFIDENCE)
    for part in contents(row.contents):
        builder.measure(
            builder.texts.found(part),
            goal_ids=(goal,),
            topic_id=topic_id,
            area_ids=areas,
            bundle=True,
            method=NAME,
            confidence=_CONFIDENCE,
        )
