"""One decision for each text and concept from what the methods say."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kg.encoding import Encoder
from kg.mapping import lexical, semantic, stated
from kg.mapping.terms import Found, concept_terms
from kg.model import Alignment, LinkMethod, Scheme, Span

_SCHEMES = (Scheme.SDG_TARGET, Scheme.SMART_CITY, Scheme.LEIPZIG_CHARTER)
_BASE = "https://w3id.org/insek/scheme/"
_SDG = "http://metadata.un.org/sdg/"
_THRESHOLD = 0.5
_BIAS, _STRONG, _WEAK, _NEAR = -3.4, 2.2, 0.6, 1.0


def iri(scheme: Scheme, code: str) -> str:
    """The concept's IRI."""
    return _SDG + code if scheme in (Scheme.SDG, Scheme.SDG_TARGET) else f"{_BASE}{scheme}/{code}"


def link(texts: Sequence[str], ids: Sequence[str], encoder: Encoder | None) -> list[tuple[Alignment, ...]]:
    """The accepted links of each text."""
    near = {scheme: _nearness(texts, scheme, encoder) for scheme in _SCHEMES}
    return [
        _links(text, item, {scheme: near[scheme][row] for scheme in _SCHEMES})
        for row, (text, item) in enumerate(zip(texts, ids, strict=True))
    ]


def _nearness(texts: Sequence[str], scheme: Scheme, encoder: Encoder | None) -> list[dict[str, float]]:
    if encoder is None or encoder.name.startswith("dummy") or not texts:
        return [{} for _ in texts]
    described = _described(scheme, encoder)
    rows = described.nearness(semantic.role(encoder, texts))
    return [dict(zip(described.codes, map(float, row), strict=True)) for row in rows]


def _described(scheme: Scheme, encoder: Encoder) -> semantic.Descriptions:
    return semantic.describe(scheme, encoder)


def _links(text: str, item: str, near: dict[Scheme, dict[str, float]]) -> tuple[Alignment, ...]:
    if not any(word.isalpha() and len(word) > 2 for word in text.split()):
        return ()
    named = stated.find_stated(text)
    found = lexical.find_terms(text)
    links: dict[tuple[Scheme, str], Alignment] = {}
    for scheme in _SCHEMES:
        for concept in concept_terms(scheme):
            code = concept.code
            words = found[scheme].get(code, Found())
            chance = _chance(words, near[scheme].get(code))
            if chance >= _THRESHOLD:
                links[scheme, code] = _alignment(item, scheme, code, words, chance, near[scheme].get(code))
                if scheme is Scheme.SDG_TARGET:
                    _roll_up(links, item, lexical.goal_of(code), words, chance, near[scheme].get(code))
    for (scheme, code), spans in named.items():
        links[scheme, code] = _stated(item, scheme, code, spans)
        if scheme is Scheme.SDG_TARGET:
            links[Scheme.SDG, lexical.goal_of(code)] = _stated(item, Scheme.SDG, lexical.goal_of(code), spans)
    return tuple(links.values())


def _chance(words: Found, near: float | None) -> float:
    signs = _STRONG * min(len(words.strong), 2) + _WEAK * min(len(words.weak), 2)
    score = _BIAS + signs + (_NEAR * near if near is not None else 1.5)
    return 1 / (1 + math.exp(-score))


def _alignment(item: str, scheme: Scheme, code: str, words: Found, chance: float, near: float | None) -> Alignment:
    evidence = words.strong + words.weak
    method, version = (LinkMethod.LEXICAL, lexical.VERSION) if words.strong else (LinkMethod.SEMANTIC, semantic.VERSION)
    shares = (("lexical", float(min(len(words.strong), 2))), ("semantic", near or 0.0))
    return Alignment(
        item, iri(scheme, code), scheme, code, method, version, chance, True, evidence=evidence, shares=shares
    )


def _roll_up(
    links: dict[tuple[Scheme, str], Alignment], item: str, goal: str, words: Found, chance: float, near: float | None
) -> None:
    known = links.get((Scheme.SDG, goal))
    if known is None or known.confidence < chance:
        links[Scheme.SDG, goal] = _alignment(item, Scheme.SDG, goal, words, chance, near)


def _stated(item: str, scheme: Scheme, code: str, spans: tuple[Span, ...]) -> Alignment:
    return Alignment(
        item,
        iri(scheme, code),
        scheme,
        code,
        LinkMethod.STATED,
        stated.VERSION,
        1.0,
        True,
        evidence=spans,
        shares=(("stated", 1.0),),
    )
