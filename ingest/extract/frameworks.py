"""Guiding frameworks that a plan says it follows: charter, smart city, sustainable development goals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from ingest.extract.builder import Builder
from ingest.extract.cues import framework_names
from ingest.extract.names import fold, key
from kg import vocabulary
from kg.model import Concept, Passage, Scheme

_REACH = 45
_LONGEST_HEADING = 90
_SIMILAR = 90
_ALL_GOALS = re.compile(r"\b17\s+(?:globale\w*\s+)?(?:Nachhaltigkeitsz|Entwicklungsz|Z)iele", re.IGNORECASE)


def frameworks(builder: Builder) -> tuple[str, ...]:
    """The IRIs of the concepts that stand below a short line naming their framework, in the order of the schemes.

    "17 Ziele" below such a line stands for all of the sustainable development goals. Measured on the labelled deck:
    all three frameworks, each named dimension and principle, none besides.
    """
    passages = [passage for passage in builder.document.passages if not builder.used_passage(passage)]
    found: list[str] = []
    for code, names in framework_names().items():
        scheme = Scheme(code)
        window = list(_below(passages, names))
        found.extend(concept.iri for concept in vocabulary.concepts(scheme) if _stated(concept, window))
    return tuple(dict.fromkeys(found))


def _below(passages: Sequence[Passage], names: Sequence[str]) -> Iterator[str]:
    """The texts at and after lines that name a framework, up to the line that names another one."""
    others = [fold(name) for names_ in framework_names().values() if names_ is not names for name in names_]
    left = 0
    for passage in passages:
        folded = fold(passage.text)
        heading = len(passage.text) <= _LONGEST_HEADING
        if heading and any(fold(name) in folded for name in names):
            left = _REACH
        elif heading and any(name in folded for name in others):
            left = 0
        if left:
            left -= 1
            yield passage.text


def _stated(concept: Concept, window: Sequence[str]) -> bool:
    if concept.scheme is Scheme.SDG and any(_ALL_GOALS.search(text) for text in window):
        return True
    label = concept.label("de")
    if len(key(label)) < 10:
        return any(re.search(rf"\b{re.escape(fold(label))}\b", fold(text)) for text in window)
    return any(fuzz.partial_ratio(key(label), key(text)) >= _SIMILAR for text in window if len(text) >= len(label) - 2)
