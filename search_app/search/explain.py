"""Why an item was found: the words that match, with the compound they stand in, and the nearest sentence."""

from __future__ import annotations

from collections.abc import Sequence

from kg.model import Entry, Why
from search_app.search.analysis import Analyzer
from search_app.search.lexical import Group
from search_app.search.units import Indexed, sentences

_MOST_WORDS = 12


def explain(
    entry: Entry,
    groups: Sequence[Group],
    analyzer: Analyzer,
    *,
    unit: int,
    lexical_rank: int | None,
    dense_rank: int | None,
) -> Why:
    """The reasons for one hit. `unit` is the number of the item's unit that is nearest in meaning."""
    units = Indexed(entry).units
    passage = units[min(unit, len(units) - 1)]
    return Why(
        matched=matched_words(entry, groups, analyzer),
        sentence=_nearest_sentence(passage, groups, analyzer),
        lexical_rank=lexical_rank,
        dense_rank=dense_rank,
    )


def _nearest_sentence(passage: str, groups: Sequence[Group], analyzer: Analyzer) -> str:
    """The sentence of the passage with the most matching words, the first where they match alike."""
    wanted = frozenset(term for group in groups for term in group.terms())

    def matching(sentence: str) -> int:
        return len(wanted.intersection(term for token in analyzer.tokens(sentence) for term in token.terms))

    return max(sentences(passage), key=matching, default=passage)


def matched_words(entry: Entry, groups: Sequence[Group], analyzer: Analyzer) -> tuple[str, ...]:
    """The words of the item, as written there, that stand for a word of the question."""
    wanted = frozenset(term for group in groups for term in group.terms())
    text = f"{entry.item.label}\n{entry.item.description}"
    found = (text[token.start : token.end] for token in analyzer.tokens(text) if wanted.intersection(token.terms))
    return tuple(dict.fromkeys(found))[:_MOST_WORDS]
