"""What a question with unknown words may have meant, spelt as the plans spell it."""

from __future__ import annotations

import re

from search_app.search.analysis import fold
from search_app.search.engine import Engine

_WORD = re.compile(r"\w{5,}")
_LOOKED_AT = 5


def suggestion(engine: Engine, query: str) -> str | None:
    """The question with each word that no item knows replaced by the nearest that one knows; None where all are known.

    A word is only proposed as it stands in an item, with its umlauts and capitals.
    """
    meant = _WORD.sub(lambda found: _as_known(engine, found[0]), query)
    return meant if meant != query else None


def _as_known(engine: Engine, word: str) -> str:
    near = engine.lexical.near(word)
    spelt = (_as_written(engine, each) for each in near)
    return next((each for each in spelt if each), word)


def _as_written(engine: Engine, folded: str) -> str | None:
    """A folded word as it stands in one of the items that it finds."""
    for hit in engine.search(folded, k=_LOOKED_AT).hits:
        item = hit.entry.item
        for word in _WORD.findall(f"{item.label} {item.description}"):
            if fold(word) == folded:
                return str(word)
    return None
