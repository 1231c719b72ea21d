"""Counts over everything that is published, kept in the catalogue: a question costs what it answers, not what there is.

Items are counted by town, kind and concept. An empty town stands for all towns, an empty concept for any or none.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence

from kg.model import Entry, Kind

SCHEMA = """CREATE TABLE tally (
    ags TEXT, kind TEXT, concept TEXT, items INTEGER, PRIMARY KEY (ags, kind, concept)
) WITHOUT ROWID;
CREATE INDEX every_concept ON tally (ags, kind, items) WHERE concept = ''"""

_CHOSEN = "ags IN (SELECT value FROM json_each(:towns)) AND kind IN (SELECT value FROM json_each(:kinds))"
_TOTALS = f"SELECT ags, sum(items) AS total FROM tally WHERE concept = '' AND {_CHOSEN} GROUP BY ags"
_SUMS_OF_SHARES = (
    f"SELECT concept, sum(1.0 * items / total) FROM tally JOIN ({_TOTALS}) USING (ags) "
    f"WHERE concept <> '' AND {_CHOSEN} GROUP BY concept"
)


class TallyWriter:
    """Counts the items that are added and removed, and writes the counts once."""

    def __init__(self) -> None:
        self._items: Counter[tuple[str, str, str]] = Counter()

    def add(self, entry: Entry) -> None:
        """Counts an item for its town and for all, for each concept that it is linked to and for none."""
        self._count(entry, 1)

    def remove(self, entry: Entry) -> None:
        """Takes an item out of the counts."""
        self._count(entry, -1)

    def _count(self, entry: Entry, by: int) -> None:
        concepts = {alignment.concept for alignment in entry.alignments if alignment.accepted}
        for ags in ("", entry.municipality.ags):
            for concept in ("", *concepts):
                self._items[ags, entry.kind.value, concept] += by

    def write(self, connection: sqlite3.Connection) -> None:
        """Adds the counts to the table."""
        connection.executemany(
            "INSERT INTO tally VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET items = items + excluded.items",
            ((*key, count) for key, count in self._items.items()),
        )
        connection.execute("DELETE FROM tally WHERE items = 0")


class Tally:
    """Reads the counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def by_town(self, kinds: Sequence[Kind] = (), towns: Sequence[str] | None = None) -> dict[tuple[str, str], int]:
        """How many items of a town (AGS) are linked to a concept (IRI), in these towns or all: the pairs that occur."""
        counts: Counter[tuple[str, str]] = Counter()
        for ags, concept, items in self._rows(kinds, towns):
            if ags and concept:
                counts[ags, concept] += items
        return dict(counts)

    def by_concept(self, kinds: Sequence[Kind] = ()) -> dict[str, int]:
        """How many items of all towns are linked to each concept (IRI) that occurs."""
        counts: Counter[str] = Counter()
        for _, concept, items in self._rows(kinds, [""]):
            if concept:
                counts[concept] += items
        return dict(counts)

    def by_kind(self) -> dict[tuple[str, Kind], int]:
        """How many items of a kind a town (AGS) has, where it has any."""
        found = self._connection.execute("SELECT ags, kind, items FROM tally WHERE concept = '' AND ags <> ''")
        return {(ags, Kind(kind)): items for ags, kind, items in found}

    def mean_shares(self, kinds: Sequence[Kind], towns: Sequence[str]) -> tuple[dict[str, float], int]:
        """For each concept (IRI) that occurs in these towns (AGS) the mean, over the towns that have items of these
        kinds, of the share of these that is linked to it; and how many such towns there are.
        """
        chosen = {"kinds": json.dumps([kind.value for kind in kinds]), "towns": json.dumps(list(towns))}
        counted = self._connection.execute(f"SELECT count(*) FROM ({_TOTALS})", chosen).fetchone()[0]
        sums = self._connection.execute(_SUMS_OF_SHARES, chosen)
        return {concept: float(total) / counted for concept, total in sums}, int(counted)

    def _rows(self, kinds: Sequence[Kind], towns: Sequence[str] | None) -> Iterator[tuple[str, str, int]]:
        chosen = [kind.value for kind in kinds or Kind]
        asked = f"SELECT ags, concept, items FROM tally WHERE kind IN ({','.join('?' * len(chosen))})"
        if towns is None:
            yield from self._connection.execute(asked, chosen)
        for ags in towns or ():
            yield from self._connection.execute(f"{asked} AND ags = ?", [*chosen, ags])
