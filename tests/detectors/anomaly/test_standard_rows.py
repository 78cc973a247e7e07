"""Rows in deviations of the training rows."""

import numpy as np
import pytest

from detectors.anomaly.standard_rows import MOST_SD, StandardRows

ROWS = np.array([[1.0, 7.0], [3.0, 7.0]])


def test_by_hand() -> None:
    standard = StandardRows.of(ROWS)
    np.testing.assert_array_equal(standard.apply(np.array([[4.0, 7.0]])), [[2.0, 0.0]])


def test_a_feature_that_did_not_vary_says_nothing() -> None:
    np.testing.assert_array_equal(StandardRows.of(ROWS).apply(np.array([[2.0, 100.0]])), [[0.0, 0.0]])


def test_what_is_not_known_stays_unknown() -> None:
    assert np.isnan(StandardRows.of(ROWS).apply(np.full((1, 2), np.nan))).all()


def test_far_values_are_cut() -> None:
    assert StandardRows.of(ROWS).apply(np.array([[1e9, 7.0], [-1e9, 7.0]]))[:, 0].tolist() == [MOST_SD, -MOST_SD]


def test_training_rows_have_mean_0_and_deviation_1() -> None:
    rows = np.random.default_rng(0).normal(50.0, 9.0, (1000, 3))
    z = StandardRows.of(rows).apply(rows)
    assert z.mean(axis=0) == pytest.approx([0.0] * 3, abs=1e-6)
    assert z.std(axis=0) == pytest.approx([1.0] * 3, abs=1e-6)
