"""Labels of items of real plans. The items are named by document and number; their texts are read where they lie."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from kg.mapping.dataset import Example
from kg.model import Scheme

LABELS = Path(__file__).parent / "mapping" / "real_plans.tsv"


def read(corpus: Path) -> list[Example]:
    """The labelled items, each with its document as the group."""
    texts = dict(_texts(corpus))
    with LABELS.open(encoding="utf-8") as lines:
        return [
            Example(
                texts[row["document"], row["item"]],
                row["document"],
                {
                    Scheme.SDG: tuple(row["sdg"].split()),
                    Scheme.SMART_CITY: tuple(row["smart_city"].split()),
                    Scheme.LEIPZIG_CHARTER: tuple(row["leipzig"].split()),
                },
            )
            for row in csv.DictReader(lines, delimiter="\t")
        ]


def _texts(corpus: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Every item's text under its document and number."""
    labels = corpus / "labels"
    for goal in json.loads((labels / "torgau.json").read_text(encoding="utf-8"))["goals"]:
        yield ("torgau", goal["id"].removeprefix("torgau-")), "\n".join([goal["title"], *goal["focuses"]])
    herzberg = json.loads((labels / "herzberg.json").read_text(encoding="utf-8"))
    for measure in herzberg["measures"]:
        yield ("herzberg", measure["number"]), f"{measure['title']}\n{measure['description']}"
    for row in _rows(labels / "ulm_massnahmen.tsv"):
        yield ("ulm", f"{row['handlungsfeld'][:5]}/{row['nr']}"), f"{row['titel']}\n{row['beschreibung'].strip('-')}"
    for row in _rows(labels / "muenster_sachstand.tsv"):
        yield ("muenster", row["id"]), row["title"]
    for row in _rows(labels / "dresden_vep_anlage6_1.tsv"):
        yield ("dresden", row["nr"]), row["kurzbeschreibung"]
    for task in _tasks(json.loads((corpus / "tables" / "03_mainz_localzero_tasks.json").read_text(encoding="utf-8"))):
        yield ("mainz", str(task["id"])), f"{task['title']}\n{task['teaser'] or ''}"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def _tasks(tasks: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for task in tasks:
        yield task
        yield from _tasks(task.get("children", []))  # type: ignore[arg-type]
