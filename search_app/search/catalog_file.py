"""The SQLite file of a generation's items: written at once, or as the previous one with what changed.

Rows are numbered in the order in which they are written, and a number is never used again, so that the search index,
which numbers alike, can keep what it holds of unchanged documents.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import serial
from kg.model import Document, Entry, Kind, Municipality, Plan
from search_app.search import stored
from search_app.search.filters import document_term
from search_app.search.tally import SCHEMA as TALLY
from search_app.search.tally import TallyWriter
from search_app.search.units import Indexed, with_context

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.uint32]

FILE = "catalog.sqlite"
VERSION = 5
_BATCH = 2_000
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE entry (row INTEGER PRIMARY KEY, id TEXT UNIQUE, counts_for INTEGER, data BLOB);
CREATE INDEX item ON entry (row) WHERE row = counts_for;
CREATE INDEX passage ON entry (row, counts_for) WHERE row <> counts_for;
CREATE TABLE gone (row INTEGER PRIMARY KEY);
CREATE TABLE term (term TEXT PRIMARY KEY, count INTEGER, rows BLOB, passages BLOB) WITHOUT ROWID;
CREATE INDEX frequent ON term (count DESC, term);
CREATE TABLE municipality (ags TEXT PRIMARY KEY, name TEXT, data BLOB) WITHOUT ROWID;
CREATE TABLE plan (id TEXT PRIMARY KEY, ags TEXT, data BLOB) WITHOUT ROWID;
CREATE TABLE document (id TEXT PRIMARY KEY, ags TEXT, pages INTEGER, language TEXT, data BLOB) WITHOUT ROWID;
{TALLY};
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from a generation in the folder `previous`: the documents and plans (ids) that are gone."""

    previous: Path
    documents: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()

    @property
    def terms(self) -> list[str]:
        """The filter terms that what is gone carries."""
        return [document_term(document) for document in self.documents]

    def digest(self, before: str) -> hashlib._Hash:
        """Where the digest of ids goes on from, for catalogue and index alike."""
        return hashlib.sha256("\n".join((before, *self.documents, "")).encode())


def write(
    directory: Path,
    entries: Iterable[Entry],
    *,
    plans: Iterable[Plan] = (),
    documents: Iterable[Document] = (),
    municipalities: Iterable[Municipality] = (),
    change: Change | None = None,
) -> str:
    """Writes `catalog.sqlite` into the directory and returns the digest of the ids in their order.

    With a `change`, the file is the previous one without what is gone, and entries, plans and documents are those
    that came. Towns are always all: those of the entries and those given, so that a town whose documents yielded
    nothing is still known.
    """
    path = directory / FILE
    path.unlink(missing_ok=True)
    if change:
        shutil.copyfile(change.previous / FILE, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + ("" if change else _SCHEMA))
        writer = _Writer(connection, change)
        if change:
            writer.remove(change)
        for plan in plans:
            stripped = replace(plan, topics=(), areas=(), goals=(), measures=())
            connection.execute(
                "INSERT OR REPLACE INTO plan VALUES (?,?,?)", (plan.id, plan.municipality, serial.to_json(stripped))
            )
        for document in documents:
            source = document.source
            values = (document.id, source.municipality, len(document.pages), document.language, serial.to_json(source))
            connection.execute("INSERT OR REPLACE INTO document VALUES (?,?,?,?,?)", values)
        digest = writer.add(entries, {town.ags: town for town in municipalities})
        connection.commit()
    return digest


class _Writer:
    """Removes and adds entries of an open file."""

    def __init__(self, connection: sqlite3.Connection, change: Change | None) -> None:
        self._connection = connection
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        self._first = int(meta.get("extent", 0))
        self._digest = change.digest(meta["digest"]) if change else hashlib.sha256()
        self._tally = TallyWriter()

    def remove(self, change: Change) -> None:
        """Removes all that belongs to the documents that are gone."""
        import numpy as np

        parts = [part for term in change.terms for part in self._postings(term)]
        rows = np.sort(np.concatenate(parts)) if parts else np.empty(0, np.uint32)
        marks = [(int(row),) for row in rows]
        asked = "SELECT data FROM entry WHERE row = ?"
        entries = [stored.restore(data) for mark in marks for (data,) in self._connection.execute(asked, mark)]
        for entry in entries:
            if entry.kind is not Kind.PASSAGE:
                self._tally.remove(entry)
        self._connection.executemany("DELETE FROM entry WHERE row = ?", marks)
        self._connection.executemany("INSERT INTO gone VALUES (?)", marks)
        self._connection.executemany("DELETE FROM document WHERE id = ?", [(one,) for one in change.documents])
        self._connection.executemany("DELETE FROM plan WHERE id = ?", [(one,) for one in change.plans])
        self._drop(rows, {term for one in with_context(entries) for term in one.terms})

    def _drop(self, rows: Rows, terms: Iterable[str]) -> None:
        """Takes row numbers out of the postings of the terms that their entries carried."""
        import numpy as np

        for term in terms:
            items, passages = (part[np.isin(part, rows, invert=True)] for part in self._postings(term))
            if len(items) + len(passages):
                self._put(term, items.tobytes(), passages.tobytes())
            else:
                self._connection.execute("DELETE FROM term WHERE term = ?", (term,))

    def _postings(self, term: str) -> tuple[Rows, Rows]:
        import numpy as np

        found = self._connection.execute("SELECT rows, passages FROM term WHERE term = ?", (term,)).fetchone()
        items, passages = found or (b"", b"")
        return np.frombuffer(items, np.uint32), np.frombuffer(passages, np.uint32)

    def _put(self, term: str, items: bytes, passages: bytes) -> None:
        values = (term, len(items) // array("I").itemsize, items, passages)
        self._connection.execute("INSERT OR REPLACE INTO term VALUES (?,?,?,?)", values)

    def add(self, entries: Iterable[Entry], towns: dict[str, Municipality]) -> str:
        """Adds entries with their terms and counts; the digest over all ids."""
        items: dict[str, array[int]] = {}
        passages: dict[str, array[int]] = {}
        following = self._first
        for batch in _batches(with_context(entries, self._first)):
            for one in batch:
                for term in one.terms:
                    (items if one.row == one.counts_for else passages).setdefault(term, array("I")).append(one.row)
                towns.setdefault(one.entry.municipality.ags, one.entry.municipality)
                if one.row == one.counts_for:
                    self._tally.add(one.entry)
                self._digest.update(one.entry.item.id.encode() + b"\n")
            rows = ((one.row, one.entry.item.id, one.counts_for, stored.dump(one.entry)) for one in batch)
            self._connection.executemany("INSERT INTO entry VALUES (?,?,?,?)", rows)
            following += len(batch)
        none = array("I")
        for term in items.keys() | passages.keys():
            old_items, old_passages = (part.tobytes() for part in self._postings(term))
            fresh_items, fresh_passages = (found.get(term, none).tobytes() for found in (items, passages))
            self._put(term, old_items + fresh_items, old_passages + fresh_passages)
        self._tally.write(self._connection)
        self._close(towns, following)
        return self._digest.hexdigest()

    def _close(self, towns: dict[str, Municipality], extent: int) -> None:
        self._connection.execute("DELETE FROM municipality")
        self._connection.executemany(
            "INSERT INTO municipality VALUES (?,?,?)",
            ((town.ags, town.name, serial.to_json(town)) for town in towns.values()),
        )
        meta = {"version": str(VERSION), "digest": self._digest.hexdigest(), "extent": str(extent)}
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", meta.items())


def _batches(indexed: Iterator[Indexed]) -> Iterator[list[Indexed]]:
    from itertools import islice

    while batch := list(islice(indexed, _BATCH)):
        yield batch
