"""Figures that a multi-label classification is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.int64]
Chances = NDArray[np.float64]
_SAMPLES = 500
_SEED = 11


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 with the number of links that are right (`cases`) and that were predicted.

    `low` and `high` bound F1 in 95 of 100 bootstrap samples of the texts, None where not computed.
    """

    precision: float
    recall: float
    f1: float
    cases: int
    predicted: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of the reliability table: links with a probability of `low` to `high`, their mean and the share right."""

    low: float
    high: float
    count: int
    mean: float
    right: float


def score(truth: Table, predicted: Table) -> Score:
    """Micro-averaged figures over all cells; precision is 0 where nothing was predicted."""
    right = int((truth & predicted).sum())
    precision = right / max(int(predicted.sum()), 1)
    recall = right / max(int(truth.sum()), 1)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(round(precision, 4), round(recall, 4), round(f1, 4), int(truth.sum()), int(predicted.sum()))


def score_with_interval(truth: Table, predicted: Table) -> Score:
    """`score` with the 95 % bootstrap interval of F1 over texts (500 samples, fixed seed)."""
    random = np.random.default_rng(_SEED)
    rows = random.integers(0, len(truth), size=(_SAMPLES, len(truth)))
    right = (truth & predicted).sum(axis=tuple(range(1, truth.ndim)))[rows].sum(axis=1)
    both = (truth + predicted).sum(axis=tuple(range(1, truth.ndim)))[rows].sum(axis=1)
    low, high = np.quantile(2 * right / np.maximum(both, 1), (0.025, 0.975))
    plain = score(truth, predicted)
    return Score(
        plain.precision,
        plain.recall,
        plain.f1,
        plain.cases,
        plain.predicted,
        round(float(low), 4),
        round(float(high), 4),
    )


def macro_f1(truth: Table, predicted: Table) -> float:
    """The mean F1 of the concepts that have a case or a prediction."""
    used = [column for column in range(truth.shape[1]) if truth[:, column].any() or predicted[:, column].any()]
    return round(float(np.mean([score(truth[:, column], predicted[:, column]).f1 for column in used] or [0.0])), 4)


def reliability(truth: Table, chances: Chances, floor: float = 0.0, bins: int = 10) -> tuple[tuple[Bin, ...], float]:
    """The reliability table of all links with a probability of at least `floor`, and its expected calibration error:
    the mean distance of probability and share right, weighted by the number of links."""
    kept = chances >= floor
    values, right = chances[kept], truth[kept]
    places = np.minimum((values * bins).astype(int), bins - 1)
    rows = []
    for place in range(bins):
        mine = places == place
        if mine.any():
            mean, share = float(values[mine].mean()), float(right[mine].mean())
            rows.append(Bin(place / bins, (place + 1) / bins, int(mine.sum()), round(mean, 3), round(share, 3)))
    error = sum(row.count * abs(row.mean - row.right) for row in rows) / max(len(values), 1)
    return tuple(rows), round(float(error), 4)
