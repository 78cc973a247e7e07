"""The mean that forgets, by hand."""

import numpy as np
import pytest

from detectors.sequential.forgetting_mean import ForgettingMean
from detectors.sequential.site_normal import T_SLOW_S


def test_a_mean_forgets_as_computed_by_hand() -> None:
    mean = ForgettingMean(np.array([2.0]), 1.0)
    mean.add(np.array([5.0]), 0.1, np.ones(1))
    assert mean.mean == pytest.approx([(2.0 * 0.9 + 5.0) / (0.9 + 1.0)])


def test_unknown_values_are_skipped() -> None:
    mean = ForgettingMean(np.array([2.0, 2.0]), 1.0)
    mean.add(np.array([np.nan, 5.0]), 0.1, np.ones(2))
    assert mean.mean[0] == 2.0
    assert mean.weight.tolist() == [1.0, 1.9]


def test_a_frame_of_no_weight_changes_nothing() -> None:
    mean = ForgettingMean(np.array([2.0]), 1.0)
    mean.add(np.array([5.0]), 0.1, np.zeros(1))
    assert mean.mean.tolist() == [2.0]


def test_the_weight_approaches_the_memory() -> None:
    mean = ForgettingMean(np.array([0.0]), 0.5)
    for _ in range(2000):
        mean.add(np.ones(1), 30.0 / T_SLOW_S, np.ones(1))
    assert mean.weight == pytest.approx([T_SLOW_S / 30.0])  # 40 frames of 30 s
