"""How words are written: from a spelling without umlauts and capitals to the forms that a word list has of it.

"grunflachen", "Gruenflaechen" and "Grünflächen" share the bare spelling "grunflachen", under which a list keeps the
form "Grünflächen". A form that is its own bare spelling, or that with a capital letter, is kept as a mark only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from kg import wordlist
from kg.wordlist import WordList
from search_app.search.analysis import fold, known_words

_MARK = "|"
_CAPITAL = "^"
_MOST_FORMS = 12


def bare(word: str) -> str:
    """Lower case, umlauts and their digraphs as plain vowels, ß as ss."""
    return unmarked(fold(word))


def unmarked(folded: str) -> str:
    """The bare spelling of a folded word."""
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def write(path: Path, forms: Iterable[str]) -> None:
    """Writes a list of written forms."""
    wordlist.write(path, map(_key, forms))


def write_known(path: Path) -> None:
    """Writes the list of all words that a question may hold: German, English, and the names of municipalities."""
    _known().save(path)


@lru_cache(maxsize=1)
def _known() -> wordlist.Words:
    return wordlist.Words(map(_key, known_words()))


def _key(form: str) -> str:
    plain = bare(form)
    kept = "" if form == plain else _CAPITAL if form == plain.capitalize() else form
    return f"{plain}{_MARK}{kept}"


class Forms:
    """Looks written forms up in what `write` wrote."""

    def __init__(self, path: Path) -> None:
        self._list = WordList(path)

    def of(self, plain: str) -> list[str]:
        """The written forms of a bare spelling."""
        return [_written(key) for key in self._list.starting_with(plain + _MARK, _MOST_FORMS)]

    def all(self) -> list[str]:
        """Every written form."""
        return [_written(key) for key in self._list.words()]


def _written(key: str) -> str:
    plain, _, kept = key.partition(_MARK)
    return plain if not kept else plain.capitalize() if kept == _CAPITAL else kept
