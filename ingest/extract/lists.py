"""Layout: lists of goals or measures below a heading that announces them, and items that name themselves."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.extract.builder import EMPTY, Builder
from ingest.extract.codes import kinds_of_codes
from ingest.extract.cues import cues, goal_ranks
from ingest.extract.doing import is_action
from ingest.extract.facts import Draft, add_measure, told_apart
from ingest.extract.lines import Block, Found
from ingest.extract.names import key
from ingest.extract.numbering import numbered
from ingest.extract.outline import Part, Piece, pieces
from ingest.extract.sections import Says, announced, is_furniture, says
from ingest.extract.titles import title_and_rest
from ingest.extract.values import says_nothing
from kg.model import Role

NAME = "lists/1"
_CONFIDENCE = 0.95
_SHORTEST, _LONGEST = 12, 320
_FEWEST_GOALS = 2
_MOST_PARAGRAPHS = 6
_MOST_INTRODUCTION = {Says.MEASURES: 3, Says.GOALS: 2}


@dataclass(slots=True)
class _State:
    """Where in the outline we are: what the section announces, its topic, and the goals open above.

    `numbered` holds what carries a number, by its parts; `open` says that a measure or goal that names itself stands
    right above, `paragraphs` how many of running text do. `with_lists` are the headings, as keys, that stand above a
    list of goals somewhere: below the same heading a single point is a goal too.
    """

    meaning: Says = Says.NOTHING
    topic_id: str | None = None
    goals: list[tuple[int, str]] = field(default_factory=list)
    measures: dict[tuple[str, ...], str] = field(default_factory=dict)
    numbered_goals: dict[tuple[str, ...], str] = field(default_factory=dict)
    last: str | None = None
    open: str = ""
    paragraphs: int = 0
    below: list[Block] = field(default_factory=list)
    with_lists: frozenset[str] = frozenset()


def find(builder: Builder, *, measures: bool, goals: bool) -> None:
    """Adds listed and self-named goals and measures; each kind only where asked for.

    A measure's list stands below a heading or lead-in with "Maßnahmen" or the like, never below one of an analysis,
    and at least half of its items say what is done. Lists below a goal that names itself are its measures where most
    of them say what is done. A single point is a goal where the same heading stands above a list of goals elsewhere.

    No labelled document has such lists. On nine invented documents of other towns 57 of 58 found are right and none is
    missed; on a real district's plan, judged by reading, 27 of 28 are right. Confidence: the rule of succession over
    these 86 gives .966, stated as .95 because most of them were invented.
    """
    wanted = {"topic": measures or goals, "goal": goals, "measure": measures}
    state = _State()
    run: list[Piece] = []
    outline = list(_with_codes(builder, list(pieces(builder.document.passages))))
    state.with_lists = _with_lists(builder, outline)
    for at, piece in enumerate([*outline, None]):
        if piece is not None and piece.part is Part.ITEM:
            run.append(piece)
            continue
        _close(builder, state, run, wanted)
        run = []
        if piece is not None:
            state.below = _below(outline[at + 1 :])
            _step(builder, state, piece, wanted)


def _with_lists(builder: Builder, outline: Sequence[Piece]) -> frozenset[str]:
    """The headings, as keys, right below which a list of several goals stands."""
    triples = zip(outline, outline[1:], outline[2:], strict=False)
    texts = [
        builder.texts.join(heading.block)
        for heading, *below in triples
        if heading.part is Part.HEADING and all(piece.part is Part.ITEM for piece in below)
    ]
    return frozenset(key(text) for text in texts if says(text) is Says.GOALS)


def _with_codes(builder: Builder, outline: Sequence[Piece]) -> list[Piece]:
    """The outline with each coded piece named as what its series is, or as plain text."""
    kinds = kinds_of_codes(builder, outline)
    return [piece if piece.part is not Part.CODED else piece.as_kind(kinds.get(id(piece))) for piece in outline]


def _below(following: Sequence[Piece]) -> list[Block]:
    """The paragraphs and listed points that stand right below a piece."""
    parts = itertools.takewhile(lambda piece: piece.part in (Part.BODY, Part.ITEM), following[:_MOST_PARAGRAPHS])
    return [piece.block for piece in parts if not piece.block[0].text.startswith(cues("form_instructions"))]


def _step(builder: Builder, state: _State, piece: Piece, wanted: dict[str, bool]) -> None:
    if piece.part is Part.HEADING:
        text = builder.texts.join(piece.block)
        path = (*piece.passage.headings, text) if piece.passage.role is Role.HEADING else (text,)
        state.meaning = says(text) if says(text) is not Says.NOTHING else announced(path[:-1])
        state.open, state.paragraphs = "", 0
    elif piece.part is Part.NAMED and not _taken(builder, piece):
        _named(builder, state, piece, wanted)
    elif piece.part is Part.BODY and piece.passage.role is not Role.HEADING:
        _paragraph(builder, state, piece)


def _paragraph(builder: Builder, state: _State, piece: Piece) -> None:
    """Running text may announce a list with its last sentence; without headings it ends a section."""
    text = builder.texts.join(piece.block)
    last = re.split(r"(?<=[a-zäöüß)])\.\s", text)[-1]
    if text.endswith(":") and says(last) in (Says.MEASURES, Says.GOALS) and state.meaning is not Says.OTHER:
        state.meaning, state.open, state.paragraphs = says(last), "", 0
        return
    state.paragraphs += 1
    if not piece.passage.headings and state.paragraphs >= _MOST_INTRODUCTION.get(state.meaning, 1):
        state.meaning = Says.NOTHING
        state.open = ""


def _taken(builder: Builder, piece: Piece) -> bool:
    return builder.used(builder.texts.found(piece.block).evidence)


def _named(builder: Builder, state: _State, piece: Piece, wanted: dict[str, bool]) -> None:
    title, description = title_and_rest(builder, piece.block)
    facts, rest = told_apart(state.below)
    if not description.text:
        description = builder.texts.paragraphs(rest if piece.kind == "measure" else state.below)
    shortest = 3 if piece.kind == "topic" else 6
    analysed = announced(piece.passage.headings) is Says.OTHER
    if len(title.text) < shortest or analysed or title.text.endswith("?") or not wanted[piece.kind]:
        return
    state.open, state.paragraphs = piece.kind, 0
    if piece.kind == "topic" and len(title.text) <= 100:
        state.topic_id = builder.topic(title, number=piece.number, method=NAME)
        state.goals = []
    elif piece.kind == "goal":
        _goal(builder, state, piece, title, description)
    elif piece.kind == "measure":
        _measure(builder, state, piece, title, description, facts)


def _goal(builder: Builder, state: _State, piece: Piece, title: Found, description: Found) -> None:
    rank = goal_ranks().get(piece.word, 2)
    state.goals = [(above, goal) for above, goal in state.goals if above < rank]
    goal = builder.goal(
        title,
        number=piece.number,
        description=description if not _lists_doings(builder, state.below) else EMPTY,
        topic_id=state.topic_id,
        part_of=state.goals[-1][1] if state.goals else None,
        level=piece.word or None,
        method=NAME,
        confidence=_CONFIDENCE,
    )
    state.goals.append((rank, goal))
    if piece.number and (number := numbered(f"{piece.number} x")):
        state.numbered_goals[_digits(number.parts)] = goal


def _lists_doings(builder: Builder, blocks: Sequence[Block]) -> bool:
    texts = [builder.texts.join(block) for block in blocks]
    return bool(texts) and sum(is_action(text) for text in texts) * 4 >= len(texts) * 3


def _close(builder: Builder, state: _State, run: Sequence[Piece], wanted: dict[str, bool]) -> None:
    fit = [piece for piece in run if _fits(builder, piece)]
    if not fit or len(fit) * 2 < len(run) or state.open == "measure":
        return
    doing = [piece for piece in fit if is_action(builder.texts.join(piece.block))]
    if state.open == "goal" and state.meaning is not Says.MEASURES:
        if wanted["measure"] and len(doing) * 4 >= len(fit) * 3:
            _add_measures(builder, state, fit)
    elif state.meaning is Says.MEASURES and wanted["measure"] and len(doing) * 2 >= len(fit):
        _add_measures(builder, state, fit)
    elif (
        state.meaning is Says.GOALS and wanted["goal"] and (len(fit) >= _FEWEST_GOALS or _is_usual_list(run[0], state))
    ):
        _add_goals(builder, state, fit)


def _is_usual_list(first: Piece, state: _State) -> bool:
    """Whether the heading right above a point has lists of goals below it elsewhere."""
    return bool(first.passage.headings) and key(first.passage.headings[-1]) in state.with_lists


def _add_measures(builder: Builder, state: _State, fit: Sequence[Piece]) -> None:
    for piece in fit:
        title, description = title_and_rest(builder, piece.block)
        _measure(builder, state, piece, title, description)


def _add_goals(builder: Builder, state: _State, fit: Sequence[Piece]) -> None:
    for piece in (piece for piece in fit if _says_enough(builder, piece)):
        title, description = title_and_rest(builder, piece.block)
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


def _measure(
    builder: Builder,
    state: _State,
    piece: Piece,
    title: Found,
    description: Found,
    facts: Sequence[tuple[str, Block]] = (),
) -> None:
    """Adds a measure; it serves the goal whose number begins its own ("1.2.1" of "1.2"), else the goal open above."""
    number = numbered(f"{piece.number} x") if piece.number else None
    if number and _told(builder, state.measures.get(number.parts), title):
        return
    above = state.last if piece.nested else state.measures.get(number.parent) if number else None
    by_number = state.numbered_goals.get(_digits(number.parent)) if number else None
    goal = by_number or (state.goals[-1][1] if state.goals else None)
    draft = Draft(title, number=piece.number, goal_ids=(goal,) if goal else (), part_of=above)
    area = builder.places.named_by(piece.passage, builder.texts)
    draft.areas.extend([area] if area else [])
    headings = piece.passage.headings[: -1 if area else None]
    draft.topic_id = state.topic_id or builder.topic_above(headings, method=NAME)
    draft.add("description", description)
    for name, value in facts:
        draft.add(name, builder.texts.found(value))
    identifier = add_measure(builder, draft, method=NAME, confidence=_CONFIDENCE)
    if identifier is None:
        return
    if number:
        state.measures[number.parts] = identifier
    if not piece.nested:
        state.last = identifier


def _told(builder: Builder, known: str | None, title: Found) -> bool:
    """Whether a measure of that number has that title already."""
    return any(measure.id == known and key(measure.label) == key(title.text) for measure in builder.measures)


def _digits(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A number without the letters that say what is numbered: "Z 1.2" and "M 1.2.1" share "1.2"."""
    return tuple(part for part in parts if part.isdigit())
