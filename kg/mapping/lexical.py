"""The lexical method: concepts whose German terms stand in the text."""

from __future__ import annotations

from collections.abc import Iterable

from kg.mapping.terms import Found, concept_terms, term_index
from kg.model import Scheme, Span

VERSION = "lexical-2"
_INHERITING = (Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER, Scheme.TOPIC)


def find_terms(text: str) -> dict[Scheme, dict[str, Found]]:
    """For each scheme the concepts with a term in this text. A goal has the terms of all its targets; dimensions,
    the Charter and topics have their own terms and those of the targets that they list as alike."""
    targets = term_index(Scheme.SDG_TARGET).find(text)
    found = {Scheme.SDG_TARGET: targets, Scheme.SDG: _goals(targets)}
    for scheme in _INHERITING:
        own = term_index(scheme).find(text)
        found[scheme] = {
            concept.code: joined
            for concept in concept_terms(scheme)
            if (concept.code in own or not targets.keys().isdisjoint(concept.like))
            and (joined := _join([*_of(own, (concept.code,)), *_of(targets, concept.like)]))
        }
    return found


def goal_of(target: str) -> str:
    """The goal's code of a target's: "11" of "11.3"."""
    return target.partition(".")[0]


def _goals(targets: dict[str, Found]) -> dict[str, Found]:
    goals: dict[str, Found] = {}
    for goal in {goal_of(code) for code in targets}:
        if joined := _join([found for code, found in targets.items() if goal_of(code) == goal]):
            goals[goal] = joined
    return goals


def _of(found: dict[str, Found], codes: Iterable[str]) -> list[Found]:
    return [found[code] for code in codes if code in found]


def _join(found: list[Found]) -> Found | None:
    strong = _distinct(span for each in found for span in each.strong)
    weak = _distinct(span for each in found for span in each.weak if span not in strong)
    return Found(strong, weak) if strong or weak else None


def _distinct(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(set(spans), key=lambda span: span.start))
