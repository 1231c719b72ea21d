"""Which questions share no word with the items relevant for them, as the lexical index sees words.

Stems and compound parts count, the thesaurus does not: where nothing is shared, only meaning can find the item.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.model import Entry, Goal, Measure
from search_app.search.analysis import Analyzer, dictionary
from search_app.search.evaluate import Collection
from search_app.search.labelled import entries
from search_app.search.query import parse

_SPELLINGS = frozenset({"typo", "ocr", "umlaut"})
"""Types whose words are misspelt, and so common words after all."""


def without_common_word(collection: Collection, labels: Path) -> list[int]:
    """Places of the queries none of whose relevant items has a word of the query in its label, description or topic.

    Relevant are the items of grade 2 and 3; what only touches the need (grade 1) may share words. `labels` is the
    folder that the items were read from. Queries with damaged spelling are never among them.
    """
    analyzer = Analyzer(dictionary())
    known = {entry.item.id: entry for entry in entries(labels).values()}
    terms = {key: _terms(_texts(entry, known), analyzer) for key, entry in collection.items.items()}
    found = []
    for place, query in enumerate(collection.queries):
        asked = _terms(parse(query.text).words, analyzer)
        if query.type not in _SPELLINGS and not any(asked & terms[key] for key in query.relevant):
            found.append(place)
    return found


def groups(collection: Collection, labels: Path) -> dict[str, list[int]]:
    """Places of the queries without a common word, then of each type."""
    found = {"no common word": without_common_word(collection, labels)}
    for place, query in enumerate(collection.queries):
        found.setdefault(query.type, []).append(place)
    return found


def _texts(entry: Entry, known: dict[str, Entry]) -> Iterable[str]:
    item = entry.item
    topic = known.get(item.topic_id or "") if isinstance(item, Goal | Measure) else None
    return (item.label, item.description, topic.item.label if topic else "")


def _terms(texts: Iterable[str], analyzer: Analyzer) -> frozenset[str]:
    return frozenset(term for text in texts for token in analyzer.tokens(text) for term in token.terms)
