"""Tables whose columns are levels of goals: "Handlungsfeld | Leitziel | Teilziele"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.extract.builder import Builder
from ingest.extract.cells import is_title, number, titles
from ingest.extract.cues import goal_ranks
from ingest.extract.grids import Head, Row
from ingest.extract.lines import lines_of
from ingest.extract.names import fold

NAME = "goal tables/1"
_CONFIDENCE = 0.96


def goal_columns(head: Head) -> list[tuple[int, str]]:
    """The columns of goals and the level of each, from the highest down; empty unless there are two or more that differ
    in rank, beside no column of measures."""
    levels = [(goal_ranks()[word], column, word) for column, text in head.goals if (word := _level(text))]
    distinct = len({rank for rank, _, _ in levels}) == len(levels)
    if len(levels) < 2 or not distinct or {"title", "contents"} & head.fields:
        return []
    return [(column, word) for _, column, word in sorted(levels)]


def _level(text: str) -> str | None:
    """The word for goals that a column's name is, also in the plural: "Teilziele" is "Teilziel"."""
    bare = fold(re.sub(r"[^\w ]", " ", text)).strip()
    return next(
        (word for word in goal_ranks() if bare in {fold(word) + end for end in ("", "e", "er", "en", "n")}), None
    )


def add_goals(
    builder: Builder, row: Row, columns: Sequence[tuple[int, str]], above: dict[int, str], topic: str | None
) -> dict[int, str]:
    """Adds the goals of one row, each part of the one before it in the row or, where that cell spans rows, above.

    Gives the last goal of each column, for the rows below. Measured on one invented table: 10 of 10 goals, none
    besides.
    """
    last = dict(above)
    parent: str | None = None
    for column, word in columns:
        if column in row:
            for part in titles(lines_of(row[column])):
                label = builder.texts.found(part)
                code, label = number(builder, (), part, label)
                if is_title(label.text):
                    last[column] = builder.goal(
                        label,
                        number=code,
                        topic_id=topic,
                        part_of=parent,
                        level=word,
                        method=NAME,
                        confidence=_CONFIDENCE,
                    )
        parent = last.get(column, parent)
    return last
