"""German text as documents break it, healed: line ends, hyphens, ligatures, and letters that recognition got wrong.

Nothing here changes what a page says; the characters as read stay in `Passage.original`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, pairwise
from typing import Any

from ingest.words import is_entry, is_listed, is_word, parts

_HYPHENS = "-\u2010\u00ad"
_FIRST_WORD = re.compile(r"[^\W_]+|&")
_WORD = re.compile(r"[^\W_\ufffd]*(?:[^\W_]|\ufffd)+(?:&[^\W_]+)*")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_DEBRIS = re.compile(r"(?<![\w-])([^\W\d_]{2,}+)-([a-zäöüß]{2,}+)(?![\w-])")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")
_SPACED_LINE = re.compile(r"(?<!\S)\S(?: {1,3}\S(?!\S)){3,}")
_ACCENT_FIRST = re.compile("\u00a8 ?([aouAOU])")  # as TeX draws it
_PIECES = re.compile(r"(?<![\w-])([^\W\d_]++)(?= ([a-zäöüß]++)(?![\w-]|\.\w))")
_RAISED = re.compile(r"(?<=[^\s(]) ?[⁰¹²³⁴-⁹]+\)?(?![/⁄])")
_NEAR = 200  # letters before a raised number in which a bracket may open
_MOST_CHANGES = 3
_SHORTEST_BROKEN = 5  # letters of a word that may be joined from two pieces
_LONG = 16  # letters of a compound in which rare confusions count as well
_MOST_CANDIDATES = 1500  # a word with more possible readings is left alone


@cache
def _knowledge() -> dict[str, Any]:
    return tomllib.loads(files("ingest").joinpath("german.toml").read_text(encoding="utf-8"))


def join_lines(lines: Sequence[str]) -> str:
    """The lines as one: a word broken by a hyphen is healed, a suspended hyphen stays.

    "Weiterentwick-" + "lung" → "Weiterentwicklung"; "Rad-" + "und Fußwege" → "Rad- und Fußwege";
    "Innen-/" + "Außenentwicklung" keeps both characters and gets no space.
    """
    joined = ""
    for line in lines:
        line = line.strip()
        if line:
            joined = _join(joined, line) if joined else line
    return joined


def _join(left: str, right: str) -> str:
    if left.endswith("\u00ad"):
        return left[:-1] + right
    if left[-1] in _HYPHENS and len(left) > 1 and left[-2].isalnum():
        return _join_hyphen(left, right)
    if left.endswith("/") and not left.endswith(" /"):
        return left + right
    return f"{left} {right}"


def _join_hyphen(left: str, right: str) -> str:
    stem = _last_word(left[:-1])
    first = _first_word(right)
    if not first:
        return left + right if right[0] in "/,;)" else f"{left} {right}"
    if first.lower() in _knowledge()["joining_words"]:
        return f"{left} {right}"
    if first[0].islower() and stem[-1:].islower():
        return left[:-1] + right
    if first.isupper() and stem.isupper() and min(len(first), len(stem)) > 1 and is_word((stem + first).capitalize()):
        return left[:-1] + right
    return left + right


def _last_word(text: str) -> str:
    start = len(text)
    while start and text[start - 1].isalnum():
        start -= 1
    return text[start:]


def _first_word(text: str) -> str:
    found = _FIRST_WORD.match(text)
    return found.group() if found else ""


def clean(text: str) -> str:
    """The text on one line: composed letters, no ligatures or soft hyphens, single spaces, hyphen debris healed, no
    raised numbers that refer to footnotes.

    Line breaks count as line ends of one paragraph, as in `join_lines`. A hyphen inside a word goes only where the
    word list knows the joined word and not the hyphenated one ("Dienstleistungsfunktio-nen", not "Start-up").
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _ACCENT_FIRST.sub("\\1\u0308", text))
        for ligature, letters in _knowledge()["ligatures"].items():
            text = text.replace(ligature, letters)
    if "  " in text:
        text = _SPACED_LINE.sub(_unspaced, text)
    text = join_lines([" ".join(line.split()) for line in text.splitlines()])
    if not text.isascii():
        text = _RAISED.sub(_without_mark, _INVISIBLE.sub("", text))
    text = _SPACED.sub(lambda found: found.group().replace(" ", ""), text)
    return _DEBRIS.sub(_heal_debris, text) if "-" in text else text


def _without_mark(found: re.Match[str]) -> str:
    """What stays of a raised number: powers ("km²") do, marks of footnotes ("Konzept¹", "Konzept¹)") do not.

    Looked at on all raised numbers in the PDF files of the corpus: 52 marks and 23 powers, all taken rightly.
    """
    before, mark = found.string[max(0, found.start() - _NEAR) : found.start()], found.group()
    word = _last_word(before)
    base = word.lstrip("0123456789") or word
    if base in _knowledge()["before_powers"] or (len(base) == 1 and base.isalpha()):
        return mark
    closing = mark.endswith(")") and before.count("(") > before.count(")")
    return ")" if closing else ""


def _unspaced(found: re.Match[str]) -> str:
    """Signs set apart become words, where two spaces divide these and one space the signs."""
    words = found.group().split("  ")
    if len(words) == 1 or all(len(word.strip()) == 1 for word in words):
        return found.group()
    return " ".join(word.replace(" ", "") for word in words)


def _heal_debris(found: re.Match[str]) -> str:
    left, right = found.groups()
    if right in _knowledge()["joining_words"] or is_listed(found.group()):
        return found.group()
    broken = is_listed(left + right) or (not is_listed(left) and is_word(left + right))
    return left + right if broken else found.group()


def join_pieces(text: str) -> str:
    """The text with words made whole that spaces break: "Verk ehr" → "Verkehr", "Um setzung" → "Umsetzung".

    Two pieces are joined where the word list has the whole and at least one piece is no word, or where `german.toml`
    lists the pair. Two words that might stand side by side stay.

    Measured on all texts of the corpus (180,000 words): 25 places joined, 24 of them rightly, one in English.
    """
    breaks = [found.end() for found in _PIECES.finditer(text) if _is_broken(*found.groups())]
    if not breaks:
        return text
    ends = pairwise([-1, *breaks, len(text)])
    return join_pieces("".join([text[start + 1 : end] for start, end in ends]))


@lru_cache(maxsize=100_000)
def _is_broken(left: str, right: str) -> bool:
    if len(left) + len(right) < _SHORTEST_BROKEN or not is_entry(left + right):
        return False
    if f"{left} {right}" in _knowledge()["broken_words"]:
        return True
    if right in _knowledge()["joining_words"]:
        return False
    if min(len(left), len(right)) == 1:
        return not is_word(left) and not is_word(right)
    return not is_word(left) or not is_word(right)


def repair_ocr(text: str) -> str:
    """The text with letters mended that recognition got wrong: "Grunflachen" → "Grünflächen".

    A word is changed only where exactly one way to undo known confusions (`german.toml`) makes it a German word of
    fewer parts than it has as it stands. Names and words with two readings stay as they are.

    Measured on the recognised slide deck of the corpus, by distinct words against its labels: precision 1.0 (161 of
    161), recall .87 (161 of 185). Taking the reading with fewest changes among several was tried and dropped: it
    made "Mobilitätslosungen" of "Mobilitatslosungen".
    """
    return _WORD.sub(lambda found: _reading(found.group()), text)


def ocr_damaged(text: str) -> float:
    """The share of words of at least four letters that `repair_ocr` would change; 0 for a text without words."""
    words = [word for word in _WORD.findall(text) if len(word) > 3]
    return sum(_reading(word) != word for word in words) / len(words) if words else 0.0


@lru_cache(maxsize=100_000)
def _reading(word: str) -> str:
    if len(word) < 3 or not any(letter.isalpha() for letter in word) or _is_sound(word):
        return word
    rare = {candidate: odd for candidate, odd in islice(_candidates(word), _MOST_CANDIDATES) if candidate != word}
    if len(rare) >= _MOST_CANDIDATES - 1:
        return word
    readings = {candidate: count for candidate in rare if (count := parts(candidate))}
    fewest = min(readings.values(), default=0)
    best = [candidate for candidate, count in readings.items() if count == fewest]
    if len(best) != 1 or 0 < parts(word) <= fewest:
        return word
    long = fewest == 2 and len(word) >= _LONG and not parts(word)
    return word if rare[best[0]] and fewest > 1 and not long else best[0]


def _is_sound(word: str) -> bool:
    if is_listed(word) or is_listed(word.capitalize()):
        return True
    return word.isupper() and len(word) < 4


def _candidates(word: str, start: int = 0, changes: int = _MOST_CHANGES) -> Iterator[tuple[str, bool]]:
    """Every way to undo up to three confusions, and whether a rare one is among them."""
    yield word, False
    if not changes:
        return
    for usual in (True, False):
        for wrong, rights in _knowledge()["confusions" if usual else "rare_confusions"].items():
            for at in _positions(word, wrong, start):
                for right in rights:
                    changed = word[:at] + right + word[at + len(wrong) :]
                    for candidate, rare in _candidates(changed, at + len(right), changes - 1):
                        yield candidate, rare or not usual


def _positions(word: str, part: str, start: int) -> Iterator[int]:
    at = word.find(part, start)
    while at >= 0:
        yield at
        at = word.find(part, at + 1)
