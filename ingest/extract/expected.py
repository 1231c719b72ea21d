"""What labelled documents say is right, in one form whatever file the labels come in."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Expected:
    """One item that should be found: its kind, title and number, and what the document states of it.

    `facts` holds the wording by field; several wordings of one field must all stand in the item. A field that is in
    `unstated` must stay empty.
    """

    kind: str
    label: str
    number: str | None = None
    topic: str | None = None
    areas: tuple[str, ...] = ()
    goal: str | None = None
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unstated: frozenset[str] = frozenset()


def load(path: Path, form: str) -> tuple[Expected, ...]:
    """The items that labels name. Raises InvalidRequest for labels that cannot be read as that form."""
    try:
        return tuple(_FORMS[form](path))
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InvalidRequest(
            "{path}: not labels of the form {form}: {reason}", path=path, form=form, reason=error
        ) from error


def _deck(path: Path) -> list[Expected]:
    """Topics, areas, goals with their contents, and measures with descriptions, as in labels of a slide deck."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = [Expected("topic", topic["name"]) for topic in data.get("topics", [])]
    areas = data.get("planning_areas", [])
    found += [Expected("area", area["name"], number=area.get("code")) for area in areas]
    for goal in data.get("goals", []):
        printed = goal.get("number_source", "printed") != "inferred"
        found.append(
            Expected(
                "goal",
                goal["title"],
                number=str(goal["number"]) if printed and goal.get("number") is not None else None,
                topic=goal.get("topic"),
                areas=tuple(goal.get("areas", [])),
            )
        )
        found += [Expected("measure", content, goal=goal["title"]) for content in goal.get("focuses", [])]
    for measure in data.get("measures", []):
        facts = {"description": [measure["description"]]} if measure.get("description") else {}
        number = measure.get("number")
        found.append(Expected("measure", measure["title"], number=str(number) if number else None, facts=facts))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _records(path: Path) -> list[Expected]:
    """Measures with their states, as records that know their parent; roots are topics."""
    rows = _rows(path)
    topics = {row["id"]: row["title"] for row in rows if not row["parent"]}
    found = []
    for row in rows:
        if row["parent"] not in topics:
            continue
        below = [child for child in rows if child["parent"] == row["id"]]
        states = [child["text"] for child in below if child["title"].startswith("Sachstand")]
        plans = [child["text"] for child in below if child["title"] == "geplant"]
        facts = {"status": states, "description": plans, "priority": [row["priority"]]}
        number = row["id"] if not row["id"].startswith("Üneu") else None
        found.append(Expected("measure", row["title"], number, topics[row["parent"]], facts=facts))
    return found


def _table(path: Path) -> list[Expected]:
    """Measures as rows with a column a field; "-" says that nothing is stated."""
    columns = {
        "prioritaetsstufe": "priority",
        "kostenklasse": "cost",
        "verantwortlichkeit": "responsible",
        "zeitliche_einordnung": "period",
        "beschreibung": "description",
    }
    found = []
    for row in _rows(path):
        stated = {name: [row[column]] for column, name in columns.items() if row.get(column, "-") not in ("-", "")}
        unstated = frozenset(name for column, name in columns.items() if row.get(column) in ("-", ""))
        title = row.get("titel") or row["kurzbeschreibung"]
        if title == "-":
            continue
        number = row["nr"] if row["nr"] not in ("-", "") else None
        found.append(Expected("measure", title, number, facts=stated, unstated=unstated))
    return found


def _sheets(path: Path) -> list[Expected]:
    """Measure sheets, one JSON file each, whose file name is the measure's number and whose texts are fields."""
    found = []
    for file in sorted(path.glob("*.json")):
        fields: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        titles = [re.search(rf"Maßnahme {file.stem}\n(.+)", text) for text in fields.values()]
        title = next((match[1] for match in titles if match), "")
        who = fields.get("Wer?", "")
        driver = re.search(r"Ansprechpartner\n(.*?)(?:\nWelche|$)", who, re.S)
        period = re.sub(r"^.*?\?\s*", "", fields.get("Umsetzungszeitraum:", ""), flags=re.S)
        what = re.sub(r"^.*?adressiert\?.*?\?\s*|\nMaßnahme .*$", "", fields.get("Was & Warum?", ""), flags=re.S)
        stated = {"responsible": driver[1] if driver else "", "period": period, "description": what}
        facts = {
            name: [re.sub(r"\nMaßnahme [A-Z].*$", "", text, flags=re.S)]
            for name, text in stated.items()
            if text.strip()
        }
        found.append(Expected("measure", " ".join(title.split()), file.stem, facts=facts))
    return found


_FORMS: dict[str, Callable[[Path], list[Expected]]] = {
    "deck": _deck,
    "records": _records,
    "table": _table,
    "sheets": _sheets,
}
