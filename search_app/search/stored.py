"""An entry as bytes and back. Its item is kept apart, since JSON does not say which kind of item it is."""

from __future__ import annotations

import msgspec

from kg.model import Alignment, Entry, Excerpt, Goal, Item, Kind, Measure, Municipality, PlanningArea, Topic

_TYPES: dict[Kind, type[Topic | PlanningArea | Goal | Measure | Excerpt]] = {
    Kind.TOPIC: Topic,
    Kind.AREA: PlanningArea,
    Kind.GOAL: Goal,
    Kind.MEASURE: Measure,
    Kind.PASSAGE: Excerpt,
}
_Parts = tuple[Kind, msgspec.Raw, Municipality, str, str, tuple[Alignment, ...]]
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Parts)
_items: dict[Kind, msgspec.json.Decoder[Item]] = {kind: msgspec.json.Decoder(type_) for kind, type_ in _TYPES.items()}


def dump(entry: Entry) -> bytes:
    """The entry as JSON."""
    parts = (entry.kind, entry.item, entry.municipality, entry.plan_title, entry.document_id, entry.alignments)
    return _encoder.encode(parts)


def restore(data: bytes) -> Entry:
    """The entry that `dump` wrote."""
    kind, item, town, plan_title, document, alignments = _decoder.decode(data)
    return Entry(_items[kind].decode(item), kind, town, plan_title, document, alignments)  # type: ignore[arg-type]
