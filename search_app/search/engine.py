"""Hybrid search: meaning and matching words in one score, inside the filters.

The score of an item adds up: its similarity in meaning and its late-interaction score, each in standard deviations
above what any text reaches, and its lexical evidence between 0 and 1. So words count where they really match, and
meaning decides where they do not. A passage beside the items counts for the item below whose heading it stands, else
for itself, in both cases less than an item of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.encoding import Encoder
from kg.errors import InvalidRequest
from kg.model import Entry, Hit, Why
from search_app.search import index
from search_app.search.catalog import Catalog, Facet
from search_app.search.duplicates import grouped
from search_app.search.explain import explain, nearest_evidence
from search_app.search.filters import Filters
from search_app.search.late import TokenIndex, late_encoder
from search_app.search.lexical import Group, LexicalIndex
from search_app.search.meaning import Meaning, meanings
from search_app.search.query import Query, parse
from search_app.search.rows import standing
from search_app.search.spelling import Meant, Speller
from search_app.search.vectors import Candidates, VectorIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Rows = NDArray[np.uint32]
    Floats = NDArray[np.float32]

LEXICAL_WEIGHT = 10.0
LATE_WEIGHT = 2.0
MOST_HITS = 1_000
_DEPTH = 400
_MOST_DUPLICATES = 50
_LEAST_SCORE = 2.0
_PASSAGE_PENALTY = 3.0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits, how many items were found in all, and for a question the row numbers of all of them.

    `meant` says how a question was read where that is not as it was typed.
    """

    total: int
    hits: tuple[Hit, ...]
    rows: Ints | None = field(default=None, compare=False, repr=False)
    meant: Meant | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Row numbers of the found items, best first, with their scores and their rank in each list (0: not in it).

    `best` is the row whose text was found, the item's own or that of a passage; `units` is its nearest unit.
    """

    rows: Ints
    scores: Floats
    lexical_ranks: Ints
    dense_ranks: Ints
    units: Ints
    best: Ints

    def relevant(self) -> Ranking:
        """Without the items that no word matches and that are hardly nearer in meaning than any text."""
        matched = (self.lexical_ranks > 0) & (self.best == self.rows)
        return self.at(matched | (self.scores >= _LEAST_SCORE) | (self.dense_ranks == 0))

    def at(self, places: NDArray[np.generic]) -> Ranking:
        """Only those places, in that order."""
        return Ranking(*(getattr(self, each.name)[places] for each in fields(self)))


class Engine:
    """Searches a generation's catalogue and index.

    Raises NotPublished where there is none, IndexMismatch where it was built with another encoder or version.
    """

    def __init__(self, directory: Path, encoder: Encoder, candidates: Candidates | None = None) -> None:
        self.directory = directory
        self.catalog = Catalog(directory)
        self.encoder = encoder
        index.check(index.read_manifest(directory), encoder, self.catalog.digest)
        self.counts_for = self.catalog.counts_for()
        self.vectors = VectorIndex(directory / index.FOLDER / "vectors", candidates)
        self.lexical = LexicalIndex(directory / index.FOLDER / "lexical")
        tokens = TokenIndex(directory / index.FOLDER / "late") if late_encoder(encoder.name) else None
        self.meaning = Meaning(encoder, self.vectors, tokens, self.lexical, self.counts_for)
        self.speller = Speller(self.lexical)

    def search(self, query: str, filters: Filters | None = None, k: int = 10, offset: int = 0) -> SearchResult:
        """The `k` best items from `offset` on. A blank query lists all items that pass the filters.

        "…" demands an exact phrase, -word excludes, word* is a prefix. A query of nothing but punctuation or stop
        words finds nothing. Raises InvalidRequest unless 1 ≤ k ≤ 1000 and offset ≥ 0.
        """
        self.check_page(k, offset)
        filters = filters or Filters()
        parsed = self.read(query)
        if not query.strip():
            return self._browse(filters, k, offset)
        groups = self.lexical.groups(parsed)
        ranking = self._found(parsed, filters, groups)
        entries = self.catalog.at(ranking.rows.tolist()[: offset + k + _MOST_DUPLICATES])
        listed = grouped(entries)
        total = len(ranking.rows) - len(entries) + len(listed)
        hits = []
        for place, (first, others) in enumerate(listed[offset : offset + k]):
            hit = self._hit(entries[first], ranking, first, groups)
            same = tuple(entries[other].item.id for other in others)
            hits.append(replace(hit, rank=offset + place + 1, duplicates=same))
        return SearchResult(total, tuple(hits), ranking.rows, self.speller.meant(query))

    def read(self, query: str) -> Query:
        """A question taken apart, in its proper spelling."""
        return parse(self.speller.corrected(query))

    def _found(self, query: Query, filters: Filters, groups: Sequence[Group]) -> Ranking:
        """The relevant items; none for a question that says nothing."""
        return self.rank(query, filters, groups).relevant() if query.telling else _unranked(None)

    def facets(
        self, query: str, filters: Filters, limit: int = 50, known: Ints | None = None
    ) -> dict[str, tuple[Facet, ...]]:
        """For each field the most frequent values among what the question finds under the filters on other fields.

        `known` are the rows that a search with the same question and filters has found already.
        """
        import numpy as np

        if not query.strip():
            return self.catalog.facets(filters, limit)
        parsed = self.read(query)
        groups = self.lexical.groups(parsed)

        def found(narrowed: Filters) -> Rows:
            rows = known if narrowed == filters else None
            return np.sort(self._found(parsed, narrowed, groups).rows if rows is None else rows).astype(np.uint32)

        return self.catalog.facets(filters, limit, passing=found)

    @staticmethod
    def check_page(k: int, offset: int) -> None:
        """Raises InvalidRequest unless 1 ≤ k ≤ 1000 and offset ≥ 0."""
        if not 1 <= k <= MOST_HITS:
            raise InvalidRequest("k is {k}; ask for 1 to {most} results at a time", k=k, most=MOST_HITS)
        if offset < 0:
            raise InvalidRequest("offset is {offset}; it counts from 0", offset=offset)

    def _browse(self, filters: Filters, k: int, offset: int) -> SearchResult:
        entries, total = self.catalog.select(filters, offset, k)
        hits = (Hit(entry, offset + number, 0.0, Why()) for number, entry in enumerate(entries, start=1))
        return SearchResult(total, tuple(hits))

    def _hit(self, entry: Entry, ranking: Ranking, position: int, groups: Sequence[Group]) -> Hit:
        own = ranking.best[position] == ranking.rows[position]
        best = entry if own else self.catalog.at([int(ranking.best[position])])[0]
        why = explain(
            entry,
            best,
            groups,
            self.lexical.analyzer,
            unit=int(ranking.units[position]),
            lexical_rank=int(ranking.lexical_ranks[position]) or None,
            dense_rank=int(ranking.dense_ranks[position]) or None,
        )
        passage = nearest_evidence(best, why, self.lexical.analyzer)
        return Hit(entry, position + 1, float(ranking.scores[position]), why, passage=passage)

    def rank(self, query: Query, filters: Filters, groups: Sequence[Group] | None = None) -> Ranking:
        """All found items of a query in order."""
        import numpy as np

        rows = self._allowed(query, filters)
        if not query.text:
            return _unranked(rows)
        groups = self.lexical.groups(query) if groups is None else groups
        words, evidence = self.words(groups, filters, rows)
        asked = self.meaning.asked(query.text, meanings(groups))
        candidates = np.union1d(words, self.meaning.nearest(asked, rows, _DEPTH))
        if not len(candidates):
            return _unranked(candidates)
        lexical = np.zeros(len(candidates), np.float32)
        lexical[np.searchsorted(candidates, words)] = evidence
        dense, (near, units) = self.meaning.similarity(asked, candidates), self.meaning.near(asked, candidates)
        scores = dense + LATE_WEIGHT * near + LEXICAL_WEIGHT * lexical
        owners = self.counts_for[candidates]
        scores -= np.where(owners == candidates, 0, _PASSAGE_PENALTY).astype(np.float32)
        nearest = candidates[np.argsort(-dense, kind="stable")]
        ranking = Ranking(
            np.where(owners < 0, candidates, owners),
            scores,
            _ranks(candidates, words),
            _ranks(candidates, nearest),
            units,
            candidates,
        )
        return _each_once(ranking.at(np.argsort(-scores, kind="stable")))

    def words(self, groups: Sequence[Group], filters: Filters, rows: Ints | None) -> tuple[Ints, Floats]:
        """Row numbers of the items in which words match, best first, with their evidence between 0 and 1."""
        found, evidence = self.lexical.search(groups, filters.groups(), _DEPTH)
        kept = slice(None) if rows is None else standing(found, rows)
        return found[kept], evidence[kept]

    def lists(self, text: str, filters: Filters, k: int = 10) -> dict[str, list[str]]:
        """Ids of the best items by matching words alone, by sentence vectors alone, and by all together."""
        query = self.read(text)
        if query.empty:
            return {"lexical": [], "dense": [], "hybrid": []}
        rows = self._allowed(query, filters)
        groups = self.lexical.groups(query)
        words, _ = self.words(groups, filters, rows)
        asked = self.meaning.asked(query.text)
        found = {
            "lexical": words[:k],
            "dense": self.meaning.nearest(asked, rows, _DEPTH)[:k],
            "hybrid": self.rank(query, filters).rows[:k],
        }
        return {name: [entry.item.id for entry in self.catalog.at(each.tolist())] for name, each in found.items()}

    def _allowed(self, query: Query, filters: Filters) -> Ints | None:
        """Sorted numbers of the items that filters, phrases and exclusions leave, or None for all."""
        import numpy as np

        found = self.catalog.rows(filters, passages=True)
        rows = None if found is None else found.astype(np.int64)
        for phrase in query.phrases:
            having = self.lexical.with_phrase(phrase)
            rows = having if rows is None else np.intersect1d(rows, having, assume_unique=True)
        for words in query.excluded:
            having = self.lexical.with_word(words[0]) if len(words) == 1 else self.lexical.with_phrase(words)
            everything = self.catalog.everything(passages=True).astype(np.int64) if rows is None else rows
            rows = everything[~np.isin(everything, having) & ~np.isin(self.counts_for[everything], having)]
        return rows


def _unranked(rows: Ints | None) -> Ranking:
    import numpy as np

    rows = np.empty(0, np.int64) if rows is None else rows
    none = np.zeros(len(rows), np.int64)
    return Ranking(rows, none.astype(np.float32), none, none, none, rows)


def _each_once(ranking: Ranking) -> Ranking:
    """Each item at its best place only."""
    import numpy as np

    _, first = np.unique(ranking.rows, return_index=True)
    return ranking.at(np.sort(first))


def _ranks(candidates: Ints, ordered: Ints) -> Ints:
    import numpy as np

    ranks = np.zeros(len(candidates), np.int64)
    ranks[np.searchsorted(candidates, ordered)] = np.arange(1, len(ordered) + 1)
    return ranks
