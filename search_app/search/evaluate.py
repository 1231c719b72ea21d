"""How well search finds: nDCG@10, MRR@10 and recall@5 of the lexical list, the dense list and the hybrid.

A collection is items, queries, and graded judgements. `insek eval retrieval --labels DIR` reads a BEIR folder; without
labels the own collection is read (tests/quality/retrieval/queries.tsv over the corpus' label files).
"""

from __future__ import annotations

import csv
import json
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from kg.encoding import Encoder
from kg.errors import InvalidRequest
from kg.ids import make_id
from kg.model import Entry, Kind, Measure, Municipality
from search_app.search import catalog_file, index
from search_app.search.engine import Engine
from search_app.search.filters import Filters

_DEPTH = 10
_RECALL_DEPTH = 5
_RELEVANT = 2
_LONGEST_LABEL = 200
_SOUGHT = Filters(kinds=(Kind.GOAL, Kind.MEASURE))
_NOWHERE = Municipality("00000000", "-", "-")
LISTS = ("lexical", "dense", "hybrid")


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with its judgements: key of an item → grade above 0. `type` names the case, such as "typo"."""

    text: str
    grades: dict[str, int]
    type: str = ""

    @property
    def relevant(self) -> list[str]:
        """The items that meet the need, in the order judged; see `relevant`."""
        return relevant(self.grades)


@dataclass(frozen=True, slots=True)
class Collection:
    """Items by key, and judged queries."""

    items: dict[str, Entry]
    queries: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one query in one list; `found` are the keys of the first ten items."""

    ndcg: float
    mrr: float
    recall: float
    found: tuple[str, ...]


class Failure(TypedDict):
    """A query with the rank of each relevant item (None: not among the first ten) and the keys that came."""

    type: str
    query: str
    ranks: dict[str, int | None]
    found: list[str]


@dataclass(frozen=True, slots=True)
class Report:
    """Every query with its scores in each list, in the collection's order."""

    queries: tuple[Judged, ...]
    scores: dict[str, tuple[Scores, ...]]

    def summary(self, places: Sequence[int] | None = None) -> dict[str, object]:
        """The form that `insek eval retrieval --format json` prints, over all queries or those places."""
        chosen = range(len(self.queries)) if places is None else places
        table: dict[str, object] = {name: self.mean(name, chosen) for name in LISTS}
        return table | {"queries": len(chosen)}

    def failures(self) -> Iterator[Failure]:
        """The queries that the hybrid list lacks a relevant item of among its first five."""
        for query, score in zip(self.queries, self.scores["hybrid"], strict=True):
            if score.recall < 1:
                ranks = {key: score.found.index(key) + 1 if key in score.found else None for key in query.relevant}
                yield Failure(type=query.type, query=query.text, ranks=ranks, found=list(score.found))

    def mean(self, name: str, places: Sequence[int]) -> dict[str, float]:
        """The mean nDCG@10, MRR@10 and recall@5 of one list over those places."""
        return _means([self.scores[name][place] for place in places])

    def interval(self, name: str, places: Sequence[int] | None = None) -> tuple[float, float]:
        """The 95 % confidence interval of a list's mean nDCG@10, from 2,000 bootstrap samples of the queries."""
        import numpy as np

        chosen = range(len(self.queries)) if places is None else places
        values = np.asarray([self.scores[name][place].ndcg for place in chosen])
        samples = np.random.default_rng(0).choice(values, (2_000, len(values))).mean(axis=1)
        low, high = np.quantile(samples, [0.025, 0.975])
        return round(float(low), 3), round(float(high), 3)


def _means(scores: Sequence[Scores]) -> dict[str, float]:
    count = max(1, len(scores))
    return {
        "ndcg@10": round(sum(one.ndcg for one in scores) / count, 4),
        "mrr@10": round(sum(one.mrr for one in scores) / count, 4),
        "recall@5": round(sum(one.recall for one in scores) / count, 4),
    }


def evaluate(collection: Collection, encoder: Encoder) -> Report:
    """Indexes the items in a temporary folder, with the engine's own settings, and asks every query."""
    keys = {entry.item.id: key for key, entry in collection.items.items()}
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        catalog_file.write(directory, collection.items.values())
        index.build(directory, collection.items.values(), encoder)
        return ask(Engine(directory, encoder), keys, collection.queries)


def ask(engine: Engine, keys: dict[str, str], queries: Sequence[Judged]) -> Report:
    """Asks an open engine for goals and measures; `keys` gives the collection's key of an item's id."""
    scores: dict[str, list[Scores]] = {name: [] for name in LISTS}
    for query in queries:
        for name, ids in engine.lists(query.text, _SOUGHT, _DEPTH).items():
            found = tuple(keys[identifier] for identifier in ids)
            scores[name].append(score(found, query.grades))
    return Report(tuple(queries), {name: tuple(each) for name, each in scores.items()})


def score(found: Sequence[str], grades: dict[str, int]) -> Scores:
    """The figures of a result list.

    nDCG has gains of 2^grade - 1, MRR looks for the first item of any grade. Recall counts relevant items only; where
    there are more than five of them, it is of five.
    """
    gained = sum((2 ** grades.get(key, 0) - 1) / math.log2(place + 2) for place, key in enumerate(found[:_DEPTH]))
    best = sorted(grades.values(), reverse=True)[:_DEPTH]
    ideal = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))
    first = next((place + 1 for place, key in enumerate(found[:_DEPTH]) if key in grades), 0)
    wanted = relevant(grades)
    hits = sum(key in wanted for key in found[:_RECALL_DEPTH])
    return Scores(
        gained / ideal if ideal else 0.0,
        1 / first if first else 0.0,
        hits / min(_RECALL_DEPTH, len(wanted)) if wanted else 0.0,
        tuple(found),
    )


def relevant(grades: dict[str, int]) -> list[str]:
    """The items of grade 2 and above, since grade 1 only touches the need.

    Where nothing has more than 1, as in collections that know no grades, all judged items are relevant.
    """
    least = min(_RELEVANT, max(grades.values(), default=0))
    return [key for key, grade in grades.items() if grade >= least]


def read_beir(folder: Path) -> Collection:
    """A BEIR folder: corpus.jsonl, queries.jsonl, qrels/test.tsv. Raises InvalidRequest where one is missing."""
    grades: dict[str, dict[str, int]] = {}
    with _open(folder / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t"):
            if len(row) >= 3 and row[-1].strip().lstrip("-").isdigit() and int(row[-1]) > 0:
                grades.setdefault(row[0], {})[row[-2]] = int(row[-1])
    items = {str(line["_id"]): _item(line) for line in _lines(folder / "corpus.jsonl")}
    texts = {str(line["_id"]): str(line["text"]) for line in _lines(folder / "queries.jsonl")}
    queries = tuple(Judged(text, grades[key]) for key, text in texts.items() if key in grades)
    if not items or not queries:
        raise InvalidRequest("{folder}: no items or no judged queries in it", folder=folder)
    return Collection(items, queries)


def _open(path: Path) -> Path:
    if not path.is_file():
        raise InvalidRequest(
            "{path}: missing; a BEIR folder has corpus.jsonl, queries.jsonl, qrels/test.tsv", path=path
        )
    return path


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with _open(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except ValueError as error:
                raise InvalidRequest(
                    "{path}:{number}: not JSON ({reason})", path=path, number=number, reason=error
                ) from error


def _item(line: dict[str, object]) -> Entry:
    title, text = str(line.get("title") or "").strip(), str(line.get("text") or "").strip()
    label = title or text[:_LONGEST_LABEL] or "-"
    body = "" if not title else text.removeprefix(title).lstrip(" .:\n")
    key = str(line["_id"])
    measure = Measure(
        id=make_id("measure", "beir", key), plan_id=make_id("plan", "beir"), label=label, description=body
    )
    return Entry(measure, Kind.MEASURE, _NOWHERE, "-", make_id("document", "beir"))


def read_own(queries: Path | Sequence[Path], labels: Path) -> Collection:
    """The own collection: files of queries (type, query, `key=grade …`) over the corpus' label files.

    Topics are indexed too, as they are in a generation, since items stand in them; what is sought are the items.
    """
    from search_app.search.labelled import entries

    items = entries(labels)
    paths = [queries] if isinstance(queries, Path) else queries
    return Collection(items, tuple(query for path in paths for query in _judged(_open(path), items)))


def _judged(path: Path, items: dict[str, Entry]) -> Iterable[Judged]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            pairs = [pair.rsplit("=", 1) for pair in row["relevant"].split()]
            if unknown := [key for key, _ in pairs if key not in items]:
                raise InvalidRequest("{path}: no item {keys}", path=path, keys=", ".join(unknown))
            yield Judged(row["query"], {key: int(grade) for key, grade in pairs}, row["type"])


def halves(queries: Sequence[Judged]) -> tuple[list[int], list[int]]:
    """Places of the development half and the test half: every second query of each type."""
    seen: dict[str, int] = {}
    parts: tuple[list[int], list[int]] = ([], [])
    for place, query in enumerate(queries):
        number = seen.get(query.type, 0)
        parts[number % 2].append(place)
        seen[query.type] = number + 1
    return parts
