import numpy as np
import pytest

from detectors.faults.gaussian_process import Prediction
from harness.studies.route_loss.fault_injection import Residuals, trade_off_curves, with_fault
from simulator.frame import Array


def days(values: Array) -> Residuals:
    """Days (D, P, S) of a sensor that is predicted as 10, give or take 1."""
    return Residuals(values, Prediction(np.full(values.shape, 10.0), np.ones(values.shape)))


def test_faults_change_values_as_their_names_say() -> None:
    values = np.array([[[10.0], [20.0]]])
    assert with_fault(values, "overcount", 0.5, np.array([12.0])).ravel().tolist() == [15.0, 30.0]
    assert with_fault(values, "undercount", 0.5, np.array([12.0])).ravel().tolist() == [10.0, 16.0]


def test_the_miss_share_of_a_constant_overcount_by_hand() -> None:
    # z = 5 in all periods of a fault of 50 %, b = 1: sums 4, 8, 12, 16. Half of the faulty time is at or below 8.
    found = trade_off_curves(days(np.full((1, 4, 1), 10.0)), 1.0, (0.5, 0.5), 0.5, 4)["overcount"][0]
    false_alarm, miss = found.at(np.array([4.0, 8.0, 16.0]))
    assert miss.tolist() == pytest.approx([0.25, 0.5, 1.0], abs=0.02)
    assert false_alarm.tolist() == [0.0, 0.0, 0.0]


def test_short_faults_are_missed_more_often_than_long_ones() -> None:
    healthy = days(10 + np.random.default_rng(1).normal(0, 1, (3, 24, 2)))
    short, long = (trade_off_curves(healthy, 0.5, (0.1, 0.3), 0.5, periods)["overcount"][0] for periods in (2, 24))
    assert short.at(np.array(4.0))[1] > long.at(np.array(4.0))[1]


def test_time_in_which_an_undercount_changes_nothing_is_not_faulty_time() -> None:
    values = np.array([[[10.0], [10.0], [10.0], [30.0]]])
    found = trade_off_curves(days(values), 0.5, (0.5, 0.5), 0.75, 4)["undercount"][0]
    # Only the last value exceeds the level, 15: told as 22.5, so the lower sum stays 0 and the upper one is 12.
    assert found.at(np.array([0.0, 12.0]))[1].tolist() == pytest.approx([0.0, 1.0], abs=0.02)


def test_a_fault_begins_from_the_sums_as_they_healthily_were() -> None:
    values = np.array([[[14.0], [10.0], [10.0], [10.0]]])  # z = 4, then 0: healthy sums 3, 2, 1, 0 with b = 1
    found = trade_off_curves(days(values), 1.0, (0.1, 0.1), 0.5, 1)["overcount"][0]
    # Told 15.4, 11, 11, 11 one at a time: z = 5.4 from 0 gives 4.4; z = 1 from 3, 2, 1 leaves 3, 2, 1.
    assert found.at(np.array([1.0, 2.0, 3.0, 4.4]))[1].tolist() == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=0.02)
