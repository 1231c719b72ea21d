"""All 10,978 German municipalities: found by name or key, and recognised in a document.

The facts lie in `ontologies/municipalities/` (see its README for sources and licences): `germany.tsv`,
`districts.tsv`, `laender.tsv`, `central-places.tsv`, and `towns.ttl`, whose statements go before those of the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from functools import cache, cached_property
from pathlib import Path

from kg.errors import UnknownMunicipality
from kg.model import Municipality
from kg.regions import FOLDER, central_places, states, table
from kg.town_names import base_key, designation_stripped, full_key, qualifiers

# A namesake is meant by the bare name where it has this many times the inhabitants of the next and is a city:
# "Frankfurt" is the one on the Main, "Neustadt" is nobody in particular.
_DOMINANCE = 10
_CITY = 20_000
_UNKNOWN_TOWN, _UNKNOWN_VILLAGE = 5_000, 1_000
_LISTED = 8


@cache
def load(more: Path | None = None) -> Gazetteer:
    """The gazetteer of all German municipalities. It is read once in a process.

    `more` is a Turtle file of towns as `kg.towns.add` writes it; what it says goes before our own.
    """
    return Gazetteer({row[0]: row for row in table("germany.tsv")}, more)


class Gazetteer:
    """Finds municipalities by key, by name, and in texts."""

    def __init__(self, rows: dict[str, list[str]], more: Path | None = None) -> None:
        self._rows, self._more = rows, more
        for town in self._described.values() if more else ():
            rows.setdefault(town.ags, [town.ags, town.name, *[""] * 7])

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, ags: str) -> Municipality | None:
        """The municipality of that eight-digit key, or None."""
        row = self._rows.get(ags)
        if row is None:
            return None
        return _completed(self._described.get(ags), _municipality(row))

    def keys(self) -> list[str]:
        """The keys (AGS) of all municipalities, in order."""
        return sorted(self._rows)

    def coordinates(self) -> Iterable[tuple[float, float]]:
        """Latitude and longitude (WGS 84) of all municipalities for which they are known."""
        return ((float(row[6]), float(row[7])) for row in self._rows.values() if row[6] and row[7])

    def find(self, name_or_ags: str, among: Collection[str] | None = None) -> Municipality:
        """The municipality of that key or name, in any usual form: "Torgau", "Stadt Torgau", "Herzberg/Elster".

        `among` limits the search to some keys, such as those that are published. A bare name that several share
        means the city that is ten times as large as the rest, if there is one. Raises UnknownMunicipality that
        lists the namesakes with their keys, or names that are spelt alike.
        """
        text = name_or_ags.strip()
        if text.isdigit():
            return self._by_key(text)
        keys = [ags for ags in self.candidates(text) if among is None or ags in among]
        chosen = self.prominent(keys)
        if chosen is not None:
            return chosen
        if keys:
            raise UnknownMunicipality(
                "{name!r}: {count} municipalities share this name: {namesakes}; give the full name or the AGS",
                name=text,
                count=len(keys),
                namesakes=self.listing(keys),
            )
        raise UnknownMunicipality(
            "{name!r}: no German municipality of this name{near}; give its name or eight-digit AGS",
            name=text,
            near=self._near(text),
        )

    def _by_key(self, key: str) -> Municipality:
        if len(key) != 8:
            raise UnknownMunicipality(
                "{key}: an AGS has eight digits, this has {count}; give all eight, such as 14730310",
                key=key,
                count=len(key),
            )
        found = self.get(key)
        if found is None:
            raise UnknownMunicipality("{key}: no German municipality has this AGS; check the digits", key=key)
        return found

    def candidates(self, name: str) -> list[str]:
        """Keys of all municipalities that this name may mean, largest first; empty where none is known."""
        stripped = designation_stripped(name)
        for text in dict.fromkeys((name, stripped)):
            if exact := self._full.get(full_key(text), []):
                bare = full_key(text) == base_key(text)
                return self._sorted({*exact, *(self._base.get(base_key(text), []) if bare else [])})
            said = qualifiers(text)
            same = [ags for ags in self._base.get(base_key(text), []) if _agree(said, qualifiers(self._rows[ags][1]))]
            if same:
                return self._sorted(same)
        return []

    def prominent(self, keys: Collection[str]) -> Municipality | None:
        """The one that a bare name means: the only one, or a city ten times as large as its next namesake."""
        ordered = self._sorted(keys)
        if not ordered:
            return None
        first = self._population(ordered[0])
        alone = len(ordered) == 1 or (first >= _CITY and first >= _DOMINANCE * self._population(ordered[1]))
        return self.get(ordered[0]) if alone else None

    @cached_property
    def bases(self) -> dict[str, list[str]]:
        """Keys of municipalities by the folded core of their name ("herzberg" for Herzberg (Elster))."""
        return self._base

    @cached_property
    def _described(self) -> dict[str, Municipality]:
        """The municipalities of which more is known than the table holds."""
        from kg.towns import read_towns

        towns = read_towns((FOLDER / "towns.ttl").read_bytes(), "towns.ttl")
        if self._more and self._more.exists():
            towns |= read_towns(self._more.read_bytes(), str(self._more))
        return towns

    @cached_property
    def _full(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for ags, row in self._rows.items():
            for name in filter(None, (row[1], row[3])):
                index.setdefault(full_key(name), []).append(ags)
        return index

    @cached_property
    def _base(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for ags, row in self._rows.items():
            index.setdefault(base_key(row[1]), []).append(ags)
        return index

    def _population(self, ags: str) -> int:
        """Inhabitants; where the table has none, what a town or village of its kind may well have."""
        row = self._rows[ags]
        return int(row[5]) if row[5] else _UNKNOWN_TOWN if "tadt" in row[2] else _UNKNOWN_VILLAGE

    def _sorted(self, keys: Iterable[str]) -> list[str]:
        return sorted(keys, key=lambda ags: (-self._population(ags), ags))

    def listing(self, keys: Collection[str]) -> str:
        """The municipalities of these keys with Land and AGS on one line, largest first, at most eight of them."""
        ordered = self._sorted(keys)
        shown = [f"{self._rows[ags][1]}, {states()[ags[:2]][0]} ({ags})" for ags in ordered[:_LISTED]]
        return "; ".join(shown) + (" …" if len(keys) > _LISTED else "")

    def _near(self, text: str) -> str:
        from rapidfuzz import process

        found = process.extract(full_key(text), self._full.keys(), limit=3, score_cutoff=75)
        names = [self._rows[self._full[key][0]] for key, _score, _index in found]
        return f" (near: {', '.join(f'{row[1]} {row[0]}' for row in names)})" if names else ""


def _agree(said: list[str], known: list[str]) -> bool:
    """Whether what was said after the name fits: "M." fits Main, nothing said fits all."""
    return all(any(word.startswith(part) or part.startswith(word) for word in known) for part in said)


def _completed(described: Municipality | None, tabled: Municipality) -> Municipality:
    """What is known of a town: what was stated of it, and from the tables what was not."""
    if described is None:
        return tabled
    stated = {each.name: value for each in fields(described) if (value := getattr(described, each.name))}
    return replace(tabled, **stated)


def _municipality(row: list[str]) -> Municipality:
    ags, name, _designation, _other, nuts3, population, latitude, longitude, geonames = row
    central_place, source = central_places().get(ags, (None, None))
    return Municipality(
        ags=ags,
        name=name,
        state=states()[ags[:2]][0],
        nuts3=nuts3 or None,
        population=int(population) if population else None,
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
        same_as=(f"https://sws.geonames.org/{geonames}/",) if geonames else (),
        central_place=central_place,
        central_place_source=source,
    )
