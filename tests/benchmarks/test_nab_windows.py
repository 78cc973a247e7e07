"""Alarms against windows, worked out by hand: found, false, by chance, NAB's score; a sample found adds no other."""

from math import exp, nan

import numpy as np
import pytest

from benchmarks.nab_series import NabSeries
from benchmarks.nab_windows import A_FP, alarm_starts, outcome
from tests.benchmarks.nab_files import made_series

SERIES = made_series(1000, ((400, 499), (700, 719)))


def scores(*above: int) -> np.ndarray:
    score = np.zeros(1000)
    score[list(above)] = 2.0
    return score


def test_an_alarm_in_a_window_finds_it_and_the_other_is_missed() -> None:
    found = outcome(SERIES, scores(450), 1.0)
    assert (found.windows, found.found, found.false_alarms) == (2, 1, 0)
    assert found.places == pytest.approx((50 / 99,))


def test_a_window_found_twice_is_found_once() -> None:
    assert outcome(SERIES, scores(410, 450, 490), 1.0).found == 1


def test_an_alarm_that_lasts_into_a_window_is_false_and_finds_nothing() -> None:
    found = outcome(SERIES, scores(*range(395, 405)), 1.0)
    assert (found.found, found.false_alarms) == (0, 1)


def test_alarms_in_the_first_samples_count_for_nothing() -> None:
    found = outcome(SERIES, scores(3, 100, 149), 1.0)
    assert (found.found, found.false_alarms, found.by_chance) == (0, 0, 0.0)


def test_days_are_those_of_the_samples_scored_outside_windows() -> None:
    assert outcome(SERIES, scores(), 1.0).free_days == pytest.approx((850 - 120) * 300 / 86400)


def test_a_gap_in_the_samples_adds_no_day() -> None:
    later = np.where(np.arange(1000) < 900, SERIES.time_s, SERIES.time_s + 5e6)
    gap = NabSeries("gap", later, SERIES.value, SERIES.windows)
    assert outcome(gap, scores(), 1.0).free_days == outcome(SERIES, scores(), 1.0).free_days


def test_samples_within_an_hour_are_one_alarm_and_nan_is_none() -> None:
    score = scores(200, 205, 230)
    score[206] = nan
    assert np.flatnonzero(alarm_starts(score, SERIES.time_s, 1.0)).tolist() == [200, 230]


def test_windows_found_by_chance_follow_from_the_rate_of_alarms() -> None:
    found = outcome(SERIES, scores(*range(160, 1000, 40)), 1.0)
    rate = 21 / 850
    assert found.by_chance == pytest.approx(2 - exp(-100 * rate) - exp(-20 * rate))


def test_nabs_score_is_one_for_every_window_at_once_and_zero_for_silence() -> None:
    assert outcome(SERIES, scores(400, 700), 1.0).nab_share == pytest.approx(1.0)
    assert outcome(SERIES, scores(), 1.0).nab_share == 0.0


def test_nabs_score_takes_a_ninth_for_a_false_sample_far_from_windows() -> None:
    assert outcome(SERIES, scores(200, 400, 700), 1.0).score == pytest.approx(2.0 + A_FP)


def test_nabs_score_takes_little_for_a_false_sample_just_after_a_window() -> None:
    near = abs(2 / (1 + exp(5 * 1 / 100)) - 1)
    assert outcome(SERIES, scores(400, 500, 700), 1.0).score == pytest.approx(2.0 + A_FP * near)


def test_a_series_without_windows_has_no_score() -> None:
    assert np.isnan(outcome(made_series(1000), scores(), 1.0).nab_share)
