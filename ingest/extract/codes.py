"""What series of codes number: "M 3.1", "S-01", "Z 2" before titles on lines of their own."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.extract.builder import Builder
from ingest.extract.cues import prefixes
from ingest.extract.doing import is_action
from ingest.extract.numbering import Number, numbered
from ingest.extract.outline import Part, Piece
from ingest.extract.sections import Says, announced

_FEWEST = 3


def kinds_of_codes(builder: Builder, outline: Sequence[Piece]) -> dict[int, str]:
    """The kind ("goal", "measure") of each coded piece, by the piece's `id`; those of no kind are left out.

    Codes of one form are a series. Letters for goals ("Z 1.2") make goals; any others measures, where the series has
    at least three and half of their titles say what is done, or two thirds where no heading announces measures. Codes
    that go on from those of named goals ("A.1.2" below "Ziel A.1") make measures whatever their titles say.
    """
    kinds: dict[int, str] = {}
    series: dict[tuple[bool, int], list[Piece]] = {}
    goals = {number.parts for piece in outline if piece.kind == "goal" and (number := _number(piece))}
    meaning = Says.NOTHING
    measured = False
    for piece in outline:
        if piece.part is Part.HEADING:
            text = builder.texts.join(piece.block)
            meaning = announced((*piece.passage.headings, text))
            measured = measured or meaning is Says.MEASURES
        number = _number(piece) if piece.part is Part.CODED else None
        if number is None or announced(piece.passage.headings) is Says.OTHER or meaning is Says.OTHER:
            continue
        if number.parts[0] in prefixes("goal"):
            kinds[id(piece)] = "goal"
        elif number.parts[0] not in prefixes("topic"):
            series.setdefault(number.form, []).append(piece)
    for found in series.values():
        doing = sum(is_action(builder.texts.join(piece.block)) for piece in found)
        if all((number := _number(piece)) and number.parent in goals for piece in found):
            kinds.update((id(piece), "measure") for piece in found)
            continue
        share = 1 / 2 if measured or _are_called_measures(found) else 2 / 3
        if len({piece.number for piece in found}) >= _FEWEST and doing >= share * len(found):
            kinds.update((id(piece), "measure") for piece in found)
    return kinds


def _number(piece: Piece) -> Number | None:
    return numbered(f"{piece.number} x") if piece.number else None


def _are_called_measures(found: Sequence[Piece]) -> bool:
    return all(piece.number is not None and piece.number.startswith("M") for piece in found)
