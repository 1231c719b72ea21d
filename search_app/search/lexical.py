"""The lexical index: tantivy over the terms of our German analyser, scored as evidence between 0 and 1.

Each word of a question is one group of alternatives: its own stem, its compound parts, what its acronym stands for,
its synonyms, near spellings where the word itself is unknown. A group counts once, with its best alternative. The
BM25 score is divided by the most that the question could have scored, so that 1 means "every word, strongly" and a
stray match of one word in seven stays near 0. Plain rank fusion, tried first, let such stray matches spoil the result.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg import wordlist
from kg.wordlist import WordList
from search_app.search import forms
from search_app.search.analysis import Analyzer, dictionary, fold, words
from search_app.search.forms import Forms
from search_app.search.query import Query
from search_app.search.thesaurus import Thesaurus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VOCABULARY = "vocabulary.marisa"
_NOUNS = "nouns.marisa"
_WRITTEN = "written.marisa"
_KNOWN = "known.marisa"
_HEAP_BYTES = 128_000_000
_SATURATION = 2.2
"""The most one word can score in BM25 with k1 = 1.2, as a multiple of its inverse document frequency."""

_ENOUGH_WORDS = 8
"""A long text need not match in full: its eight rarest words would be all the evidence one can ask for."""

_LABEL_REPEATS = 2
_PARTS_WEIGHT = 0.75
_SYNONYM_WEIGHT = 0.6
_FUZZY_WEIGHT = 0.7
_FUZZY_CUTOFF = 84
_MOST_PREFIXED = 64


@dataclass(slots=True)
class Group:
    """The alternatives of one word of a question: terms that stand for it together, with their weight.

    `meanings` are the same alternatives, apart from the word itself, as words to read.
    """

    word: str
    alternatives: list[tuple[tuple[str, ...], float]] = field(default_factory=list)
    meanings: list[str] = field(default_factory=list)

    def terms(self) -> frozenset[str]:
        """All terms that may stand for the word."""
        return frozenset(term for terms, _ in self.alternatives for term in terms)


class Texts(NamedTuple):
    """What the index takes of an item: its number, its texts, what stands around it, and its filter terms."""

    row: int
    label: str
    description: str
    around: str
    filters: Sequence[str]


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True, indexed=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("filters", tokenizer_name="raw", index_option="basic")
    return builder.build()


def build(directory: Path, texts: Iterable[Texts], previous: Path | None = None, gone: Sequence[str] = ()) -> None:
    """Writes the index over the items.

    With `previous`, the folder of an index, the new one shares its files, which are never written again, leaves out
    what carries one of the filter terms `gone`, and adds the items.
    """
    import tantivy

    directory.mkdir(parents=True)
    if previous:
        _link(previous, directory)
    else:
        wordlist.write(directory / _NOUNS, dictionary())
        forms.write_known(directory / _KNOWN)
    index = tantivy.Index(_schema(), path=str(directory))
    analyzer = Analyzer(WordList(directory / _NOUNS) if previous else dictionary())
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    for term in gone:
        writer.delete_documents_by_term("filters", term)
    vocabulary = set(WordList(previous / _VOCABULARY).words()) if previous else set()
    stop = words().stop
    written = set(Forms(previous / _WRITTEN).all()) if previous else set()
    for one in texts:
        title, body, around = (list(analyzer.tokens(text)) for text in (one.label, one.description, one.around))
        found = title * _LABEL_REPEATS + body + around
        terms = [term for token in found if token.folded not in stop for term in token.terms]
        for token in title + body:
            if token.folded not in vocabulary:
                vocabulary.add(token.folded)
                written.add(token.word)
                vocabulary.update(analyzer.splitter.parts(token.folded))
        document = tantivy.Document()
        document.add_unsigned("row", one.row)
        document.add_text("terms", " ".join(terms))
        document.add_text("words", " ".join(token.folded for token in title + body))
        for term in one.filters:
            document.add_text("filters", term)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    wordlist.write(directory / _VOCABULARY, vocabulary)
    forms.write(directory / _WRITTEN, written)


def _link(previous: Path, directory: Path) -> None:
    for path in previous.iterdir():
        if path.suffix != ".lock" and path.name not in (_VOCABULARY, _WRITTEN):
            (directory / path.name).hardlink_to(path)


class LexicalIndex:
    """Opens what `build` wrote."""

    def __init__(self, directory: Path) -> None:
        import tantivy

        self._index = tantivy.Index.open(str(directory))
        self._schema = _schema()
        self._searcher = self._index.searcher()
        self._directory = directory
        self.size: int = self._searcher.num_docs

    @cached_property
    def vocabulary(self) -> WordList:
        """All folded words and compound parts of the items."""
        return WordList(self._directory / _VOCABULARY)

    @cached_property
    def written(self) -> Forms:
        """The words of the items as they are written there."""
        return Forms(self._directory / _WRITTEN)

    @cached_property
    def known(self) -> Forms:
        """The words of the dictionaries as they are written."""
        return Forms(self._directory / _KNOWN)

    @cached_property
    def nouns(self) -> WordList:
        """The folded nouns that compounds are split into."""
        return WordList(self._directory / _NOUNS)

    @cached_property
    def analyzer(self) -> Analyzer:
        """The analyser that the items were indexed with."""
        return Analyzer(self.nouns)

    @cached_property
    def thesaurus(self) -> Thesaurus:
        """What else words may be called."""
        return Thesaurus(self.analyzer)

    def groups(self, query: Query) -> list[Group]:
        """The words of a question with all that may stand for them."""
        prefixed = [
            Group(f"{prefix}*", [((term,), 1.0) for term in self._prefixed(prefix)]) for prefix in query.prefixes
        ]
        return [self._group(word) for word in query.words] + prefixed

    def _group(self, word: str) -> Group:
        own, *parts = self.analyzer.terms(word)
        group = Group(word, [((own,), 1.0)])
        if parts:
            group.alternatives.append((tuple(parts[:3]), _PARTS_WEIGHT))
        self._widen(group, word, _SYNONYM_WEIGHT)
        if not self._known(group.terms()):
            for near in self._similar(fold(word)):
                group.alternatives.append(((self.analyzer.stem(near),), _FUZZY_WEIGHT))
                group.meanings.append(near)
                self._widen(group, near, _FUZZY_WEIGHT * _SYNONYM_WEIGHT)
        return group

    def _known(self, terms: Iterable[str]) -> bool:
        return any(map(self.frequency, terms))

    def _widen(self, group: Group, word: str, weight: float) -> None:
        for meaning in self.thesaurus.meanings(word):
            group.meanings.append(meaning)
            if terms := self.thesaurus.content(meaning):
                group.alternatives.append((terms, weight))

    def _similar(self, folded: str) -> list[str]:
        """Known words, of the items or the synonym lists, that a mistyped word may mean."""
        from rapidfuzz import fuzz, process

        if len(folded) < 5:
            return []
        known = (*self.vocabulary.words(), *map(fold, self.thesaurus.spellings))
        near = [word for word in known if abs(len(word) - len(folded)) <= 2]
        found = process.extract(folded, near, scorer=fuzz.ratio, limit=3, score_cutoff=_FUZZY_CUTOFF)
        return list(dict.fromkeys(word for word, _, _ in found))

    def _prefixed(self, prefix: str) -> list[str]:
        found = self.vocabulary.starting_with(prefix, _MOST_PREFIXED)
        return list(dict.fromkeys(self.analyzer.stem(word) for word in found))

    def frequency(self, term: str) -> int:
        """How many items have the term."""
        return int(self._searcher.doc_freq("terms", term))

    def _idf(self, term: str) -> float:
        frequency = self.frequency(term)
        return math.log(1 + (self.size - frequency + 0.5) / (max(frequency, 1) + 0.5))

    def search(
        self,
        groups: Sequence[Group],
        filters: Sequence[Sequence[str]],
        limit: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Row numbers of the best matching items and their evidence between 0 and 1, best first.

        `filters` are groups of terms as in `Filters.groups`.
        """
        import numpy as np
        import tantivy

        nothing = np.empty(0, np.int64), np.empty(0, np.float32)
        if not groups or not self.size:
            return nothing
        strengths = [max(self._idf(term) for term in group.terms()) for group in groups if group.terms()]
        most = _SATURATION * sum(sorted(strengths, reverse=True)[:_ENOUGH_WORDS])
        matching = [self._group_query(group) for group in groups if group.alternatives]
        clauses = [(tantivy.Occur.Must, tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in matching]))]
        clauses += [(tantivy.Occur.Must, self._filter_query(group)) for group in filters]
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=limit, count=False).hits
        if not found:
            return nothing
        rows = self._searcher.fast_field_values("row", [address for _, address in found])
        return np.asarray(rows, np.int64), np.asarray([score for score, _ in found], np.float32) / most

    def _group_query(self, group: Group) -> Any:
        import tantivy

        best = max(self._idf(term) for term in group.terms())
        options = []
        for terms, weight in group.alternatives:
            each = [tantivy.Query.term_query(self._schema, "terms", term) for term in terms]
            total = sum(self._idf(term) for term in terms)
            share = weight * min(1.0, best / total) if total else weight
            joined = (
                each[0] if len(each) == 1 else tantivy.Query.boolean_query([(tantivy.Occur.Should, q) for q in each])
            )
            options.append(tantivy.Query.boost_query(joined, share))
        return options[0] if len(options) == 1 else tantivy.Query.disjunction_max_query(options, 0.0)

    def _filter_query(self, terms: Sequence[str]) -> Any:
        import tantivy

        each = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "filters", term)) for term in terms]
        return tantivy.Query.const_score_query(tantivy.Query.boolean_query(each), 0.0)

    def with_phrase(self, phrase: Sequence[str]) -> NDArray[np.int64]:
        """Sorted row numbers of the items that contain these folded words next to each other."""
        import tantivy

        if len(phrase) == 1:
            return self._all(tantivy.Query.term_query(self._schema, "words", phrase[0]))
        return self._all(tantivy.Query.phrase_query(self._schema, "words", list(phrase)))

    def with_word(self, word: str) -> NDArray[np.int64]:
        """Sorted row numbers of the items that contain the word in any form or as part of a compound."""
        import tantivy

        if fold(word) in words().stop:
            return self.with_phrase((word,))
        return self._all(tantivy.Query.term_query(self._schema, "terms", self.analyzer.terms(word)[0]))

    def _all(self, query: Any) -> NDArray[np.int64]:
        import numpy as np

        found = self._searcher.search(query, limit=max(self.size, 1), count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in found]) if found else []
        return np.sort(np.asarray(rows, np.int64))
