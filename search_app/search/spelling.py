"""Questions as a dictionary would spell them, so that slips find what the clean question finds.

A word with umlauts written out or lost ("Gruenflaechen", "Grunflachen", "MaBnahmen") or without its capital gets the
written form of the word lists. A word that no list, no item and no compound knows is read as the one word that a slip
of typing or of text recognition made it from; where several are as likely, it stays as it is. Words in quotes are
never changed. What it brings is in docs/search.md.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from search_app.search.analysis import fold, words
from search_app.search.forms import bare, unmarked
from search_app.search.query import tidy
from search_app.search.slips import slips

if TYPE_CHECKING:
    from search_app.search.lexical import LexicalIndex

_PARTS = re.compile(r'["„“”»][^"„“”«»]+["“”«]|(?<!\S)-\S+|[^\W_]+\*|(?P<word>[^\W_]+)')
_SPACE = re.compile(r"(\s+)")
_ONLY_LOOKALIKES = re.compile(r"[^\W\d]+(?:[015|]+[^\W\d]+)+")
_SHORTEST = 5
_SHORTEST_PART = 4
_LONGEST = 40
_LOOKED_AT = 30
_CLEARLY = 4
_ENDINGS = ("e", "en", "er", "es", "em", "n", "s")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A word a slip may come from: `cost` is how unlikely the slip is, `items` how many items have the word."""

    written: str
    cost: int
    items: int


@dataclass(frozen=True, slots=True)
class Meant:
    """How a question was read, and the question that asks for what was typed."""

    read: str
    exact: str


class Speller:
    """Spells words as the dictionary and the items of an index do."""

    def __init__(self, lexical: LexicalIndex) -> None:
        self._lexical = lexical
        self._known = lexical.known
        self._own = lexical.written
        self.spelt = lru_cache(maxsize=20_000)(self._spelt)

    def corrected(self, question: str) -> str:
        """The question with its words in their proper spelling; phrases, prefixes and excluded words as typed.

        Slips are looked for in the first 30 words.
        """
        seen = itertools.count()

        def spelt(found: re.Match[str]) -> str:
            word = found["word"]
            return self.spelt(word, next(seen) < _LOOKED_AT) if word else found[0]

        return _PARTS.sub(spelt, tidy(question))

    def meant(self, question: str) -> Meant | None:
        """How the question was read where that differs by more than umlauts and capitals, else None."""
        read = self.corrected(question)
        if fold(read) == fold(tidy(question)):
            return None
        pairs = zip(_SPACE.split(tidy(question)), _SPACE.split(read), strict=True)
        exact = (typed if fold(typed) == fold(spelt) else f'"{typed}"' for typed, spelt in pairs)
        return Meant(read, "".join(exact))

    def _spelt(self, word: str, mending: bool = True) -> str:
        folded = fold(word)
        if len(word) < 3 or len(word) > _LONGEST or word.isupper() or folded in words().acronyms:
            return word
        if not word.isalpha():
            mistaken = mending and len(word) >= _SHORTEST and _ONLY_LOOKALIKES.fullmatch(word)
            return self._read(word, word, self._whole(bare(word))) if mistaken else word
        plain = unmarked(folded)
        known, own = self._known.of(plain), self._own.of(plain)
        if word in known and not (set(known) & set(_with_umlauts(word))):
            return word
        if written := _same(word, known) or (None if word in own else _same(word, own)):
            return word if written == word.capitalize() and self._inflected(word) else written
        if word in own:
            return word
        if len(word) < _SHORTEST:
            return word
        if leaves := self._parts(folded):
            spelt = self._composed(folded, leaves).capitalize()
            strange = mending and not all(self._items(leaf) for leaf in leaves)
            return self._read(word, spelt, self._whole(plain, only_own=True)) if strange else spelt
        if not mending or self._formed(folded):
            return word
        found = self._read(word, word, self._whole(plain))
        return found if found != word else self._read(word, word, self._compounds(plain))

    def _items(self, word: str) -> int:
        """How many items have the word in any form."""
        return self._lexical.frequency(self._lexical.analyzer.terms(word)[0])

    def _formed(self, folded: str) -> bool:
        """Whether it is a known word with an ending, or a known word before a noun ("Bastelwerkstatt")."""
        for ending in _ENDINGS:
            if (
                folded.endswith(ending)
                and folded[-len(ending) - 1] != ending[0]
                and self._is_known(folded[: -len(ending)])
            ):
                return True
        ends = range(_SHORTEST_PART, len(folded) - _SHORTEST_PART)
        return any(folded[end:] in self._lexical.nouns and self._is_known(folded[:end]) for end in ends)

    def _inflected(self, word: str) -> bool:
        """Whether it is an adjective or participle with an ending ("geräumte")."""
        return any(
            word.endswith(ending) and word[: -len(ending)] in self._known.of(bare(word[: -len(ending)]))
            for ending in _ENDINGS
        )

    def _is_known(self, folded: str) -> bool:
        plain = unmarked(folded)
        return any(fold(form) == folded for form in (*self._known.of(plain), *self._own.of(plain)))

    def _parts(self, folded: str) -> list[str]:
        leaves = self._lexical.analyzer.leaves(folded)
        return leaves if len(leaves) > 1 else []

    def _composed(self, folded: str, leaves: Iterable[str]) -> str:
        """A compound from the written forms of its parts and the joints between them."""
        found, place = "", 0
        for leaf in leaves:
            start = folded.index(leaf, place)
            forms = [form for form in self._known.of(unmarked(leaf)) if fold(form) == leaf]
            plain = any(form.lower() == leaf for form in forms) or not forms
            found += folded[place:start] + (leaf if plain else forms[0].lower())
            place = start + len(leaf)
        return found + folded[place:]

    def _read(self, word: str, otherwise: str, readings: Iterable[_Reading]) -> str:
        """The one word that a slip made this one from; a form of a word that it is already is none."""
        stem = self._lexical.analyzer.stem
        best: dict[str, _Reading] = {}
        for one in sorted(readings, key=lambda reading: (reading.cost, -reading.items)):
            best.setdefault(stem(fold(one.written)), one)
        if not best or stem(fold(word)) in best:
            return otherwise
        first, *others = best.values()
        rivals = (one for one in others if one.cost == first.cost and one.items * _CLEARLY >= first.items)
        return otherwise if any(rivals) else _like(word, first.written)

    def _whole(self, plain: str, *, only_own: bool = False) -> Iterator[_Reading]:
        """Words one slip away; those that neither an item nor the thesaurus has are less likely."""
        for slip, cost in slips(plain):
            known = self._known.of(slip)
            for form in self._listed.get(slip, ()):
                yield _Reading(form, cost, self._items(form))
            for form in self._own.of(slip):
                if form in known or (not only_own and (self._parts(fold(form)) or self._formed(fold(form)))):
                    yield _Reading(form, cost, self._items(form))
            for form in () if only_own else known:
                if items := self._items(form):
                    yield _Reading(form, cost, items)
                elif form[0].isupper():
                    yield _Reading(form, cost + 2, 0)

    def _compounds(self, plain: str) -> Iterator[_Reading]:
        """Compounds of a known part and one that a slip has damaged; umlauts may be lost in both."""
        for end in range(_SHORTEST_PART, len(plain) - _SHORTEST_PART + 1):
            first, last = plain[:end], plain[end:]
            if begin := self._part(first, joined=True):
                for written, cost in self._slipped(last):
                    yield self._joined(begin, written, cost)
            if ending := self._part(last):
                for written, cost in self._slipped(first, joined=True):
                    yield self._joined(written, ending, cost)

    def _joined(self, first: str, last: str, cost: int) -> _Reading:
        terms = (*self._lexical.analyzer.terms(first), *self._lexical.analyzer.terms(last))
        return _Reading(first + last.lower(), cost, sum(map(self._lexical.frequency, dict.fromkeys(terms))))

    def _slipped(self, plain: str, *, joined: bool = False) -> Iterator[tuple[str, int]]:
        if known := self._part(plain, joined=joined):
            yield known, 0
            return
        for slip, cost in slips(plain):
            if written := self._part(slip, joined=joined):
                yield written, cost

    def _part(self, plain: str, *, joined: bool = False) -> str | None:
        """The written form of a noun, with its joint if it is not the last part."""
        for joint in ("", *words().links) if joined else ("",):
            stem = plain.removesuffix(joint) if joint else plain
            if len(stem) >= _SHORTEST_PART and (not joint or stem != plain):
                nouns = [form for form in self._known.of(stem) if fold(form) in self._lexical.nouns]
                if nouns:
                    return nouns[0] + joint
        return None

    @cached_property
    def _listed(self) -> dict[str, list[str]]:
        """The words of the thesaurus by their bare spelling."""
        found: dict[str, list[str]] = {}
        for word in self._lexical.thesaurus.spellings:
            found.setdefault(bare(word), []).append(word)
        return found


def _with_umlauts(word: str) -> Iterator[str]:
    """The word with one digraph, or all of them, as umlauts: lists hold some words ("fuer") in both spellings."""
    for digraph, umlaut in (("ae", "ä"), ("oe", "ö"), ("ue", "ü")):
        if digraph in word:
            yield word.replace(digraph, umlaut)


def _same(word: str, forms: Sequence[str]) -> str | None:
    """The form that is the same word: as typed but for digraphs and capitals, else but for the dots of umlauts."""
    folded = fold(word)
    alike = [form for form in forms if fold(form) == folded] or forms
    if not alike:
        return None
    best = min(alike, key=lambda form: (form.isascii(), form[0].isupper() != word[0].isupper()))
    return best[0].upper() + best[1:] if word[0].isupper() else best


def _like(word: str, written: str) -> str:
    """The written form with the capital of the typed word; a noun that was typed small gets its own."""
    return written[0].upper() + written[1:] if word[0].isupper() or written[0].isupper() else written
