"""Whether a question shares a word with the items judged for it, as the lexical index sees words.

Stems and compound parts count, the thesaurus does not: where nothing is shared, only meaning can find the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.model import Entry, Goal, Measure
from search_app.search.analysis import Analyzer
from search_app.search.query import parse

_SPELLINGS = frozenset({"typo", "ocr", "umlaut"})


def asked_terms(text: str, analyzer: Analyzer) -> frozenset[str]:
    """The terms of a question's telling words, without what it excludes."""
    return item_terms(parse(text).words, analyzer)


def item_terms(texts: Iterable[str], analyzer: Analyzer) -> frozenset[str]:
    """All terms of some texts."""
    return frozenset(term for text in texts for token in analyzer.tokens(text) for term in token.terms)


def terms_by_key(
    items: Mapping[str, Entry], topics: Mapping[str, str], analyzer: Analyzer
) -> dict[str, frozenset[str]]:
    """The terms of each item's label, description and topic; `topics` gives a topic's label by its id."""
    found = {}
    for key, entry in items.items():
        item = entry.item
        topic = topics.get(item.topic_id or "", "") if isinstance(item, Goal | Measure) else ""
        found[key] = item_terms((item.label, item.description, topic), analyzer)
    return found


def without_common_word(
    text: str, type_: str, judged: Iterable[str], terms: Mapping[str, frozenset[str]], analyzer: Analyzer
) -> bool:
    """Whether no judged item has a word of the question. A misspelt word is a common word, so such types are out."""
    asked = asked_terms(text, analyzer)
    return type_ not in _SPELLINGS and not any(asked & terms[key] for key in judged)
