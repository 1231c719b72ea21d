"""Layout: measure sheets ("Steckbrief"): a title, then labels with their values, in boxes, tables or plain lines."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from ingest.extract.builder import EMPTY, Builder
from ingest.extract.cues import cues
from ingest.extract.facts import Draft, add_measure, joined, known_as
from ingest.extract.fields import FACTS, NONE
from ingest.extract.labels import labelled
from ingest.extract.lines import Block, Found, Line, is_broken
from ingest.extract.names import fold, key
from ingest.extract.numbering import numbered
from ingest.extract.pairs import Labelled, Pair, Title
from ingest.extract.sections import Says, announced, says
from ingest.extract.values import says_nothing

NAME = "measure sheets/1"
_CONFIDENCE = 0.95
_FEWEST_LABELS, _FEWEST_FIELDS = 3, 2
_FEWEST_IN_SERIES = 3
_FEWEST_ALONE = 4
# A label that comes more often stands in several sheets, whose titles were not found.
_MOST = 3
_LONGEST_NAME = 400
_SHORT_LINE = 40
_LONGEST_GOAL = 400
_MARKER = re.compile(r"(?:[a-d]\)|[-–•▪►■\uf0b7\uf0a7])\s*(?=\S)")


def find(builder: Builder) -> None:
    """Adds a measure for every title that at least three labels follow, two of them different facts with a value.

    Labels count with the same meaning wherever they stand (`fields.toml`); the questions and hints that a form
    prints below its labels are no values. A title without any labels counts where at least three sheets of the
    same form of number are complete; a form of number that hardly any complete sheet has does not count.

    Measured on the labelled boxed sheets, on which the rules were made: precision and recall of sheets 1.0 (19), of
    responsible, period and description 1.0 where the source states them. Without the labels that only this town's
    document uses: sheets 1.0 and 0.89, period 0.67 and 0.59, the rest not found. On a heat action plan without labels
    61 of the 64 measures that it counts are found, none besides.
    """
    sheets = _sheets(labelled(builder))
    full = [sheet for sheet in sheets if _is_sheet(*sheet)]
    alone = {form for form, count in Counter(_form(title) for title, _ in full).items() if count == 1}
    full = [sheet for sheet in full if _form(sheet[0]) not in alone or len(_facts(sheet[1])) >= _FEWEST_ALONE]
    forms = Counter(_form(title) for title, _ in full)
    usual = {form for form, count in forms.items() if count * 7 >= len(full)}
    if any(form and form[0] and forms[form] >= _FEWEST_IN_SERIES for form in usual):
        usual = {form for form in usual if form and form[0]}
    numbers = {key(title.number) for title, _ in full if title.number}
    for title, pairs in sheets:
        form = _form(title)
        empty = (
            form is not None
            and form[0]
            and forms[form] >= _FEWEST_IN_SERIES
            and not _facts(pairs) - {"topic", "number"}
            and key(title.number or "") not in numbers
            and not _text(title)[0].islower()
        )
        if form in usual and ((title, pairs) in full or (empty and not _already(builder, title))):
            _add(builder, title, pairs)


def _text(title: Title) -> str:
    return " ".join(line.text for line in title.block)


def _already(builder: Builder, title: Title) -> bool:
    return builder.claimed(builder.texts.found(title.block).evidence)


def _facts(pairs: Sequence[Pair]) -> set[str]:
    return {name for pair in pairs for name in pair.fields if name != NONE and pair.values}


def _is_sheet(title: Title, pairs: Sequence[Pair]) -> bool:
    fields = _facts(pairs)
    if title.number is None and says(_text(title)) is Says.OTHER:
        return False
    if any(fold(cue) in fold(_text(title)) for cue in cues("collections")):
        return False
    often = Counter(pair.fields[0] for pair in pairs if pair.fields[0] != NONE and pair.values)
    if max(often.values(), default=0) > _MOST:
        return False
    listed = len(pairs) >= _FEWEST_LABELS and len(fields) >= _FEWEST_FIELDS and bool(fields & set(FACTS))
    return listed and announced(title.headings) is not Says.GOALS


def _form(title: Title) -> tuple[bool, int] | None:
    number = numbered(f"{title.number} x") if title.number else None
    return number.form if number else None


def _sheets(events: Sequence[Labelled]) -> list[tuple[Title, list[Pair]]]:
    """Each title with the labels up to the next one; a title that is repeated on the next page is the same sheet.

    A heading without a number begins a sheet only where its first label has been in the sheet at hand already, so
    that headings inside a sheet do not divide it, and not at all where titles have numbers.
    """
    sheets: list[tuple[Title, list[Pair]]] = []
    pairwise = itertools.pairwise(events)
    coded = sum(isinstance(a, Title) and a.number is not None and isinstance(b, Pair) for a, b in pairwise)
    if coded >= _FEWEST_IN_SERIES:
        for event in events:
            if isinstance(event, Title) and event.number is None:
                _give_back(event)
        events = [event for event in events if isinstance(event, Pair) or event.number is not None]
    for at, event in enumerate(events):
        if isinstance(event, Pair):
            if event.fields[0] == "title" and event.values:
                sheets.append((event.as_title(), []))
            elif sheets:
                sheets[-1][1].append(event)
        elif not sheets or (not _same(event, sheets[-1][0]) and _begins(event, events[at + 1 :], sheets[-1][1])):
            sheets.append((event, []))
        else:
            _give_back(event)
    return _without_empty(sheets)


def _give_back(title: Title) -> None:
    """A text that begins no sheet after all is the value of the label before it."""
    if title.otherwise is not None:
        title.otherwise.values.append(title.block)


def _begins(title: Title, following: Sequence[Labelled], pairs: Sequence[Pair]) -> bool:
    if title.number is not None:
        return True
    first = next(iter(following), None)
    known = {pair.fields for pair in pairs}
    return isinstance(first, Pair) and (not pairs or first.fields in known)


def _same(title: Title, other: Title) -> bool:
    return (title.number == other.number and title.number is not None) or title.block == other.block


def _without_empty(sheets: list[tuple[Title, list[Pair]]]) -> list[tuple[Title, list[Pair]]]:
    """A number that stands alone before the title's own label belongs to that title."""
    kept: list[tuple[Title, list[Pair]]] = []
    for title, pairs in sheets:
        if kept and not kept[-1][1] and title.number is None and kept[-1][0].number:
            title = title.with_number(kept[-1][0])
            kept.pop()
        kept.append((title, pairs))
    return kept


def _add(builder: Builder, title: Title, pairs: Sequence[Pair]) -> None:
    draft = Draft(builder.texts.found(title.block), number=title.number)
    for pair in pairs:
        for name, values in pair.by_field():
            if name == "partners":
                for block in _marked_parts(values):
                    _put(builder, draft, name, builder.texts.found(block))
            elif name in (*FACTS, "goal"):
                parts = [builder.texts.found(block) for block in _marked_parts(values)]
                _put(builder, draft, name, joined(parts, "; "))
            elif name == "topic":
                _put(builder, draft, name, builder.texts.found(_first_part(values[0])) if values else EMPTY)
            else:
                _put(builder, draft, name, builder.texts.paragraphs(values))
    draft.topic_id = draft.topic_id or _topic(builder, title)
    add_measure(builder, draft, method=NAME, confidence=_CONFIDENCE)


def _put(builder: Builder, draft: Draft, name: str, value: Found) -> None:
    name = known_as(name, value)
    if says_nothing(value.text):
        return
    if name == "goal" and len(value.text) <= _LONGEST_GOAL:
        goal = builder.goal_named(value, topic_id=draft.topic_id, method=NAME, confidence=0.9)
        draft.goal_ids = (*draft.goal_ids, goal)
    elif name == "area":
        draft.areas.extend(builder.places.read(builder.texts.lines_at(value.evidence), builder.texts))
    elif name == "topic" and draft.topic_id is None and len(value.text) <= 100:
        draft.topic_id = builder.topic(value, method=NAME)
    elif name == "number" and draft.number is None and any(c.isdigit() for c in value.text) and len(value.text) <= 15:
        draft.number = value.text
    elif name in ("responsible", "partners") and len(value.text) > _LONGEST_NAME:
        return
    elif name in (*FACTS, "description"):
        draft.add(name, value)


def _first_part(block: Block) -> Block:
    """A block up to the first line that was ended on purpose, as short lines are in text without a layout: what
    follows is another statement."""
    for at, (before, line) in enumerate(itertools.pairwise(block), start=1):
        open_end = before.text[-1] in ",-&/" or before.text.split()[-1] in cues("open_ends") or line.text[0].islower()
        short = line.box is None and len(before.text) <= _SHORT_LINE
        if not open_end and (short or is_broken(block, before, line)):
            return block[:at]
    return block


def _marked_parts(values: Sequence[Block]) -> list[Block]:
    """One block a part: a marker such as "a)" or a bullet begins a new one, without the marker."""
    partners: list[list[Line]] = []
    for line in (line for block in values for line in block):
        marker = _MARKER.match(line.text)
        if marker or not partners:
            partners.append([])
        rest = line.cut(marker.end()) if marker else line
        if rest.text:
            partners[-1].append(rest)
    return [tuple(partner) for partner in partners if partner]


def _topic(builder: Builder, title: Title) -> str | None:
    """The heading whose number is the beginning of the sheet's, else the nearest heading that announces nothing."""
    own = numbered(f"{title.number} x") if title.number else None
    plain = None
    for heading in reversed(title.headings):
        above = numbered(heading)
        if own and above and own.parts != above.parts and own.parts[: len(above.parts)] == above.parts:
            return builder.topic_of_heading(heading, method=NAME)
        if plain is None and says(heading) is Says.NOTHING and len(heading) <= 100:
            plain = heading
    return builder.topic_of_heading(plain, method=NAME) if plain and not own else None
