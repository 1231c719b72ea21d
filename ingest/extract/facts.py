"""Puts the facts found about one measure together: values per field become the measure's statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.extract.builder import Builder
from ingest.extract.fields import FACTS, NONE, inline_label
from ingest.extract.lines import Block, Found
from ingest.extract.places import Area
from ingest.extract.values import says_nothing, stated, with_unit
from kg.model import Evidence, Stated

_LONGEST_SURE = 60


@dataclass(slots=True)
class Draft:
    """A measure while it is being read: its title, and what each field was found to hold, in reading order."""

    title: Found
    number: str | None = None
    number_evidence: tuple[Evidence, ...] = ()
    topic_id: str | None = None
    part_of: str | None = None
    table: int = 0
    goal_ids: tuple[str, ...] = ()
    areas: list[Area] = field(default_factory=list)
    values: dict[str, list[Found]] = field(default_factory=dict)
    unit: str = ""

    def add(self, name: str, value: Found) -> None:
        """Notes a value of a field; later values of the same field follow it."""
        if value.text:
            self.values.setdefault(name, []).append(value)

    def states_anything(self) -> bool:
        """Whether any fact has a normal form."""
        return any((fact := _fact(name, self.values)) and fact.normal for name in FACTS)


def known_as(name: str, value: Found) -> str:
    """The field of a value; where its label only may name a fact ("period?"), that fact if the value is one."""
    if not name.endswith("?"):
        return name
    fact = stated(name[:-1], value)
    return name[:-1] if fact and fact.normal and len(value.text) <= _LONGEST_SURE else NONE


def told_apart(blocks: Sequence[Block]) -> tuple[list[tuple[str, Block]], list[Block]]:
    """Lines such as "Träger: Stadt" as pairs of a fact's name and its value, and the blocks without these lines."""
    told: list[tuple[str, Block]] = []
    rest: list[Block] = []
    for block in blocks:
        kept = []
        for line in block:
            label = inline_label(line.text)
            if label and label[0][0] in FACTS and line.text[label[1] :].strip():
                told.append((label[0][0], (line.cut(label[1]),)))
            else:
                kept.append(line)
        rest += [tuple(kept)] if kept else []
    return told, rest


def joined(values: list[Found], separator: str = "\n") -> Found:
    """Several findings as one, in order, each text once."""
    kept: list[Found] = []
    for value in values:
        if all(value.text != other.text for other in kept):
            kept.append(value)
    return Found(separator.join(value.text for value in kept), tuple(e for value in kept for e in value.evidence))


def add_measure(builder: Builder, draft: Draft, *, method: str, confidence: float, kept: str = "") -> str | None:
    """Makes a measure of a draft and gives its id; None where its place is already another item's, or has no title.

    Where a field has several values the last one counts for status (the newest report), else they are joined.
    """
    if not draft.title.text or builder.claimed(draft.title.evidence):
        return None
    description = joined([value for value in draft.values.get("description", []) if not says_nothing(value.text)])
    facts = {name: _fact(name, draft.values) for name in FACTS if name != "partners"}
    facts["cost"] = with_unit(facts["cost"], draft.unit)
    areas = builder.area_ids(draft.areas, method=method)
    return builder.measure(
        draft.title,
        number=draft.number,
        description=description,
        goal_ids=draft.goal_ids,
        topic_id=draft.topic_id,
        part_of=draft.part_of,
        area_ids=areas,
        facts=facts,
        partners=_partners(draft.values),
        method=method,
        confidence=confidence,
    )


def _fact(name: str, values: Mapping[str, list[Found]]) -> Stated | None:
    found = values.get(name, [])
    if not found:
        return None
    if name == "status":
        return stated(name, found[-1])
    return stated(name, joined(found))


def _partners(values: Mapping[str, list[Found]]) -> tuple[Stated, ...]:
    found = [stated("partners", value) for value in values.get("partners", [])]
    return tuple(value for value in found if value)
