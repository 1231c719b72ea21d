"""The German analyser: from text to the terms that the lexical index compares.

A word yields its stem (Snowball, which also makes ä, ae and an a that lost its dots the same) and the stems of its
compound parts, so that "Radverkehrskonzept" and "Konzept für den Radverkehr" meet. "Rad- und Fußwege" yields
"Radwege" too. Planning acronyms and synonyms are data (words.toml) and widen queries only.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from search_app.search.compounds import Splitter

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
_LOST_SHARP_S = re.compile(r"(?<=[a-zäöü])B(?=[a-zäöü])")
_SUSPENDED = re.compile(r"-\s*(?:/\s*|,\s*|(?:und|oder|sowie|bzw\.)\s)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST_WORD = 60


class Token(NamedTuple):
    """A word of a text: where it stands, as written, folded, and the terms it is found under (its own stem first)."""

    start: int
    end: int
    word: str
    folded: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The content of words.toml, folded where words are compared."""

    stop: frozenset[str]
    links: tuple[str, ...]
    modifiers: frozenset[str]
    heads: frozenset[str]
    never: frozenset[str]
    acronyms: dict[str, str]
    synonyms: tuple[tuple[str, ...], ...]
    meanings: dict[str, tuple[str, ...]]


def fold(text: str) -> str:
    """Lower case without umlauts, ß, accents and ligatures: "Grünflächen" and "Gruenflaechen" become one.

    "MaBnahmen" is read as "Maßnahmen", a frequent slip of text recognition.
    """
    text = _LOST_SHARP_S.sub("ß", unicodedata.normalize("NFKC", text)).lower().translate(_UMLAUTS)
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def words() -> Words:
    """The words that the analyser knows beside its dictionary."""
    data, glossary = _data("words.toml"), _data("glossary.toml")
    return Words(
        stop=frozenset(data["stop"].split()),
        links=tuple(data["links"]),
        modifiers=frozenset(data["modifiers"].split()),
        heads=frozenset(data["heads"].split()),
        never=frozenset(data["never"].split()),
        acronyms=data["acronyms"],
        synonyms=tuple(tuple(group) for group in data["synonyms"]["groups"]),
        meanings={word: tuple(plan_words) for word, plan_words in glossary["meanings"].items()},
    )


@lru_cache(maxsize=1)
def dictionary() -> frozenset[str]:
    """The folded nouns of simplemma's German word list (about 0.8 million forms; takes two seconds once)."""
    nouns = (fold(word) for word in _listed("de") if len(word) > 2 and word[0].isupper() and word[1:].islower())
    return frozenset(nouns) - words().never


def known_words() -> Iterator[str]:
    """Every word that needs no correction: simplemma's German and English lists, and the names of municipalities."""
    from kg.regions import table

    yield from (word for word in _listed("de") if len(word) > 2 and word.isalpha())
    yield from (word.lower() for word in _listed("en") if len(word) > 2 and word.isalpha())
    yield from (part for row in table("germany.tsv") for part in _WORD.findall(row[1]) if len(part) > 2)


def _listed(language: str) -> Iterable[str]:
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    return DefaultDictionaryFactory(1).get_dictionary(language)


class Analyzer:
    """Turns text into tokens. `nouns` are the words that compounds are split into."""

    def __init__(self, nouns: Container[str]) -> None:
        from Stemmer import Stemmer

        known = words()
        self.splitter = Splitter(nouns, known.modifiers, known.heads, known.links)
        self._stemmer = Stemmer("german")
        self._cached = lru_cache(maxsize=300_000)(self._terms)
        self._read = lru_cache(maxsize=300_000)(self._folded_terms)

    def stem(self, folded: str) -> str:
        """The stem of a folded word."""
        return str(self._stemmer.stemWord(folded))

    def _folded_terms(self, word: str) -> tuple[str, tuple[str, ...]]:
        folded = fold(word)[:_LONGEST_WORD]
        return folded, self._cached(folded)

    def _terms(self, folded: str) -> tuple[str, ...]:
        parts = self.splitter.parts(folded)
        smaller = [part for whole in parts for part in self.splitter.parts(whole)]
        leaves = self.leaves(folded)
        beginnings = ["".join(leaves[:count]) for count in range(2, len(leaves))]
        return tuple(dict.fromkeys(self.stem(word) for word in (folded, *parts, *smaller, *beginnings)))

    def leaves(self, folded: str) -> list[str]:
        """The smallest parts of a compound: "kinder", "betreuung", "einrichtungen"; a simple word is its own part."""
        parts = self.splitter.parts(folded)
        return [leaf for part in parts for leaf in self.leaves(part)] if parts else [folded]

    def terms(self, word: str) -> tuple[str, ...]:
        """The terms one word is found under: its own stem, then those of its parts."""
        return self._cached(fold(word)[:_LONGEST_WORD])

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text in order, with their places in it."""
        matches = list(_WORD.finditer(text))
        for number, match in enumerate(matches):
            end = match.end()
            folded, terms = self._read(match.group())
            if text.startswith("-", end) and _SUSPENDED.match(text, end):
                terms = (*terms, *self._completed(folded, text, matches[number + 1 : number + 8]))
            yield Token(match.start(), end, match.group(), folded, terms)

    def _completed(self, folded: str, text: str, following: list[re.Match[str]]) -> tuple[str, ...]:
        """Terms of the whole word that a suspended hyphen stands for: "Rad-" before "Fußwege" is "Radwege"."""
        for match in following:
            if _SUSPENDED.match(text, match.end()) or not match.group()[0].isupper():
                continue
            parts = self.splitter.parts(fold(match.group()))
            return (self.stem(folded + parts[-1]), self.stem(parts[-1])) if parts else ()
        return ()
