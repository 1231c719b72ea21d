"""A plan's own topic names mapped to the shared topics."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from kg.mapping.lexical import find_terms
from kg.mapping.words import fold
from kg.model import Alignment, LinkMethod, Scheme, Span
from kg.vocabulary import concept, concepts, other_labels

VERSION = "topic-names-1"
_PARTS = re.compile(r"\s*(?:[,;/&:–]|\s-\s|\bund\b|\bsowie\b)\s*")
_EXACT, _CLOSE, _BROAD = ("exact", 0.98), ("close", 0.9), ("broad", 0.9)
"""How a name matches, with the share of right links rounded down. On the 54 names of `data/labelled/topics.tsv`
(own and real ones): exact 21 of 21, close 15 of 15, broad 21 of 22 right; 57 of 60 found."""


def map_topic(item_id: str, name: str) -> tuple[Alignment, ...]:
    """The shared topics that a plan's topic name means, none where the name says nothing of them.

    The whole name is a label of one topic: exact. It consists of parts that are labels or hold its terms: close
    where all of it points to one topic, broad where its parts point to several ("Verkehr und technische
    Infrastruktur").
    """
    labels = _labels()
    if (whole := labels.get(_key(name))) is not None:
        return (_link(item_id, whole, *_EXACT, (Span(0, len(name), name),)),)
    found: dict[str, list[Span]] = {}
    for start, end in _spans(name):
        part = name[start:end]
        for code, span in _of_part(part, labels):
            found.setdefault(code, []).append(Span(start + span.start, start + span.end, span.text))
    how = _CLOSE if len(found) == 1 else _BROAD
    return tuple(_link(item_id, code, *how, tuple(spans)) for code, spans in found.items())


def _of_part(part: str, labels: dict[str, str]) -> list[tuple[str, Span]]:
    if code := labels.get(_key(part)):
        return [(code, Span(0, len(part), part))]
    terms = find_terms(part)[Scheme.TOPIC]
    return [(code, found.strong[0]) for code, found in terms.items() if found.strong]


def _spans(name: str) -> list[tuple[int, int]]:
    cuts = [(0, 0), *(match.span() for match in _PARTS.finditer(name)), (len(name), len(name))]
    pairs = [(left[1], right[0]) for left, right in pairwise(cuts)]
    return [(start, end) for start, end in pairs if end > start]


@cache
def _labels() -> dict[str, str]:
    """Every label of every shared topic, folded; a label that two topics share belongs to the first."""
    named: dict[str, str] = {}
    for shared in concepts(Scheme.TOPIC):
        for _, label in (*shared.labels, *other_labels(shared.iri)):
            named.setdefault(_key(label), shared.notation)
    return named


def _key(name: str) -> str:
    return fold(" ".join(name.split()))


def _link(item: str, code: str, match: str, confidence: float, evidence: tuple[Span, ...]) -> Alignment:
    return Alignment(
        item,
        concept(code, Scheme.TOPIC).iri,
        Scheme.TOPIC,
        code,
        LinkMethod.LEXICAL,
        VERSION,
        confidence,
        True,
        evidence=evidence,
        shares=((match, 1.0),),
    )
