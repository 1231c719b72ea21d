"""Passages of a document that no item stands on, in pieces of useful length, for search.

A passage under the heading of an item counts for that item in a search. All others are found as passages, so that
a document whose layout was not recognised, or only in parts, can be searched as well.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from kg.ids import make_id
from kg.model import Document, Evidence, Excerpt, Goal, Item, Measure, Passage, Plan, Role, Topic
from search_app.search.units import in_pieces

_FEWEST_LETTERS = 60
_LEAST_SHARE_OF_LETTERS = 0.6
_LONGEST_PIECE = 900
_LONGEST_LABEL = 80
_LETTER = re.compile(r"[^\W\d_]")
_NOT_TEXT = re.compile(r"[\W_]+")


def excerpts(document: Document, plan: Plan) -> Iterator[Excerpt]:
    """The passages beside the items of its plan, in reading order: at least 60 letters, about 900 characters each."""
    standing = _Standing(document, plan)
    free = (passage for passage in document.passages if passage.role is not Role.HEADING)
    free = (passage for passage in free if not standing.on_item(passage))
    for number, (headings, run) in enumerate(_runs(free)):
        text = " ".join(passage.text.strip() for passage in run)
        pieces = [piece for piece in in_pieces(text) if _is_text(piece)]
        for place, piece in enumerate(pieces):
            yield Excerpt(
                id=make_id("passage", document.id, number, place),
                plan_id=plan.id,
                label=(headings[-1].strip(" :") if headings else "") or _beginning(piece),
                description=piece,
                evidence=tuple(_evidence(passage) for passage in _those_in(piece, run)),
                method="passage",
                headings=headings,
                part_of=standing.item_below(headings),
            )


class _Standing:
    """Where the items of a plan stand in its document."""

    def __init__(self, document: Document, plan: Plan) -> None:
        items: list[Item] = [*plan.topics, *plan.goals, *plan.measures]
        self._places: dict[int, list[tuple[int, int, Item]]] = {}
        for item in items:
            for one in item.evidence:
                self._places.setdefault(one.page, []).append((one.start, one.end, item))
        self._texts = "\n".join(_plain(f"{item.label} {item.description}") for item in items)
        headings = (passage for passage in document.passages if passage.role is Role.HEADING)
        self._headings = {passage.text: item.id for passage in headings for item in self._items_on(passage)[:1]}

    def _items_on(self, passage: Passage) -> list[Item]:
        """Goals and measures first: a heading may name a topic and its goal at once."""
        place = passage.place
        found = [
            item for start, end, item in self._places.get(place.page, ()) if start < place.end and end > place.start
        ]
        return sorted(found, key=lambda item: (isinstance(item, Topic), not isinstance(item, Goal | Measure)))

    def on_item(self, passage: Passage) -> bool:
        """Whether an item's evidence or text holds this passage."""
        plain = _plain(passage.text)
        return bool(self._items_on(passage)) or not plain or (len(plain) > 12 and plain in self._texts)

    def item_below(self, headings: Sequence[str]) -> str | None:
        """The item that the nearest heading names."""
        return next((self._headings[one] for one in reversed(headings) if one in self._headings), None)


def _runs(passages: Iterator[Passage]) -> Iterator[tuple[tuple[str, ...], list[Passage]]]:
    """Passages that follow one another under the same headings, up to the length of a piece."""
    for headings, group in itertools.groupby(passages, key=lambda passage: passage.headings):
        run: list[Passage] = []
        length = 0
        for passage in group:
            if run and length + len(passage.text) > _LONGEST_PIECE:
                yield headings, run
                run, length = [], 0
            run.append(passage)
            length += len(passage.text)
        yield headings, run


def _those_in(piece: str, run: Sequence[Passage]) -> list[Passage]:
    """The passages that a piece consists of; the one that holds it where a long one was cut."""
    found = [passage for passage in run if passage.text.strip() in piece or piece in passage.text]
    return found or list(run[:1])


def _evidence(passage: Passage) -> Evidence:
    place = passage.place
    return Evidence(passage.document_id, place.page, place.start, place.end, passage.original, place.box)


def _is_text(piece: str) -> bool:
    letters = len(_LETTER.findall(piece))
    return letters >= _FEWEST_LETTERS and letters >= _LEAST_SHARE_OF_LETTERS * len(piece)


def _beginning(piece: str) -> str:
    return piece if len(piece) <= _LONGEST_LABEL else f"{piece[:_LONGEST_LABEL].rsplit(' ', 1)[0]} …"


def _plain(text: str) -> str:
    return _NOT_TEXT.sub("", text).casefold()
