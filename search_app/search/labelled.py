"""Items from the label files of the corpus, for measuring search on known items without extraction in between.

Every item has a key, `file:number` ("torgau:UK-1", "ulm:06.07/05", "dresden:47"), by which queries name it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

from kg.ids import make_id
from kg.model import Entry, Goal, Kind, Measure, Municipality, Topic

TOWNS = {
    "torgau": Municipality("14730310", "Torgau", "Sachsen", population=20_000, latitude=51.56, longitude=13.0),
    "herzberg": Municipality(
        "12062224", "Herzberg (Elster)", "Brandenburg", population=9_000, latitude=51.69, longitude=13.23
    ),
    "ulm": Municipality("08421000", "Ulm", "Baden-Württemberg", population=129_000, latitude=48.4, longitude=9.99),
    "muenster": Municipality(
        "05515000", "Münster", "Nordrhein-Westfalen", population=320_000, latitude=51.96, longitude=7.63
    ),
    "dresden": Municipality("14612000", "Dresden", "Sachsen", population=563_000, latitude=51.05, longitude=13.74),
    "karlsruhe": Municipality(
        "08212000", "Karlsruhe", "Baden-Württemberg", population=309_000, latitude=49.01, longitude=8.4
    ),
}
_KARLSRUHE_TITLE = re.compile(r"Maßnahme\s+(?P<number>A\d\.\d)\s+(?P<title>.+?)\s*(?:Was und Wen.*)?$", re.DOTALL)
_TEMPLATE_QUESTION = re.compile(r"^(?:Kontext, Motivation und Inhalt|Zielvorgabe):(?:[^?]{0,120}\?)+\s*", re.DOTALL)


def entries(labels: Path) -> dict[str, Entry]:
    """All labelled items by key, from the folder `corpus/labels`, topics before the items they head."""
    found: dict[str, Entry] = {}
    for reader in (_torgau, _herzberg, _ulm, _muenster, _dresden, _karlsruhe):
        found |= dict(reader(labels))
    return found


def _topic(town: str, label: str) -> tuple[str, Entry]:
    key = f"{town}:topic:{label}"
    return key, _entry(town, Topic(id=make_id("topic", key), plan_id=make_id("plan", town), label=label))


def _entry(town: str, item: Topic | Goal | Measure) -> Entry:
    kind = Kind(type(item).__name__.lower())
    return Entry(item, kind, TOWNS[town], f"Plan {town}", make_id("document", town))


def _measure(town: str, number: str, label: str, text: str, topic: Entry | None) -> tuple[str, Entry]:
    key = f"{town}:{number}"
    measure = Measure(
        id=make_id("measure", key),
        plan_id=make_id("plan", town),
        label=label.strip(),
        description=re.sub(r"\s+", " ", text).strip(),
        number=number,
        topic_id=topic.item.id if topic else None,
    )
    return key, _entry(town, measure)


def _torgau(labels: Path) -> Iterator[tuple[str, Entry]]:
    data = json.loads((labels / "torgau.json").read_text(encoding="utf-8"))
    topics = {topic["name"]: _topic("torgau", topic["name"]) for topic in data["topics"]}
    yield from topics.values()
    for goal in data["goals"]:
        key = goal["id"].replace("torgau-", "torgau:")
        made = Goal(
            id=make_id("goal", key),
            plan_id=make_id("plan", "torgau"),
            label=goal["title"],
            description="; ".join(goal["focuses"]),
            topic_id=topics[goal["topic"]][1].item.id,
        )
        yield key, _entry("torgau", made)


def _herzberg(labels: Path) -> Iterator[tuple[str, Entry]]:
    data = json.loads((labels / "herzberg.json").read_text(encoding="utf-8"))
    for measure in data["measures"]:
        yield _measure("herzberg", measure["number"], measure["title"], measure["description"], None)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _ulm(labels: Path) -> Iterator[tuple[str, Entry]]:
    topics: dict[str, Entry] = {}
    for row in _rows(labels / "ulm_massnahmen.tsv"):
        field = row["handlungsfeld"]
        if field not in topics:
            key, topics[field] = _topic("ulm", field.split("_", 1)[1].replace("_", " "))
            yield key, topics[field]
        text = row["beschreibung"] if row["beschreibung"] != "-" else ""
        label = row["titel"] if row["titel"] != "-" else text[:80]
        yield _measure("ulm", f"{field[:5]}/{row['nr']}", label, text, topics[field])


def _muenster(labels: Path) -> Iterator[tuple[str, Entry]]:
    rows = _rows(labels / "muenster_sachstand.tsv")
    texts = {row["id"].removesuffix("-Plan"): row["text"] for row in rows if row["id"].endswith("-Plan")}
    topics: dict[str, Entry] = {}
    for row in rows:
        if not row["parent"]:
            key, topics[row["id"]] = _topic("muenster", row["title"])
            yield key, topics[row["id"]]
        elif row["parent"] in topics:
            text = texts.get(row["id"], "").replace("<br>", " ")
            yield _measure("muenster", row["id"], row["title"].replace("\n", " "), text, topics[row["parent"]])


def _dresden(labels: Path) -> Iterator[tuple[str, Entry]]:
    topics: dict[str, Entry] = {}
    for row in _rows(labels / "dresden_vep_anlage6_1.tsv"):
        field = row["themenbereich"]
        if field and field not in topics:
            key, topics[field] = _topic("dresden", field)
            yield key, topics[field]
        yield _measure("dresden", row["nr"], row["kurzbeschreibung"], "", topics.get(field))


def _karlsruhe(labels: Path) -> Iterator[tuple[str, Entry]]:
    for path in sorted((labels / "karlsruhe_ksk_a").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        fields = [re.sub(r"-\s*\n\s*", "", text).replace("\n", " ") for text in data.values()]
        titles = (_KARLSRUHE_TITLE.search(text) for text in fields)
        title = next((found.group("title") for found in titles if found), path.stem)
        texts = (data.get("Was & Warum?", ""), data.get("Was und Wen?", ""))
        text = " ".join(_TEMPLATE_QUESTION.sub("", re.sub(r"-\s*\n\s*", "", part)) for part in texts)
        yield _measure("karlsruhe", path.stem, re.sub(r"\s+", " ", title), text, None)
