"""Sorted numbers of items as sets, at the cost of the smaller one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.uint32]
    Numbers = NDArray[np.integer[Any]]


def standing(few: Numbers, many: Numbers) -> NDArray[np.bool_]:
    """For each of a few numbers, in any order, whether it stands among many sorted ones."""
    import numpy as np

    if not len(many):
        return np.zeros(len(few), np.bool_)
    places = np.searchsorted(many, few)
    places[places == len(many)] = 0
    return np.asarray(many[places] == few)


def among(few: Rows, many: Rows) -> Rows:
    """Those of a few numbers that stand among many."""
    return few[standing(few, many)]


def without(many: Rows, few: Rows) -> Rows:
    """Many numbers without a few."""
    import numpy as np

    return np.delete(many, np.searchsorted(many, among(few, many)))
