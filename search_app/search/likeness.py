"""How near items are in meaning, between 0 and 1: one to many, or many to many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.model import Entry
from search_app.search.engine import Engine
from search_app.search.filters import Filters
from search_app.search.meaning import Asked
from search_app.search.query import parse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]

_CENTRE, _SLOPE = 4.70, 0.74
_CANDIDATES = 200
_CANDIDATES_OF_EACH = 30
_WORDS = 6.0


def asked_of(engine: Engine, row: int) -> Asked:
    """An item's own vectors, to be asked with as if they were a question's."""
    import numpy as np

    vectors = engine.vectors.firsts(np.asarray([row]))
    return Asked(vectors, (engine.meaning.tokens.of_unit(engine.vectors.unit(row)),) if engine.meaning.tokens else ())


def nearest(engine: Engine, asked: Asked, label: str, filters: Filters) -> tuple[Ints, NDArray[np.floating]]:
    """Row numbers of the items nearest in meaning, best first, and how near they are between 0 and 1.

    Nearness adds up sentence vectors, late interaction and matching words of the label. Where the encoder has no late
    interaction, sentence vectors count twice.
    """
    import numpy as np

    allowed = engine.catalog.rows(filters)
    within = None if allowed is None else allowed.astype(np.int64)
    words, evidence = engine.words(engine.lexical.groups(parse(label)), filters, within)
    rows = np.union1d(words, engine.meaning.nearest(asked, within, _CANDIDATES))
    if not len(rows):
        return rows, np.empty(0)
    meaning = engine.meaning
    dense = meaning.similarity(asked, rows)
    total = dense + (meaning.near(asked, rows)[0] if meaning.tokens else dense)
    total[np.searchsorted(rows, words)] += _WORDS * evidence
    meanings = nearness(total)
    order = np.argsort(-meanings, kind="stable")
    return rows[order], meanings[order]


def nearest_of_each(engine: Engine, own: Sequence[Entry], filters: Filters) -> list[tuple[Ints, NDArray[np.floating]]]:
    """For each item the numbers of the nearest items that pass the filters, and how near they are.

    The same as `nearest` over an item's own vectors, for many items at once: similarities are one product, and only
    the 30 nearest by it, and the 30 in which most words match, are looked at further.
    """
    import numpy as np

    allowed = engine.catalog.rows(filters)
    others = (engine.catalog.everything() if allowed is None else allowed).astype(np.int64)
    rows = np.asarray([engine.catalog.row_of(entry.item.id) for entry in own], np.int64)
    if not len(others) or not len(rows):
        return [(np.empty(0, np.int64), np.empty(0))] * len(own)
    vectors = engine.vectors.firsts(rows)
    means, deviations = engine.vectors.spreads(vectors)
    dense = (engine.vectors.best_of_each(vectors, others) - means[:, None]) / deviations[:, None]
    index = engine.meaning.tokens
    tokens = [index.of_unit(engine.vectors.unit(int(row))) for row in rows] if index else []
    spreads = index.spreads(tokens) if index else []
    found = []
    for place, entry in enumerate(own):
        words, evidence = engine.words(engine.lexical.groups(parse(entry.item.label)), filters, others)
        near = np.argsort(-dense[place], kind="stable")[:_CANDIDATES_OF_EACH]
        near = np.union1d(near, np.searchsorted(others, words[:_CANDIDATES_OF_EACH]))
        candidates, alike = others[near], dense[place][near]
        total = alike + (engine.meaning.late(tokens[place], spreads[place], candidates) if index else alike)
        matching = dict(zip(words.tolist(), evidence.tolist(), strict=True))
        total = total + _WORDS * np.asarray([matching.get(row, 0.0) for row in candidates.tolist()])
        found.append((candidates, nearness(total)))
    return found


def nearness(total: NDArray[np.floating]) -> NDArray[np.floating]:
    """What was added up, as nearness of meaning between 0 and 1.

    It is how likely a labelled pair is, were there as many pairs as items without a counterpart: a logistic regression
    over 119 pairs and 48 items without.
    """
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-_SLOPE * (total - _CENTRE))))
