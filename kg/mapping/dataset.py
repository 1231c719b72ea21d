"""Labelled German texts: the project's own, split by authoring group, and anyone's in JSON lines."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from kg.errors import InvalidRequest
from kg.mapping.lexical import goal_of
from kg.mapping.terms import concept_terms
from kg.model import Scheme

SCHEMES = (Scheme.SDG, Scheme.SDG_TARGET, Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER, Scheme.TOPIC)
_COLUMNS = {"smart_city": Scheme.SMART_CITY, "leipzig": Scheme.LEIPZIG_CHARTER, "topic": Scheme.TOPIC}


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its labels; the first code of a scheme is the primary one.

    A scheme that the labels do not speak of is absent from `labels`, while an empty tuple says that no concept of
    it fits. `group` is the plan or sitting that the text was written for.
    """

    text: str
    group: str
    labels: dict[Scheme, tuple[str, ...]]


@cache
def scheme_codes(scheme: Scheme) -> tuple[str, ...]:
    """The codes of a scheme that are predicted: for goals and targets those that a town can serve."""
    if scheme is Scheme.SDG:
        return tuple(str(goal) for goal in range(1, 18))
    return tuple(concept.code for concept in concept_terms(scheme))


@cache
def labelled(split: str) -> tuple[Example, ...]:
    """The project's own labelled texts: "train" has 2,358, "dev" 508 of other groups."""
    source = resources.files("kg.mapping") / "data" / "labelled" / f"{split}.tsv"
    lines = source.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(_example(row) for row in rows)


def _example(row: dict[str, str]) -> Example:
    text = f"{row['label']}\n{row['description']}" if row["description"] else row["label"]
    labels = {scheme: tuple(row[column].split()) for column, scheme in _COLUMNS.items()}
    return Example(text, row["group"], labels | _sdg(row["sdg"].split()))


def _sdg(codes: list[str]) -> dict[Scheme, tuple[str, ...]]:
    targets = tuple(code for code in codes if "." in code)
    goals = tuple(dict.fromkeys(goal_of(code) for code in codes))
    return {Scheme.SDG: goals, Scheme.SDG_TARGET: targets}


def read_labels(path: Path) -> tuple[Example, ...]:
    """Anyone's labels: JSON lines of `{"id", "text", "sdg": [11], "smart_city": [...], "leipzig": [...]}`.

    "sdg" takes goals (11) and targets ("11.2"). Dimensions are named by code, or as "Smart Mobility", "grün".
    Schemes without a key are not scored. Raises InvalidRequest with the line that cannot be used.
    """
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            examples.append(Example(str(record["text"]), str(record.get("id", number)), _labels(record)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidRequest(
                '{path}, line {line}: expected {{"text": …, "sdg": […]}}: {reason}',
                path=path,
                line=number,
                reason=error,
            ) from error
    if not examples:
        raise InvalidRequest("{path}: no labelled text in it", path=path)
    return tuple(examples)


def _labels(record: dict[str, list[object]]) -> dict[Scheme, tuple[str, ...]]:
    labels: dict[Scheme, tuple[str, ...]] = {}
    if "sdg" in record:
        codes = [str(code).removeprefix("SDG").strip() for code in record["sdg"] or []]
        labels = _sdg([code for code in codes if goal_of(code) in scheme_codes(Scheme.SDG)])
        if not labels[Scheme.SDG_TARGET]:
            del labels[Scheme.SDG_TARGET]
    for column, scheme in _COLUMNS.items():
        if column in record:
            labels[scheme] = tuple(dict.fromkeys(_code(scheme, str(name)) for name in record[column] or []))
    return labels


@cache
def _stems() -> dict[str, dict[str, str]]:
    source = resources.files("kg.mapping") / "data" / "terms" / "label-names.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _code(scheme: Scheme, name: str) -> str:
    lowered = name.strip().lower()
    if lowered in scheme_codes(scheme):
        return lowered
    return next((code for stem, code in _stems().get(scheme, {}).items() if stem in lowered), lowered)
