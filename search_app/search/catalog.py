"""Published items in one SQLite file, read: by id, by filter, with counts.

Items and passages are numbered in the order they are written; the search index numbers them in the same order. For
each filter term the numbers of its items are kept as one sorted array, and those of its passages as another, so that
a filter costs a few reads and set operations. Lists and counts are of items; passages are met in searches only.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg import serial
from kg.errors import IndexMismatch, NotFound, NotPublished
from kg.model import Entry, Municipality, Plan, Source
from search_app.search import stored
from search_app.search.catalog_file import FILE, VERSION
from search_app.search.filters import Filters
from search_app.search.relations import parents_of
from search_app.search.rows import among, without
from search_app.search.tally import Tally

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from search_app.search.rows import Rows

_KEPT_POSTINGS = 256
REMOVED = -2


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A published document: where it came from, in which language, with how many pages."""

    id: str
    source: Source
    language: str
    pages: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter value with the number of items that carry it under the other filters."""

    field: str
    value: str
    count: int


class Catalog:
    """Reads `catalog.sqlite` of a generation. Safe to use from several threads.

    Raises NotPublished where there is no catalogue, IndexMismatch for one of another version.
    """

    def __init__(self, directory: Path) -> None:
        path = directory / FILE
        if not path.is_file():
            raise NotPublished("{directory}: nothing published here; run 'insek build'", directory=directory)
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        meta = dict(self._connection.execute("SELECT key, value FROM meta"))
        if meta.get("version") != str(VERSION):
            raise IndexMismatch(
                "{path}: catalogue of version {found}, this program reads {expected}; rebuild with 'insek build'",
                path=path,
                found=meta.get("version"),
                expected=VERSION,
            )
        self.tally = Tally(self._connection)
        self._kept_postings = lru_cache(_KEPT_POSTINGS)(self._read_postings)
        self._everything = lru_cache(2)(self._read_everything)
        self.digest: str = meta["digest"]
        self.size: int = self._count("entry WHERE row = counts_for")
        self.extent: int = int(meta["extent"])
        self.removed: int = self._count("gone")

    def _count(self, what: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def get(self, identifier: str) -> Entry:
        """The item of that id. Raises NotFound."""
        found = self._connection.execute("SELECT data FROM entry WHERE id = ?", (identifier,)).fetchone()
        if found is None:
            raise NotFound("no item {identifier!r} is published", identifier=identifier)
        return stored.restore(found[0])

    def row_of(self, identifier: str) -> int:
        """The number of an item. Raises NotFound."""
        found = self._connection.execute("SELECT row FROM entry WHERE id = ?", (identifier,)).fetchone()
        if found is None:
            raise NotFound("no item {identifier!r} is published", identifier=identifier)
        return int(found[0])

    def at(self, rows: Sequence[int]) -> tuple[Entry, ...]:
        """The items of those numbers, in that order."""
        found: dict[int, bytes] = {}
        for start in range(0, len(rows), 500):
            part = [int(row) for row in rows[start : start + 500]]
            marks = ",".join("?" * len(part))
            found |= dict(self._connection.execute(f"SELECT row, data FROM entry WHERE row IN ({marks})", part))
        return tuple(stored.restore(found[int(row)]) for row in rows)

    def entries(self) -> Iterable[Entry]:
        """All items in their order."""
        for (data,) in self._connection.execute("SELECT data FROM entry WHERE row = counts_for ORDER BY row"):
            yield stored.restore(data)

    def rows(self, filters: Filters, *, passages: bool = False) -> Rows | None:
        """The sorted numbers of the items that pass, and of the passages if asked; None when nothing is filtered."""
        groups = [[self._postings(term, passages=passages) for term in group] for group in filters.groups()]
        found: Rows | None = None
        for parts in sorted(groups, key=lambda parts: sum(map(len, parts))):
            found = self._united(parts if found is None else [among(found, part) for part in parts])
        for term in filters.excluded():
            everything = self.everything(passages=passages) if found is None else found
            found = without(everything, self._postings(term, passages=passages))
        return found

    def carrying(self, rows: Rows, term: str) -> Rows:
        """Those of some items (sorted numbers) that carry a filter term."""
        return among(rows, self._postings(term))

    def _united(self, parts: Sequence[Rows]) -> Rows:
        """All numbers of several sorted arrays, sorted. Marking them is many times as fast as sorting."""
        import numpy as np

        if len(parts) == 1:
            return parts[0]
        marked = np.zeros(self.extent, np.bool_)
        for part in parts:
            marked[part] = True
        return np.flatnonzero(marked).astype(np.uint32)

    def everything(self, *, passages: bool = False) -> Rows:
        """The sorted numbers of all items, and of all passages if asked."""
        return self._everything(passages)

    def _read_everything(self, passages: bool) -> Rows:
        import numpy as np

        if passages:
            return np.setdiff1d(np.arange(self.extent, dtype=np.uint32), self._gone(), assume_unique=True)
        found = self._connection.execute("SELECT row FROM entry WHERE row = counts_for ORDER BY row")
        return np.fromiter((row for (row,) in found), np.uint32)

    def counts_for(self) -> NDArray[np.int64]:
        """For each number the item it counts for: itself for an item, -1 for a passage that stands for itself.

        Numbers of what was removed, whose vectors may still be met, have -2.
        """
        import numpy as np

        rows = np.arange(self.extent)
        passages = self._connection.execute("SELECT row, counts_for FROM entry WHERE row <> counts_for")
        found = np.fromiter(passages, np.dtype((np.int64, 2)))
        rows[found[:, 0]] = found[:, 1]
        rows[self._gone()] = REMOVED
        return rows

    def _gone(self) -> Rows:
        import numpy as np

        return np.fromiter((row for (row,) in self._connection.execute("SELECT row FROM gone ORDER BY row")), np.uint32)

    def _postings(self, term: str, *, passages: bool = False) -> Rows:
        return self._kept_postings(term, passages)

    def _read_postings(self, term: str, passages: bool) -> Rows:
        import numpy as np

        found = self._connection.execute("SELECT rows, passages FROM term WHERE term = ?", (term,)).fetchone()
        if found is None:
            return np.empty(0, np.uint32)
        items, others = (np.frombuffer(part, dtype=np.uint32) for part in found)
        return self._united([items, others]) if passages and len(others) else items

    def select(self, filters: Filters, offset: int = 0, limit: int = 50) -> tuple[tuple[Entry, ...], int]:
        """A page of the items that pass, in stable order, and how many pass in all."""
        rows = self.rows(filters)
        if rows is None:
            page = "SELECT row FROM entry WHERE row = counts_for ORDER BY row LIMIT ? OFFSET ?"
            found = [row for (row,) in self._connection.execute(page, (limit, offset))]
            return self.at(found), self.size
        return self.at(rows[offset : offset + limit].tolist()), len(rows)

    def ids(self, rows: Iterable[int]) -> dict[int, str]:
        """The ids of the items of those numbers, which is cheaper than the items themselves."""
        asked = "SELECT row, id FROM entry WHERE row IN (SELECT value FROM json_each(?))"
        return dict(self._connection.execute(asked, (json.dumps(sorted(rows)),)))

    def facets(
        self, filters: Filters, limit: int = 50, *, passing: Callable[[Filters], Rows | None] | None = None
    ) -> dict[str, tuple[Facet, ...]]:
        """For each field its most frequent values among the items that pass the filters on the other fields.

        `passing` narrows the items further: it gives the sorted row numbers of those that pass some filters.
        """
        fields: dict[str, list[Facet]] = {}
        masks: dict[Filters, NDArray[np.bool_] | None] = {}
        for term, count in self._connection.execute("SELECT term, count FROM term ORDER BY count DESC, term"):
            field, _, value = term.partition(":")
            listed = fields.setdefault(field, [])
            if len(listed) >= limit:
                continue
            others = filters.without(field)
            if others not in masks:
                masks[others] = self._mask((passing or self.rows)(others))
            mask = masks[others]
            left = count if mask is None else int(mask[self._postings(term, passages=passing is not None)].sum())
            if left:
                listed.append(Facet(field, value, left))
        return {field: tuple(sorted(values, key=lambda facet: -facet.count)) for field, values in fields.items()}

    def _mask(self, rows: Rows | None) -> NDArray[np.bool_] | None:
        import numpy as np

        if rows is None:
            return None
        mask = np.zeros(self.extent, dtype=np.bool_)
        mask[rows] = True
        return mask

    def count(self, filters: Filters) -> int:
        """How many items pass."""
        rows = self.rows(filters)
        return self.size if rows is None else len(rows)

    def children(self, identifier: str) -> tuple[Entry, ...]:
        """The items that name this one as the one they are part of, serve or belong to."""
        parent = self.get(identifier)
        same_plan, _ = self.select(Filters(plans=(parent.item.plan_id,)), 0, self.size)
        return tuple(entry for entry in same_plan if identifier in parents_of(entry))

    def municipalities(self) -> tuple[Municipality, ...]:
        """All towns with a document or an item, by name."""
        return tuple(self._towns.values())

    def municipality(self, ags: str) -> Municipality | None:
        """The town of that AGS, None where nothing of it is published."""
        return self._towns.get(ags)

    @cached_property
    def _towns(self) -> dict[str, Municipality]:
        found = self._connection.execute("SELECT data FROM municipality ORDER BY name, ags")
        towns = (serial.from_json(data, Municipality) for (data,) in found)
        return {town.ags: town for town in towns}

    def plans(self, municipality: str | None = None) -> tuple[Plan, ...]:
        """All plans, or those of one town (AGS), without their items."""
        found = self._connection.execute(
            "SELECT data FROM plan WHERE ?1 IS NULL OR ags = ?1 ORDER BY ags, id", (municipality,)
        )
        return tuple(serial.from_json(data, Plan) for (data,) in found)

    def plan(self, identifier: str) -> Plan:
        """The plan of that id, without its items. Raises NotFound."""
        found = self._connection.execute("SELECT data FROM plan WHERE id = ?", (identifier,)).fetchone()
        if found is None:
            raise NotFound("no plan {identifier!r} is published", identifier=identifier)
        return serial.from_json(found[0], Plan)

    def documents(self, municipality: str | None = None) -> tuple[DocumentRecord, ...]:
        """All documents, or those of one town (AGS)."""
        found = self._connection.execute(
            "SELECT id, data, language, pages FROM document WHERE ?1 IS NULL OR ags = ?1 ORDER BY ags, id",
            (municipality,),
        )
        return tuple(
            DocumentRecord(name, serial.from_json(data, Source), language, pages)
            for name, data, language, pages in found
        )
