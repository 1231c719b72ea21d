"""Layout: lists of goals or measures below a heading that announces them, and items that name themselves."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.extract.builder import EMPTY, Builder
from ingest.extract.cues import goal_ranks
from ingest.extract.lines import Block, Found
from ingest.extract.numbering import numbered
from ingest.extract.outline import Part, Piece, pieces
from ingest.extract.sections import Says, announced, is_action, is_furniture, says
from ingest.extract.values import says_nothing
from kg.model import Role

NAME = "lists/1"
_CONFIDENCE = 0.85
_SHORTEST, _LONGEST = 12, 320
_TITLE_END = re.compile(r":\s+|\s[–-]\s|(?<=[a-zäöüß])\.\s+(?=[A-ZÄÖÜ])")
_FEWEST_GOALS = 2
_MOST_PARAGRAPHS = 6


@dataclass(slots=True)
class _State:
    """Where in the outline we are: what the section announces, its topic, and the goals open above."""

    meaning: Says = Says.NOTHING
    topic_id: str | None = None
    goals: list[tuple[int, str]] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    measures: dict[tuple[str, ...], str] = field(default_factory=dict)
    last: str | None = None
    below: list[Block] = field(default_factory=list)


def find(builder: Builder, *, measures: bool, goals: bool) -> None:
    """Adds listed and self-named goals and measures; each kind only where asked for.

    A measure's list stands below a heading or lead-in with "Maßnahmen" or the like, never below one of an analysis,
    and at least half of its items begin with a noun of doing. No labelled document has such lists; judged by reading
    a district's plan in plain text, all 10 goals found are right, and about half of those stated are found.
    """
    state = _State()
    run: list[Piece] = []
    outline = list(pieces(builder.document.passages))
    for at, piece in enumerate([*outline, None]):
        if piece is not None and piece.part is Part.ITEM:
            run.append(piece)
            continue
        _close(builder, state, run, measures=measures, goals=goals)
        run = []
        if piece is not None:
            state.below = _bodies(outline[at + 1 :])
            _step(builder, state, piece, measures=measures, goals=goals)


def _bodies(following: Sequence[Piece]) -> list[Block]:
    """The paragraphs that stand right below a piece."""
    bodies = itertools.takewhile(lambda piece: piece.part is Part.BODY, following[:_MOST_PARAGRAPHS])
    return [piece.block for piece in bodies]


def _step(builder: Builder, state: _State, piece: Piece, *, measures: bool, goals: bool) -> None:
    if piece.part is Part.HEADING:
        text = builder.texts.join(piece.block)
        path = (*piece.passage.headings, text) if piece.passage.role is Role.HEADING else (text,)
        state.meaning = says(text) if says(text) is not Says.NOTHING else announced(path[:-1])
        state.listed = []
    elif piece.part is Part.NAMED and not _taken(builder, piece):
        _named(builder, state, piece, measures=measures, goals=goals)
    elif piece.part is Part.BODY and piece.passage.role is not Role.HEADING and not piece.passage.headings:
        state.meaning = Says.NOTHING


def _taken(builder: Builder, piece: Piece) -> bool:
    return builder.used(builder.texts.found(piece.block).evidence)


def _named(builder: Builder, state: _State, piece: Piece, *, measures: bool, goals: bool) -> None:
    title, description = _title(builder, piece.block)
    if not description.text:
        description = builder.texts.paragraphs(state.below)
    shortest = 3 if piece.kind == "topic" else 6
    if len(title.text) < shortest or announced(piece.passage.headings) is Says.OTHER or title.text.endswith("?"):
        return
    if piece.kind == "topic" and (measures or goals) and len(title.text) <= 100:
        state.topic_id = builder.topic(title, number=piece.number, method=NAME)
        state.goals = []
    elif piece.kind == "goal" and goals:
        rank = goal_ranks()[piece.word]
        state.goals = [(above, goal) for above, goal in state.goals if above < rank]
        goal = builder.goal(
            title,
            number=piece.number,
            description=description,
            topic_id=state.topic_id,
            part_of=state.goals[-1][1] if state.goals else None,
            level=piece.word,
            method=NAME,
            confidence=_CONFIDENCE,
        )
        state.goals.append((rank, goal))
    elif piece.kind == "measure" and measures and piece.number:
        _measure(builder, state, piece, title, description)


def _close(builder: Builder, state: _State, run: Sequence[Piece], *, measures: bool, goals: bool) -> None:
    fit = [piece for piece in run if _fits(builder, piece)]
    if not fit or len(fit) * 2 < len(run):
        return
    if state.meaning is Says.MEASURES and measures and _are_measures(builder, fit):
        for piece in fit:
            title, description = _title(builder, piece.block)
            _measure(builder, state, piece, title, description)
    elif state.meaning is Says.GOALS and goals and len(fit) >= _FEWEST_GOALS:
        for piece in (piece for piece in fit if _says_enough(builder, piece)):
            title, description = _title(builder, piece.block)
            builder.goal(
                title,
                number=piece.number,
                description=description,
                topic_id=state.topic_id or builder.topic_above(piece.passage.headings, method=NAME),
                part_of=state.goals[-1][1] if state.goals else None,
                method=NAME,
                confidence=_CONFIDENCE,
            )


def _fits(builder: Builder, piece: Piece) -> bool:
    text = builder.texts.join(piece.block)
    worded = len(re.findall(r"[^\W\d_]{3,}", text)) >= 2 and not says_nothing(text) and not is_furniture(text)
    sized = len(text) >= _SHORTEST and len(builder.texts.join(piece.block[:3])) <= 3 * _LONGEST
    begins = text[:1].isupper() or text[:1].isdigit() or text[:1] in '„"('
    return worded and sized and begins and not text.endswith(("?", ":")) and not _taken(builder, piece)


def _says_enough(builder: Builder, piece: Piece) -> bool:
    """Whether an item says what is wanted, rather than only naming a field of action."""
    text = builder.texts.join(piece.block)
    return len(text.split()) >= 4 or is_action(text)


def _are_measures(builder: Builder, fit: Sequence[Piece]) -> bool:
    texts = [builder.texts.join(piece.block) for piece in fit]
    return sum(is_action(text) for text in texts) * 2 >= len(texts)


def _title(builder: Builder, block: Block) -> tuple[Found, Found]:
    """Title and rest of an item: up to a colon, a dash or the end of the first sentence, where that is short."""
    text = builder.texts.join(block)
    if len(text) <= 160 and not _TITLE_END.search(text[:120]):
        return builder.texts.found(block), EMPTY
    for at, line in enumerate(block[:3]):
        if match := _TITLE_END.search(line.text):
            head = (*block[:at], line.cut(0, match.start()))
            rest = (line.cut(match.end()), *block[at + 1 :])
            if _SHORTEST <= len(builder.texts.join(head)) <= 200:
                return builder.texts.found(head), builder.texts.found([part for part in rest if part.text])
    return builder.texts.found(block), EMPTY


def _measure(builder: Builder, state: _State, piece: Piece, title: Found, description: Found) -> None:
    number = numbered(f"{piece.number} x") if piece.number else None
    above = state.measures.get(number.parent) if number else None
    if piece.nested:
        above = state.last
    goals = (state.goals[-1][1],) if state.goals else ()
    identifier = builder.measure(
        title,
        number=piece.number,
        description=description,
        goal_ids=goals,
        topic_id=state.topic_id or builder.topic_above(piece.passage.headings, method=NAME),
        part_of=above,
        method=NAME,
        confidence=_CONFIDENCE,
    )
    if number:
        state.measures[number.parts] = identifier
    if not piece.nested:
        state.last = identifier
