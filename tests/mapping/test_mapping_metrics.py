from __future__ import annotations

import numpy as np
import pytest

from kg.mapping.metrics import macro_f1, reliability, score, score_with_interval

TRUTH = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
GIVEN = np.array([[1, 1], [1, 0], [0, 0], [0, 1]])


def test_micro_figures_count_cells():
    counted = score(TRUTH, GIVEN)
    assert (counted.precision, counted.recall, counted.f1) == (0.75, 0.75, 0.75)
    assert (counted.cases, counted.predicted) == (4, 4)


def test_nothing_predicted_is_no_success():
    assert score(TRUTH, np.zeros_like(TRUTH)).f1 == 0.0


def test_macro_is_the_mean_over_used_concepts():
    unused = np.hstack([TRUTH, np.zeros((4, 1), dtype=int)])
    given = np.hstack([GIVEN, np.zeros((4, 1), dtype=int)])
    assert macro_f1(unused, given) == macro_f1(TRUTH, GIVEN) == pytest.approx((1.0 + 0.5) / 2)


def test_the_interval_holds_the_figure_and_is_reproducible():
    truth = np.tile(TRUTH, (30, 1))
    given = np.tile(GIVEN, (30, 1))
    first, again = score_with_interval(truth, given), score_with_interval(truth, given)
    assert first == again
    assert first.low < first.f1 < first.high


def test_calibration_error_is_the_weighted_distance():
    chances = np.array([[0.9, 0.9], [0.9, 0.9]])
    table, error = reliability(np.array([[1, 1], [1, 0]]), chances)
    assert [(row.count, row.right) for row in table] == [(4, 0.75)]
    assert error == pytest.approx(0.15)
    assert reliability(np.array([[1, 1]]), np.array([[1.0, 1.0]]))[1] == 0.0
