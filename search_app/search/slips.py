"""Spellings one slip of typing or of text recognition away from a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LOOKALIKES = (
    ("rn", "m"), ("m", "rn"), ("1", "l"), ("1", "i"), ("i", "l"), ("l", "i"), ("0", "o"), ("5", "s"), ("ii", "u"),
    ("vv", "w"), ("w", "vv"), ("cl", "d"), ("d", "cl"), ("li", "h"), ("h", "b"), ("b", "h"), ("e", "c"), ("c", "e"),
    ("f", "t"), ("t", "f"), ("in", "m"), ("ni", "m"), ("b", "ss"),
)  # fmt: skip
"""What text recognition takes for what, in bare spelling: what was read, and what may stand there."""


def slips(plain: str) -> Iterator[tuple[str, int]]:
    """The spellings one slip away from a word in bare spelling, each once, with how unlikely it is (1 to 3).

    Mistaken signs and swapped or doubled letters come first, the first letter last.
    """
    seen = {plain}

    def fresh(found: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        for slip, cost in found:
            if slip not in seen:
                seen.add(slip)
                yield slip, cost

    yield from fresh(_likely_slips(plain))
    places = range(1, len(plain))
    yield from fresh((plain[:place] + plain[place + 1 :], 2) for place in places)
    yield from fresh(
        (plain[:place] + letter + plain[place:], 2) for place in (*places, len(plain)) for letter in _LETTERS
    )
    yield from fresh((plain[:place] + letter + plain[place + 1 :], 2) for place in places for letter in _LETTERS)
    yield from fresh((letter + plain[1:], 3) for letter in _LETTERS)
    yield from fresh((letter + plain, 3) for letter in _LETTERS)
    yield plain[1:], 3


def _likely_slips(plain: str) -> Iterator[tuple[str, int]]:
    for read, meant in _LOOKALIKES:
        place = plain.find(read)
        while place >= 0:
            yield plain[:place] + meant + plain[place + len(read) :], 1
            place = plain.find(read, place + 1)
    for place in range(len(plain) - 1):
        yield plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :], 1
        if plain[place] == plain[place + 1]:
            yield plain[:place] + plain[place + 1 :], 1
    for place in range(len(plain)):
        yield plain[: place + 1] + plain[place:], 1
