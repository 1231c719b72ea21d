"""How well extraction does on labelled documents: precision, recall and F1 of items, shares of right fields."""

from __future__ import annotations

import hashlib
import itertools
import re
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ingest.extract.expected import Expected, load
from ingest.extract.fields import label_keys, without
from ingest.extract.names import key
from ingest.extract.plan import extract_plan
from ingest.extract.scoring import KINDS, Count, DocumentScore, score_plans
from ingest.media import media_type
from ingest.readers import read
from kg.errors import SourceError
from kg.ids import make_id
from kg.model import Document, Municipality, Source
from kg.settings import Settings

_BINS = (0.0, 0.8, 0.9, 0.96, 1.01)


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled source as it was read."""

    name: str
    expected: tuple[Expected, ...]
    documents: tuple[Document, ...]
    town: str


def labelled_cases(corpus: Path, settings: Settings) -> tuple[Case, ...]:
    """Every labelled source below a corpus folder, in the order of `cases.toml`. Raises SourceError for one that is
    absent."""
    cases = tomllib.loads(files("ingest.extract").joinpath("cases.toml").read_text(encoding="utf-8"))["case"]
    return tuple(
        Case(
            case["name"],
            load(corpus / case["labels"], case["form"]),
            _documents(corpus / case["source"], settings, case.get("unlabelled", "")),
            case["town"],
        )
        for case in cases
    )


def evaluate_all(corpus: Path, settings: Settings) -> tuple[DocumentScore, ...]:
    """The scores of every labelled document, with rules and labels that were written looking at all of them."""
    return tuple(score(case) for case in labelled_cases(corpus, settings))


def leave_one_out(cases: Sequence[Case], corpus: Path) -> tuple[DocumentScore, ...]:
    """The score of each document without the labels of facts (`fields.toml`) that no other town's document uses,
    labelled or not, of those in the corpus.

    These synonyms are what the extraction has learned from documents; numbers are tuned to none. The figures are a
    lower bound: a label that one of these documents uses may have been known without it.
    """
    used = [_labels_of(case) for case in cases]
    texts = {path: _labels_of_lines(path) for path in sorted((corpus / "text").rglob("*.*")) if path.is_file()}
    scores = []
    for at, case in enumerate(cases):
        elsewhere = [keys for other, keys in enumerate(used) if other != at and cases[other].town != case.town]
        elsewhere += [keys for path, keys in texts.items() if key(case.town) not in key(str(path.relative_to(corpus)))]
        with without(used[at].difference(*elsewhere)):
            scores.append(score(case))
    return tuple(scores)


def _labels_of(case: Case) -> frozenset[str]:
    lines = (line for document in case.documents for p in document.passages for line in (p.text, *p.text.split("\n")))
    return frozenset(label for line in lines for label in label_keys(line))


def _labels_of_lines(path: Path) -> frozenset[str]:
    """The labels that stand alone on a line or in a cell of a text file."""
    cells = re.split(r"[\n|]", path.read_text(encoding="utf-8", errors="replace"))
    return frozenset(label for cell in cells for label in label_keys(cell.strip(" *#\t")))


def evaluate_file(labels: Path, source: Path, settings: Settings, *, town: str = "") -> DocumentScore:
    """The score of one source against labels in the form of a slide deck's (topics, areas, goals, measures)."""
    return score(Case(source.name, load(labels, "deck"), _documents(source, settings), town or "Stadt"))


def record(scores: Sequence[DocumentScore], left_out: Sequence[DocumentScore] = ()) -> dict[str, Any]:
    """The scores as one JSON object: per document and in all, with counts, the reliability of confidences, and the
    scores of each document left out."""
    return {
        "leave_one_out": [_one(score) for score in left_out],
        "documents": [_one(score) for score in scores],
        "all": {kind: _figures(_sum(dict(s.items).get(kind) for s in scores)) for kind in KINDS},
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
        "not_in_source": list(score.absent),
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


def _documents(source: Path, settings: Settings, unlabelled: str = "") -> tuple[Document, ...]:
    paths = [path for path in _files(source) if not unlabelled or unlabelled not in str(path)]
    if not paths or not paths[0].is_file():
        raise SourceError(
            "{location}: there is no such source; the labelled documents lie in the corpus", location=source
        )
    return tuple(_read(path, settings) for path in paths)


def score(case: Case) -> DocumentScore:
    """The score of a source extracted now."""
    begin = time.perf_counter()
    plans = [extract_plan(document, Municipality("00000000", case.town, ""))[0] for document in case.documents]
    seconds = time.perf_counter() - begin
    return score_plans(case.name, case.expected, plans, case.documents, seconds)


def _files(source: Path) -> list[Path]:
    return sorted(source.rglob("*.md")) if source.is_dir() else [source]


def _read(path: Path, settings: Settings) -> Document:
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    kind = media_type(path)
    source = Source(make_id("document", content), "00000000", path.stem, str(path), kind, content, "2026-01-01")
    return read(path, source, settings)[0]
