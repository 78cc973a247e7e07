"""Are probabilities kept: bins, shares, intervals, by hand."""

from math import isnan

import numpy as np
import pytest

from harness.scoring.reliability import EDGES, brier_score, reliability


def test_bins_by_hand() -> None:
    predicted = [0.05, 0.2, 0.2, 0.6, 0.95, 0.99, 0.97]
    so = [False, False, True, True, True, True, False]
    bins = reliability(predicted, so)
    assert [(each.predictions, each.came_true) for each in bins] == [(1, 0), (2, 1), (0, 0), (1, 1), (0, 0), (3, 2)]
    assert bins[5].mean == pytest.approx(0.97)
    assert bins[5].share.value == pytest.approx(2 / 3)
    assert bins[5].share.interval == pytest.approx((0.2077, 0.9385), abs=1e-4)  # Wilson of 2 of 3
    assert isnan(bins[2].share.value)
    assert isnan(bins[2].share.interval.low)


def test_an_edge_belongs_to_the_bin_above_and_one_to_the_last() -> None:
    counts = [each.predictions for each in reliability(list(EDGES), [True] * len(EDGES))]
    assert counts == [1, 1, 1, 1, 1, 2]


def test_probabilities_that_are_true_are_found_kept() -> None:
    rng = np.random.default_rng(3)
    predicted = rng.random(20_000)
    so = rng.random(20_000) < predicted
    for each in reliability(predicted.tolist(), so.tolist()):
        assert each.mean == pytest.approx(each.share.value, abs=0.03)  # 4 deviations of the least filled bin's share
    assert brier_score(predicted.tolist(), so.tolist()) == pytest.approx(1 / 6, abs=0.006)  # the mean of p (1 - p)


def test_no_prediction_has_no_score() -> None:
    assert isnan(brier_score([], []))
    assert sum(each.predictions for each in reliability([], [])) == 0
