"""How well extraction does on labelled documents: precision, recall and F1 of items, shares of right fields."""

from __future__ import annotations

import hashlib
import itertools
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from ingest.extract.expected import Expected, load
from ingest.extract.names import key
from ingest.extract.plan import extract_plan
from ingest.media import media_type
from ingest.readers import read
from kg.errors import SourceError
from kg.ids import make_id
from kg.model import Document, Goal, Item, Measure, Municipality, Plan, PlanningArea, Source, Stated, Topic
from kg.settings import Settings

_ALIKE = 85
_KINDS: dict[str, type[Item]] = {"topic": Topic, "area": PlanningArea, "goal": Goal, "measure": Measure}
_BINS = (0.0, 0.8, 0.9, 0.96, 1.01)


@dataclass(frozen=True, slots=True)
class Count:
    """Right ones among `found` and `expected`. For a field, `found` counts the items where it was given at all."""

    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1.0 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is expected that was found; 1.0 where nothing is expected."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """The scores of one labelled document.

    `items` and `fields` are pairs of name and count, `missed` and `extra` the titles that differ, `judged` pairs of
    confidence and whether the item is right, `seconds` the time for extraction without reading.
    """

    name: str
    items: tuple[tuple[str, Count], ...]
    fields: tuple[tuple[str, Count], ...]
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    judged: tuple[tuple[float, bool], ...]
    pages: int
    seconds: float


def evaluate_all(corpus: Path, settings: Settings) -> tuple[DocumentScore, ...]:
    """The scores of every labelled document below a corpus folder, in the order of `cases.toml`.

    Nothing in the rules is learned or tuned by these scores at run time, so there is no split by document; the
    rules were written looking at these documents, and figures for others will be lower. Raises SourceError for a
    source that is absent.
    """
    cases = tomllib.loads(files("ingest.extract").joinpath("cases.toml").read_text(encoding="utf-8"))["case"]
    scores = []
    for case in cases:
        expected, source = load(corpus / case["labels"], case["form"]), corpus / case["source"]
        unlabelled = case.get("unlabelled", "")
        scores.append(_evaluate(case["name"], expected, source, case["town"], settings, unlabelled))
    return tuple(scores)


def evaluate_file(labels: Path, source: Path, settings: Settings, *, town: str = "") -> DocumentScore:
    """The score of one source against labels in the form of a slide deck's (topics, areas, goals, measures)."""
    return _evaluate(source.name, load(labels, "deck"), source, town or "Stadt", settings)


def record(scores: Sequence[DocumentScore]) -> dict[str, Any]:
    """The scores as one JSON object: per document and in all, with counts, and the reliability of confidences."""
    return {
        "documents": [_one(score) for score in scores],
        "all": {kind: _figures(_sum(dict(s.items).get(kind) for s in scores)) for kind in _KINDS},
        "fields": {name: _figures(_sum(dict(s.fields).get(name) for s in scores)) for name in _field_names(scores)},
        "reliability": reliability(scores),
        "cases": len(scores),
    }


def reliability(scores: Sequence[DocumentScore]) -> list[dict[str, float]]:
    """How often items of a confidence are right: the bin's limits, mean confidence, share right, and number."""
    judged = [pair for score in scores for pair in score.judged]
    table = []
    for low, high in itertools.pairwise(_BINS):
        inside = [(confidence, right) for confidence, right in judged if low <= confidence < high]
        if inside:
            mean = sum(confidence for confidence, _ in inside) / len(inside)
            share = sum(right for _, right in inside) / len(inside)
            table.append({"from": low, "to": min(high, 1.0), "confidence": mean, "right": share, "items": len(inside)})
    return table


def _one(score: DocumentScore) -> dict[str, Any]:
    return {
        "name": score.name,
        "items": {kind: _figures(count) for kind, count in score.items},
        "fields": {name: _figures(count) for name, count in score.fields},
        "missed": list(score.missed),
        "extra": list(score.extra),
        "pages": score.pages,
        "seconds": round(score.seconds, 2),
    }


def _figures(count: Count) -> dict[str, float]:
    figures = {"precision": count.precision, "recall": count.recall, "f1": count.f1}
    return {name: round(value, 4) for name, value in figures.items()} | {
        "found": count.found,
        "expected": count.expected,
    }


def _sum(counts: Iterable[Count | None]) -> Count:
    known = [count for count in counts if count]
    return Count(sum(c.right for c in known), sum(c.found for c in known), sum(c.expected for c in known))


def _field_names(scores: Sequence[DocumentScore]) -> list[str]:
    return list(dict.fromkeys(name for score in scores for name, _ in score.fields))


def _evaluate(
    name: str, expected: Sequence[Expected], source: Path, town: str, settings: Settings, unlabelled: str = ""
) -> DocumentScore:
    paths = [path for path in _files(source) if not unlabelled or unlabelled not in str(path)]
    if not paths or not paths[0].is_file():
        raise SourceError(
            "{location}: there is no such source; the labelled documents lie in the corpus", location=source
        )
    documents = [_read(path, settings) for path in paths]
    begin = time.perf_counter()
    plans = [extract_plan(document, Municipality("00000000", town, ""))[0] for document in documents]
    seconds = time.perf_counter() - begin
    return score_plans(name, expected, plans, documents, seconds)


def _files(source: Path) -> list[Path]:
    return sorted(source.rglob("*.md")) if source.is_dir() else [source]


def _read(path: Path, settings: Settings) -> Document:
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    kind = media_type(path)
    source = Source(make_id("document", content), "00000000", path.stem, str(path), kind, content, "2026-01-01")
    return read(path, source, settings)[0]


def score_plans(
    name: str, expected: Sequence[Expected], plans: Sequence[Plan], documents: Sequence[Document], seconds: float
) -> DocumentScore:
    """The score of plans against what is expected of them together. Kinds that nothing is expected of do not count."""
    names = {item.id: item.label for plan in plans for item in plan.items()}
    items: list[tuple[str, Count]] = []
    pairs: list[tuple[Expected, Item]] = []
    missed: list[str] = []
    extra: list[str] = []
    judged: list[tuple[float, bool]] = []
    for kind, kind_type in _KINDS.items():
        wanted = [item for item in expected if item.kind == kind]
        found = [item for plan in plans for item in plan.items() if isinstance(item, kind_type) and _counts(item)]
        if not wanted:
            continue
        matched = _match(wanted, found, names)
        items.append((kind, Count(len(matched), len(found), len(wanted))))
        pairs += matched
        right = {id(item) for _, item in matched}
        judged += [(item.confidence, id(item) in right) for item in found]
        taken = {id(want) for want, _ in matched}
        missed += [want.label for want in wanted if id(want) not in taken]
        extra += [item.label for item in found if id(item) not in right]
    pages = sum(len(document.pages) for document in documents)
    return DocumentScore(
        name, tuple(items), _fields(pairs, names), tuple(missed), tuple(extra), tuple(judged), pages, seconds
    )


def _counts(item: Item) -> bool:
    return not isinstance(item, PlanningArea) or item.listed


def _match(wanted: Sequence[Expected], found: Sequence[Item], names: dict[str, str]) -> list[tuple[Expected, Item]]:
    """Pairs of expected and found items, best first, each used once; the same number or goal decides between equals."""
    ranked = []
    for at, want in enumerate(wanted):
        for other, item in enumerate(found):
            alike = fuzz.ratio(key(want.label), key(item.label))
            if alike >= _ALIKE:
                agrees = (want.number is not None and want.number == item.number) + _serves(want, item, names)
                ranked.append((alike + agrees, -abs(at - other), at, other))
    pairs, used, taken = [], set(), set()
    for _, _, at, other in sorted(ranked, reverse=True):
        if at not in used and other not in taken:
            used.add(at)
            taken.add(other)
            pairs.append((wanted[at], found[other]))
    return pairs


def _serves(want: Expected, item: Item, names: dict[str, str]) -> bool:
    if want.goal is None or not isinstance(item, Measure):
        return False
    return any(_alike(names.get(goal, ""), want.goal) for goal in item.goal_ids)


def _alike(a: str, b: str) -> bool:
    left, right = key(a), key(b)
    return fuzz.ratio(left, right) >= _ALIKE or (len(right) >= 8 and right in left)


def _fields(pairs: Sequence[tuple[Expected, Item]], names: dict[str, str]) -> tuple[tuple[str, Count], ...]:
    counts: dict[str, list[int]] = {}

    def note(field: str, *, right: int, found: int, expected: int) -> None:
        total = counts.setdefault(field, [0, 0, 0])
        for at, value in enumerate((right, found, expected)):
            total[at] += value

    for want, item in pairs:
        if want.number is not None:
            note("number", right=want.number == item.number, found=item.number is not None, expected=1)
        if want.topic is not None and isinstance(item, Goal | Measure):
            note(
                "topic",
                right=_alike(names.get(item.topic_id or "", ""), want.topic),
                found=bool(item.topic_id),
                expected=1,
            )
        if want.goal is not None and isinstance(item, Measure):
            note("goal", right=_serves(want, item, names), found=bool(item.goal_ids), expected=1)
        if want.areas and isinstance(item, Goal | Measure):
            ours = [names[area] for area in item.area_ids]
            right = sum(any(_close(area, other) for other in ours) for area in want.areas)
            note("areas", right=right, found=len(ours), expected=len(want.areas))
        for field, wordings in want.facts.items():
            given = _given(item, field)
            right = sum(any(_alike(text, wording) for text in given) for wording in wordings)
            note(field, right=right, found=len(wordings) if given else 0, expected=len(wordings))
        for field in want.unstated:
            note(field, right=0, found=bool(_given(item, field)), expected=0)
    return tuple((field, Count(*total)) for field, total in counts.items())


def _close(a: str, b: str) -> bool:
    return fuzz.ratio(key(a), key(b)) >= 75


def _given(item: Item, field: str) -> list[str]:
    """The texts of a field; earlier states stand in the description."""
    if field == "description":
        return [item.description] if item.description else []
    value: Stated | tuple[Stated, ...] | None = getattr(item, field, None)
    texts = [part.text for part in (value if isinstance(value, tuple) else (value,)) if part]
    return [*texts, *item.description.split("\n")] if field == "status" and texts else texts
