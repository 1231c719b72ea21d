"""What the official key says: Länder, districts, and size classes of municipalities."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from kg.errors import UnknownMunicipality

FOLDER = files("ontologies") / "municipalities"
"""Where the facts on municipalities lie."""


class PopulationClass(StrEnum):
    """Size classes of German spatial research (BBSR): 100,000, 20,000 and 5,000 inhabitants divide them."""

    LARGE = "large-city"
    MEDIUM = "medium-sized-town"
    SMALL = "small-town"
    RURAL = "rural-municipality"


def population_class(population: int | None) -> PopulationClass | None:
    """The size class of that number of inhabitants, None where the number is not known."""
    if population is None:
        return None
    if population >= 100_000:
        return PopulationClass.LARGE
    if population >= 20_000:
        return PopulationClass.MEDIUM
    return PopulationClass.SMALL if population >= 5_000 else PopulationClass.RURAL


@dataclass(frozen=True, slots=True)
class District:
    """A Landkreis or kreisfreie Stadt: its five-digit key, name, kind, area in km² and inhabitants (2021)."""

    key: str
    name: str
    kind: str
    nuts3: str
    area: float
    population: int


@cache
def districts() -> dict[str, District]:
    """The 400 districts by the first five digits of the AGS."""
    return {
        key: District(key, name, kind, nuts3, float(area), int(population))
        for key, name, kind, nuts3, area, population in table("districts.tsv")
    }


@cache
def central_places() -> dict[str, tuple[str, str]]:
    """Rank of a municipality among central places and the plan that gives it, by AGS; only those that are known."""
    return {ags: (rank, source) for ags, _name, rank, source in table("central-places.tsv")}


@cache
def states() -> dict[str, tuple[str, str]]:
    """German and English name of each Land by the first two digits of the AGS."""
    return {code: (german, english) for code, german, english, _nuts1 in table("laender.tsv")}


def table(name: str) -> Iterable[list[str]]:
    """The rows of one of our tables, without its header."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines[1:])


def check_ags(text: str) -> str:
    """The eight digits of a key. Raises UnknownMunicipality where it is malformed or its Land does not exist."""
    if not re.fullmatch(r"\d{8}", text) or text[:2] not in states():
        raise UnknownMunicipality("{key!r} is not an AGS: eight digits, the first two a Land from 01 to 16", key=text)
    return text


def check_nuts3(text: str | None, ags: str) -> str | None:
    """A NUTS-3 code of the municipality's Land, as it was given. Raises UnknownMunicipality where it is malformed."""
    state, region = next((row[1], row[3]) for row in table("laender.tsv") if row[0] == ags[:2])
    if text is not None and not re.fullmatch(region + r"[0-9A-Z]{2}", text):
        raise UnknownMunicipality(
            "{code!r} is not a NUTS-3 code of {state}: {region} and two more digits or capital letters",
            code=text,
            state=state,
            region=region,
        )
    return text
