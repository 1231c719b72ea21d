"""German term lists of the concepts, kept as TOML, and where their terms stand in a text.

A term matches inside a word, so that "radweg" finds "Ostseeradwegenetz"; `^` ties it to the word's start, `$` to its
end. A term of several words asks for all of them within a few words of each other, in any order.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from kg.mapping.words import Word, fold, words
from kg.model import Scheme, Span

_WINDOW = 8
_FILES = {
    Scheme.SDG_TARGET: "sdg-target.toml",
    Scheme.SMART_CITY: "smart-city.toml",
    Scheme.LEIPZIG_CHARTER: "leipzig-charter.toml",
    Scheme.TOPIC: "topic.toml",
}


@dataclass(frozen=True, slots=True)
class ConceptTerms:
    """What one concept's section of a term file says."""

    code: str
    phrases: tuple[str, ...]
    terms: tuple[str, ...]
    weak: tuple[str, ...]
    excluded: tuple[str, ...]
    like: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The words that speak for a concept: on their own (`strong`), or only together with other signs (`weak`)."""

    strong: tuple[Span, ...] = ()
    weak: tuple[Span, ...] = ()


@cache
def concept_terms(scheme: Scheme) -> tuple[ConceptTerms, ...]:
    """The sections of a scheme's term file, in its order: the concepts that are predicted."""
    return read_terms(_FILES[scheme])


def read_terms(file: str) -> tuple[ConceptTerms, ...]:
    """The sections of a term file, in its order."""
    source = resources.files("kg.mapping") / "data" / "terms" / file
    sections = tomllib.loads(source.read_text(encoding="utf-8"))
    return tuple(
        ConceptTerms(
            code,
            tuple(section["phrases"]),
            tuple(section.get("terms", ())),
            tuple(section.get("weak", ())),
            tuple(section.get("not", ())),
            tuple(section.get("like", ())),
        )
        for code, section in sections.items()
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of a term."""

    folded: str
    at_start: bool
    at_end: bool

    @classmethod
    def of(cls, written: str) -> _Part:
        return cls(fold(written.strip("^$")), written.startswith("^"), written.endswith("$"))


@dataclass(frozen=True, slots=True)
class _Term:
    code: str
    use: str
    parts: tuple[int, ...]


@dataclass(slots=True)
class TermIndex:
    """All terms of a scheme, ready to be looked up in many texts; words once seen are remembered."""

    within: list[tuple[str, int]] = field(default_factory=list)
    edges: dict[_Part, int] = field(default_factory=dict)
    by_first: dict[int, list[_Term]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def find(self, text: str) -> dict[str, Found]:
        """The concepts with a term in this text, each with the words that carry it."""
        listed = list(words(text))
        where: dict[int, list[int]] = defaultdict(list)
        for index, word in enumerate(listed):
            for part in self._parts_of(word):
                where[part].append(index)
        matched: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for part in where:
            for term in self.by_first.get(part, ()):
                for hit in _together(term.parts, where):
                    matched[term.code][term.use].update(hit)
        return {code: found for code, uses in matched.items() if (found := _found(uses, listed, text))}

    def _parts_of(self, word: Word) -> tuple[int, ...]:
        whole = self._lookup(word.folded)
        if not word.joined:
            return whole
        return tuple({*whole, *(part for reading in word.joined for part in self._lookup(reading))})

    def _lookup(self, folded: str) -> tuple[int, ...]:
        known = self.seen.get(folded)
        if known is None:
            known = tuple([number for part, number in self.within if part in folded]) + self._at_edges(folded)
            self.seen[folded] = known
        return known

    def _at_edges(self, folded: str) -> tuple[int, ...]:
        """The parts tied to a word's start or end: every beginning and ending of the word is looked up."""
        cuts = range(1, len(folded) + 1)
        wanted = [_Part(folded, True, True), *(_Part(folded[:cut], True, False) for cut in cuts)]
        wanted += [_Part(folded[-cut:], False, True) for cut in cuts]
        return tuple(self.edges[part] for part in wanted if part in self.edges)


def _together(parts: Sequence[int], where: Mapping[int, Sequence[int]]) -> list[set[int]]:
    """The sets of word positions at which all parts of a term stand close together."""
    if len(parts) == 1:
        return [set(where[parts[0]])]
    if any(part not in where for part in parts):
        return []
    hits = []
    for first in where[parts[0]]:
        hit = {first} | {min(where[part], key=lambda at: abs(at - first)) for part in parts[1:]}
        if max(hit) - min(hit) < _WINDOW:
            hits.append(hit)
    return hits


def _found(uses: Mapping[str, set[int]], listed: Sequence[Word], text: str) -> Found | None:
    void = uses.get("not", set())
    strong = sorted(uses.get("terms", set()) - void)
    weak = sorted(uses.get("weak", set()) - void - set(strong))

    def spans(positions: Sequence[int]) -> tuple[Span, ...]:
        return tuple(
            Span(listed[at].start, listed[at].end, text[listed[at].start : listed[at].end]) for at in positions
        )

    return Found(spans(strong), spans(weak)) if strong or weak else None


@cache
def term_index(scheme: Scheme) -> TermIndex:
    """The index over a scheme's term file."""
    return build_index(concept_terms(scheme))


def build_index(concepts: Sequence[ConceptTerms]) -> TermIndex:
    """An index over these concepts' terms."""
    index = TermIndex()
    numbers: dict[_Part, int] = {}
    for concept in concepts:
        uses = {"terms": concept.terms, "weak": concept.weak, "not": concept.excluded}
        for use, written in ((use, term) for use, terms in uses.items() for term in terms):
            parts = tuple(numbers.setdefault(_Part.of(part), len(numbers)) for part in written.split())
            index.by_first[parts[0]].append(_Term(concept.code, use, parts))
    index.within = [(part.folded, number) for part, number in numbers.items() if not (part.at_start or part.at_end)]
    index.edges = {part: number for part, number in numbers.items() if part.at_start or part.at_end}
    return index
