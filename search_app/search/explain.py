"""Why an item was found: the words that match, with the compound they stand in, and the nearest sentence."""

from __future__ import annotations

from collections.abc import Sequence

from kg.model import Entry, Evidence, Why
from search_app.search.analysis import Analyzer, words
from search_app.search.lexical import Group
from search_app.search.units import Indexed, sentences

_MOST_WORDS = 12


def explain(
    entry: Entry,
    best: Entry,
    groups: Sequence[Group],
    analyzer: Analyzer,
    *,
    unit: int,
    lexical_rank: int | None,
    dense_rank: int | None,
) -> Why:
    """The reasons for one hit. `best` is the entry whose text was found, the item's own or a passage under its heading;
    `unit` is the number of its unit that is nearest in meaning.
    """
    units = Indexed(best).shown
    passage = units[min(unit, len(units) - 1)]
    matched = (word for one in _texts(entry, best) for word in matched_words(one, groups, analyzer))
    return Why(
        matched=tuple(dict.fromkeys(matched))[:_MOST_WORDS],
        sentence=_nearest_sentence(passage, groups, analyzer),
        lexical_rank=lexical_rank,
        dense_rank=dense_rank,
    )


def _texts(entry: Entry, best: Entry) -> tuple[Entry, ...]:
    return (entry,) if best is entry else (entry, best)


def _nearest_sentence(passage: str, groups: Sequence[Group], analyzer: Analyzer) -> str:
    """The sentence of the passage with the most matching words, the first where they match alike."""
    wanted = frozenset(term for group in groups for term in group.terms())

    def matching(sentence: str) -> int:
        telling = (token for token in analyzer.tokens(sentence) if token.folded not in words().stop)
        return len(wanted.intersection(term for token in telling for term in token.terms))

    return max(sentences(passage), key=matching, default=passage)


def nearest_evidence(best: Entry, why: Why, analyzer: Analyzer) -> tuple[Evidence, ...]:
    """The quote that shares most words with the nearest sentence, the first where several do."""
    wanted = {token.folded for token in analyzer.tokens(why.sentence or "")}

    def shared(evidence: Evidence) -> int:
        return len(wanted.intersection(token.folded for token in analyzer.tokens(evidence.quote)))

    return (max(best.item.evidence, key=shared),) if best.item.evidence else ()


def matched_words(entry: Entry, groups: Sequence[Group], analyzer: Analyzer) -> tuple[str, ...]:
    """The words of the item, as written there, that stand for a word of the question; never a function word.

    A function word may share its stem with a telling word: the stem of "Sicherheit" is "sich".
    """
    wanted = frozenset(term for group in groups for term in group.terms())
    text = f"{entry.item.label}\n{entry.item.description}"
    telling = (token for token in analyzer.tokens(text) if token.folded not in words().stop)
    found = (text[token.start : token.end] for token in telling if wanted.intersection(token.terms))
    return tuple(dict.fromkeys(found))[:_MOST_WORDS]
