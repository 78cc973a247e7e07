"""Peaks of blocks, and an exponential tail through the largest of them, by hand."""

from math import inf, log, nan

import numpy as np
import pytest

from detectors.calibration.exponential_tail import block_peaks, blocks_of, tail_value

PEAKS = np.array([8.0, 7.0, 6.0, 5.0, 5.0, 4.0, 3.0, 2.0])


def test_a_peak_is_the_largest_value_of_a_column_in_a_block() -> None:
    values = np.array([[1.0, 9.0], [4.0, 2.0], [3.0, 5.0]])
    assert block_peaks(blocks_of(values, 2)).tolist() == [9.0, 5.0, 4.0, 3.0]


def test_what_is_not_finite_is_no_peak() -> None:
    assert block_peaks([np.array([[-inf, nan, 1.0]])]).tolist() == [1.0]


def test_no_blocks_have_no_peaks() -> None:
    assert block_peaks([]).shape == (0,)


def test_half_of_the_peaks_make_the_tail_at_most() -> None:
    # 4 of 8: above 5, mean excess (3 + 2 + 1 + 0) / 4
    assert tail_value(PEAKS, 0.5, 30) == pytest.approx(5.0 + 1.5 * log(4 / 0.5))


def test_no_more_peaks_than_asked_for_make_the_tail() -> None:
    # 2: above 6, mean excess (2 + 1) / 2
    assert tail_value(PEAKS, 0.5, 2) == pytest.approx(6.0 + 1.5 * log(2 / 0.5))


def test_a_lone_peak_is_its_own_tail() -> None:
    assert tail_value(np.array([2.0]), 0.5, 30) == 2.0
