"""Numbers that plans print before titles: "6.1", "A1.2", "M 3", "1.1.1"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?P<prefix>[A-ZÄÖÜ]{1,3}(?=[ .\-–]?\d))?[ .\-–]?"
    r"(?P<digits>\d{1,3}(?:\.\d{1,2}(?!\d)){0,4})(?P<letter>[a-z](?![a-z]))?"
    r"(?P<end>[.):]?\s+|\s*[:–|]\s*|\.\s*(?=[A-ZÄÖÜ]))(?=\S)"
)
_NO_CODE = re.compile(r"(?:CO|NO|H|PM|O)\s?\d|[ABSLK] \d+[a-z]?$")
_ENTRY = re.compile(r"(?:[A-ZÄÖÜ]{1,3}[ .-]?)?\d{1,2}(?:\.\d{1,2}){0,3}\.?\s.*[^\W\d_][?!]?\s\d{1,3}")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d*\s*$|\s{3,}\d{1,3}\s*$|…+\s*\d+\s*$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as printed, its parts for comparing ("A", 1, 2), and how many characters it took with its end."""

    printed: str
    parts: tuple[str, ...]
    length: int

    @property
    def is_code(self) -> bool:
        """Whether the number has several parts, so that it is surely no count: "6.1", "A1.2", "M 3".

        Names of roads, gases and the like look the same ("B 87n", "CO2"): these are left out, at the price of plans
        that number their measures so.
        """
        return len(self.parts) > 1 and not _NO_CODE.match(self.printed)

    @property
    def form(self) -> tuple[bool, int]:
        """What numbers of one series share: whether a letter leads, and how many parts there are."""
        return self.parts[0].isalpha(), len(self.parts)

    @property
    def parent(self) -> tuple[str, ...]:
        """The parts of the number above: of "6.1" those of "6"."""
        return self.parts[:-1]


def numbered(text: str) -> Number | None:
    """The number that a text begins with, or None. Dates, years and amounts are no numbers of this kind."""
    match = _NUMBER.match(text)
    if not match or re.match(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}", text) or re.match(r"(?:19|20)\d\d\b", text):
        return None
    parts = tuple(part for part in (match["prefix"], *match["digits"].split("."), match["letter"]) if part)
    printed = text[: match.end()].strip().rstrip(".:)|– ")
    return Number(printed, parts, match.end())


def in_contents(text: str) -> bool:
    """Whether a line stands in a table of contents: it ends with dots or a wide gap and a page number, or begins
    with a chapter's number and ends with a page's."""
    return bool(_LEADERS.search(text) or _ENTRY.fullmatch(text))
