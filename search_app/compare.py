"""What towns plan alike, what only one of them plans, and how their plans spread over shared concepts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kg.errors import InvalidRequest
from kg.model import Counterpart, Entry, Kind, Municipality
from search_app.search.catalog import Catalog
from search_app.search.counterparts import THRESHOLD, candidates_of_each
from search_app.search.engine import Engine
from search_app.search.filters import Filters, size_class

if TYPE_CHECKING:
    from search_app.search.rows import Rows

_COMPARED = (Kind.GOAL, Kind.MEASURE)


class Coverage(StrEnum):
    """What is known of a town: a gap in a plan is something else than a plan that is not there."""

    PLANNED = "planned"
    NOT_MENTIONED = "not-mentioned"
    NOT_EXTRACTED = "not-extracted"
    NOT_AVAILABLE = "not-available"


@dataclass(frozen=True, slots=True)
class Cell:
    """One town and one concept: how many goals and measures, their share of all aligned ones there, and examples."""

    count: int
    share: float
    coverage: Coverage
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One concept over all compared towns, in the order asked for."""

    concept: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two towns: items that are alike, items without a counterpart, and the matrix over both.

    Every item stands in one pair at most. `also` pairs the others that are alike with their best counterpart, which
    stands in a pair already.
    """

    a: Municipality
    b: Municipality
    pairs: tuple[Counterpart, ...]
    also: tuple[Counterpart, ...]
    only_a: tuple[Entry, ...]
    only_b: tuple[Entry, ...]
    matrix: tuple[MatrixRow, ...]


def compare(engine: Engine, a: str, b: str, *, threshold: float = THRESHOLD) -> Comparison:
    """Compares two towns by their AGS. Raises InvalidRequest for one town twice or a town that is not published."""
    if a == b:
        raise InvalidRequest("compare needs two different towns, not {ags} twice", ags=a)
    first, second = town(engine.catalog, a), town(engine.catalog, b)
    own = _items(engine.catalog, a)
    others = _items(engine.catalog, b)
    pairs, also = _pairs(_alike(engine, own, b, threshold))
    alike = {entry.item.id for pair in (*pairs, *also) for entry in (pair.a, pair.b)}
    return Comparison(
        first,
        second,
        pairs,
        also,
        tuple(entry for entry in own if entry.item.id not in alike),
        tuple(entry for entry in others if entry.item.id not in alike),
        matrix(engine.catalog, (a, b)),
    )


def town(catalog: Catalog, ags: str) -> Municipality:
    """The published town of that AGS. Raises InvalidRequest."""
    if municipality := catalog.municipality(ags):
        return municipality
    raise InvalidRequest("no document of the town {ags} is published; 'insek status' lists the towns", ags=ags)


def _items(catalog: Catalog, ags: str) -> tuple[Entry, ...]:
    return catalog.select(Filters(municipalities=(ags,), kinds=_COMPARED), 0, catalog.size)[0]


def _alike(engine: Engine, own: Sequence[Entry], ags: str, threshold: float) -> list[Counterpart]:
    """Items of the one town with items of the other that are alike, most alike first."""
    candidates = candidates_of_each(engine, own, Filters(municipalities=(ags,), kinds=_COMPARED))
    found = [
        Counterpart(entry, hit.entry, hit.score, hit.why)
        for entry, hits in zip(own, candidates, strict=True)
        for hit in hits
        if hit.score >= threshold
    ]
    return sorted(found, key=lambda pair: -pair.score)


def _pairs(alike: Sequence[Counterpart]) -> tuple[tuple[Counterpart, ...], tuple[Counterpart, ...]]:
    """Pairs in which no item stands twice, the most alike first; then the best of each item that is left over."""
    seen: set[str] = set()
    pairs: list[Counterpart] = []
    also: list[Counterpart] = []
    for kept, wanted in ((pairs, all), (also, any)):
        for pair in alike:
            ids = {pair.a.item.id, pair.b.item.id}
            if wanted(identifier not in seen for identifier in ids):
                seen |= ids
                kept.append(pair)
    return tuple(pairs), tuple(also)


def matrix(
    catalog: Catalog, towns: Sequence[str], examples: int = 3, also: Collection[str] = ()
) -> tuple[MatrixRow, ...]:
    """Counts and shares of each concept in each of any number of towns (AGS), most frequent concepts first.

    The concepts are those that occur in one of the towns, and those in `also`.
    """
    counts = catalog.tally.by_town(_COMPARED, towns)
    concepts = {concept for _, concept in counts} | set(also)
    items = {ags: _rows(catalog, ags) for ags in towns}
    state = {ags: _coverage(catalog, ags, len(items[ags])) for ags in towns}
    names = _examples(catalog, counts, items, examples) if examples else {}
    rows = []
    for concept in concepts:
        cells = []
        for ags in towns:
            count = counts.get((ags, concept), 0)
            share = count / len(items[ags]) if len(items[ags]) else 0.0
            coverage = Coverage.PLANNED if count else state[ags]
            cells.append(Cell(count, share, coverage, names.get((ags, concept), ())))
        rows.append(MatrixRow(concept, tuple(cells)))
    return tuple(sorted(rows, key=lambda row: (-sum(cell.share for cell in row.cells), row.concept)))


def _rows(catalog: Catalog, ags: str) -> Rows:
    found = catalog.rows(Filters(municipalities=(ags,), kinds=_COMPARED))
    assert found is not None
    return found


def _coverage(catalog: Catalog, ags: str, items: int) -> Coverage:
    if items:
        return Coverage.NOT_MENTIONED
    return Coverage.NOT_EXTRACTED if catalog.documents(ags) else Coverage.NOT_AVAILABLE


def _examples(
    catalog: Catalog, cells: Iterable[tuple[str, str]], items: Mapping[str, Rows], limit: int
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Ids of the first items of each cell, a town (AGS) and a concept (IRI), by the numbers of the towns' items."""
    found = {
        (ags, concept): catalog.carrying(items[ags], f"concept:{concept}")[:limit].tolist() for ags, concept in cells
    }
    ids = catalog.ids({row for rows in found.values() for row in rows})
    return {cell: tuple(ids[row] for row in rows) for cell, rows in found.items()}


def beside_average(catalog: Catalog, towns: Sequence[str]) -> Sequence[tuple[MatrixRow, float | None]]:
    """The matrix of these towns (AGS); one town alone has the mean share of its size class beside each row, if any."""
    beside = against_size_class(catalog, towns[0]) if len(towns) == 1 else ()
    return beside or [(row, None) for row in matrix(catalog, towns, examples=0)]


def against_size_class(catalog: Catalog, ags: str) -> tuple[tuple[MatrixRow, float], ...]:
    """A town's row for each concept, beside the mean share of the other published towns of its size class.

    Towns without any extracted item do not count. Widest difference first; empty where the class has no other town.
    """
    own = town(catalog, ags)
    peers = [
        other.ags
        for other in catalog.municipalities()
        if other.ags != ags and size_class(other.population) == size_class(own.population)
    ]
    mean, counted = catalog.tally.mean_shares(_COMPARED, peers)
    if not counted:
        return ()
    found = [(row, mean.get(row.concept, 0.0)) for row in matrix(catalog, (ags,), examples=0, also=mean)]
    return tuple(sorted(found, key=lambda pair: -abs(pair[0].cells[0].share - pair[1])))
