"""What people correct: a layer of its own with author and date, which survives rebuilding and wins over extraction."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ingest.extract.values import stated_by_hand
from ingest.outcome import Issue
from kg.errors import InvalidRequest, SourceError
from kg.model import Change, Goal, Item, Measure, Plan, PlanningArea, Stated, Topic

METHOD = "human"
_TEXTS = ("label", "description", "number")
_FACTS = ("priority", "period", "cost", "responsible", "status")
_COLUMNS = (*_TEXTS, *_FACTS, "partners")


@dataclass(frozen=True, slots=True)
class Correction:
    """One value that a person set: of which item (id), which field, to what, by whom and when (ISO date).

    The field "dropped" with the value "yes" takes the item out. An empty value says that nothing is stated.
    """

    item: str
    field: str
    value: str
    author: str
    date: str


def read_edited(path: Path, plans: Sequence[Plan], *, author: str, date: str) -> tuple[Correction, ...]:
    """The corrections that an edited table of items holds: every cell that differs from what was extracted.

    The table is what `insek items --format csv` writes: a column `id`, and any of the columns that can be corrected;
    a column `dropped` takes items out. Raises SourceError for a table that cannot be read, and InvalidRequest for
    an id that no plan has.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            rows = [(table.line_num, row) for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError("{path}: not a readable CSV table: {reason}", path=path, reason=error) from error
    if not rows or "id" not in rows[0][1]:
        raise SourceError("{path}: no column 'id'; start from 'insek items --format csv'", path=path)
    items = {item.id: item for plan in plans for item in plan.items()}
    found: list[Correction] = []
    for line, row in rows:
        item = items.get(row["id"])
        if item is None:
            raise InvalidRequest(
                "{path} line {line}: no item has the id {id!r}; export the items anew",
                path=path,
                line=line,
                id=row["id"],
            )
        found += changes(item, row, author=author, date=date)
    return tuple(found)


def changes(item: Item, row: Mapping[str, str | None], *, author: str, date: str) -> tuple[Correction, ...]:
    """The corrections that a row of values by field holds: those that differ from the item; "dropped" takes it out."""
    return tuple(Correction(item.id, name, value, author, date) for name, value in _changes(item, row))


def _changes(item: Item, row: Mapping[str, str | None]) -> Iterable[tuple[str, str]]:
    for name in _COLUMNS:
        value = (row.get(name) or "").strip()
        if name in row and value != _shown(item, name) and not (name == "label" and not value):
            yield name, value
    if (row.get("dropped") or "").strip().lower() in ("yes", "ja", "x", "true", "1"):
        yield "dropped", "yes"


def _shown(item: Item, name: str) -> str:
    value: Any = getattr(item, name, None)
    if isinstance(value, tuple):
        return "; ".join(part.text for part in value)
    return value.text if isinstance(value, Stated) else value or ""


def append(path: Path, corrections: Sequence[Correction]) -> None:
    """Adds corrections to a layer: a JSON object a line, the newest last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for correction in corrections:
            file.write(json.dumps(asdict(correction), ensure_ascii=False) + "\n")


def load(path: Path) -> tuple[Correction, ...]:
    """The corrections of a layer in their order, none where there is no file. Raises SourceError for a bad line."""
    if not path.is_file():
        return ()
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Correction(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise SourceError(
                "{path}: line {line} is no correction: {reason}", path=path, line=number, reason=error
            ) from error
    return tuple(found)


def apply(plan: Plan, corrections: Iterable[Correction]) -> tuple[Plan, tuple[Issue, ...]]:
    """The plan with all corrections of its items made, and an issue for each correction whose item is gone.

    A corrected item keeps its id and evidence, has the method "human" and confidence 1. Facts set by hand carry the
    evidence of the item that they are said of. The newest correction of a field wins.
    """
    newest: dict[str, dict[str, Correction]] = {}
    for correction in corrections:
        newest.setdefault(correction.item, {})[correction.field] = correction
    known = {item.id for item in plan.items()}
    gone = {item for item, changes in newest.items() if changes.get("dropped", _NO).value == "yes"}

    def corrected(items: Iterable[Any]) -> tuple[Any, ...]:
        kept = (item for item in items if item.id not in gone)
        return tuple(_corrected(_unlinked(item, gone), newest.get(item.id, {})) for item in kept)

    plan = replace(
        plan,
        topics=corrected(plan.topics),
        areas=corrected(plan.areas),
        goals=corrected(plan.goals),
        measures=corrected(plan.measures),
    )
    return plan, lost(item for item in newest if item not in known)


def history(plan: Plan, corrections: Iterable[Correction]) -> tuple[Change, ...]:
    """What people changed of a plan as it was extracted, in their order, with what was there before.

    Corrections of other plans' items, and those of which author or date is not known, are left out.
    """
    items = {item.id: item for item in plan.items()}
    shown: dict[tuple[str, str], str] = {}
    found = []
    for made in corrections:
        item = items.get(made.item)
        if item is None or not (made.author and made.date):
            continue
        before = shown.get((made.item, made.field), _shown(item, made.field))
        shown[made.item, made.field] = made.value
        found.append(Change(made.item, made.field, before, made.value, made.author, made.date))
    return tuple(found)


_NO = Correction("", "dropped", "", "", "")


def _corrected(item: Item, changes: dict[str, Correction]) -> Item:
    values: dict[str, Any] = {}
    for name, correction in changes.items():
        if name in _TEXTS:
            values[name] = correction.value or ("" if name == "description" else None)
        elif isinstance(item, Measure) and name in _FACTS:
            values[name] = stated_by_hand(name, correction.value, item.evidence)
        elif isinstance(item, Measure) and name == "partners":
            parts = [part.strip() for part in correction.value.split(";") if part.strip()]
            values[name] = tuple(Stated(part, None, item.evidence) for part in parts)
    return replace(item, method=METHOD, confidence=1.0, **values) if values else item


def _unlinked(item: Topic | PlanningArea | Goal | Measure, gone: set[str]) -> Topic | PlanningArea | Goal | Measure:
    """The item without links to items that were taken out."""
    links: dict[str, Any] = {}
    for name in ("topic_id", "part_of"):
        if getattr(item, name, None) in gone:
            links[name] = None
    for name in ("goal_ids", "area_ids"):
        linked: tuple[str, ...] = getattr(item, name, ())
        if gone & set(linked):
            links[name] = tuple(identifier for identifier in linked if identifier not in gone)
    return replace(item, **links) if links else item


def lost(items: Iterable[str]) -> tuple[Issue, ...]:
    """An issue for each of these items (ids) that is corrected but no longer extracted."""
    template = "a correction is for item {item}, which is no longer extracted"
    return tuple(Issue("correction-lost", template, (("item", item),)) for item in items)
