"""The stated method: the text itself names an SDG, a Smart-City dimension or a dimension of the Charter."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from kg.model import Scheme, Span

VERSION = "stated-2"
_NUMBER = re.compile(r"\d{1,2}(?:\.(?:\d{1,2}|[a-d]))?")
_GOALS = range(1, 18)


@dataclass(frozen=True, slots=True)
class _Names:
    numbered: tuple[re.Pattern[str], ...]
    named: tuple[tuple[Scheme, str, re.Pattern[str]], ...]


def find_stated(text: str) -> dict[tuple[Scheme, str], tuple[Span, ...]]:
    """The concepts that the text names, with the words that name them.

    "Ziel 11" alone is a plan's own numbering and no SDG; a number counts only beside "SDG", "Agenda 2030" and the
    like. "Smart City" or "grüner" alone name no dimension.
    """
    names = _names()
    found: dict[tuple[Scheme, str], list[Span]] = {}
    for pattern in names.numbered:
        for match in pattern.finditer(text):
            for number in _NUMBER.finditer(text, *match.span("numbers")):
                if int(number[0].partition(".")[0]) in _GOALS:
                    scheme = Scheme.SDG_TARGET if "." in number[0] else Scheme.SDG
                    found.setdefault((scheme, number[0]), []).append(_span(match))
    for scheme, code, pattern in names.named:
        found.setdefault((scheme, code), []).extend(_span(match) for match in pattern.finditer(text))
    return {key: tuple(dict.fromkeys(spans)) for key, spans in found.items() if spans}


def _span(match: re.Match[str]) -> Span:
    return Span(match.start(), match.end(), match[0])


@cache
def _names() -> _Names:
    source = resources.files("kg.mapping") / "data" / "terms" / "stated.toml"
    sections = tomllib.loads(source.read_text(encoding="utf-8"))

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE)

    named = tuple(
        (Scheme(name), code, compiled(pattern))
        for name, section in sections.items()
        for code, patterns in section["names"].items()
        for pattern in patterns
    )
    return _Names(tuple(compiled(pattern) for pattern in sections["sdg"]["numbered"]), named)
