"""How rare a healthy loop as bad as this is, and how much likelier at a loop that fails."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.detector import Detector
from detectors.faults.fault_catalogue import FAULT_DETECTORS
from detectors.faults.healthy_loop_rates import RatesLoops, RateTail, loop_rates_of, rate_tail
from simulator.frame import LoopFrame
from tests.detectors.faults.conftest import traffic


def test_the_rate_falls_by_theta_from_threshold_to_threshold() -> None:
    tail = rate_tail({0.1: 7.0, 1.0: 5.0, 10.0: 3.0})
    assert tail is not None
    assert tail.decay == pytest.approx(np.log(10) / 2)
    at = tail.loop_rates(np.array([3.0, 5.0, 7.0, 9.0]), 5.0)
    assert at.false_per_day * 30 == pytest.approx([10, 1, 0.1, 0.01])


def test_growth_adds_up_to_one_over_healthy_sums() -> None:
    """A likelihood ratio has mean 1 where the denominator holds: here sums fall off with theta up to the threshold."""
    tail, threshold = RateTail(40.0, 0.8), 5.0
    sums = np.linspace(0, threshold, 100_001)
    density = tail.decay * np.exp(-tail.decay * sums)
    growth = tail.loop_rates(sums, threshold).growth
    assert np.trapezoid(density * growth, sums) == pytest.approx(1, abs=1e-6)
    assert growth[0] == pytest.approx(0.25)
    assert growth[-1] == pytest.approx(0.25 * np.exp(4))


def test_beyond_the_threshold_nothing_grows_and_what_is_not_known_says_nothing() -> None:
    rates = RateTail(40.0, 0.8).loop_rates(np.array([5.0, 9.0, np.nan]), 5.0)
    assert rates.growth[0] == rates.growth[1]
    assert rates.growth[2] == 1


@pytest.mark.parametrize("thresholds", [{}, {1.0: 4.0}, {0.1: 4.0, 1.0: 4.0}, {0.1: 3.0, 1.0: 4.0}])
def test_thresholds_that_tell_no_tail(thresholds: dict[float, float]) -> None:
    assert rate_tail(thresholds) is None


def test_an_alarm_of_rules_is_as_rare_as_one_a_month() -> None:
    rates = loop_rates_of(object(), np.array([True, False]))
    assert rates.false_per_day.tolist() == [1 / 30, 1 / 30]
    assert rates.growth.tolist() == [1, 1]


@pytest.mark.parametrize("name", FAULT_DETECTORS)
def test_fitted_detectors_say_how_sure_they_are_and_of_their_alarms_surer(
    name: str, built: Callable[[str], Detector]
) -> None:
    detector = built(name)
    assert isinstance(detector, RatesLoops) == (name in {"gp_cusum", "gp_cusum_30s", "conservation"})
    for frame in traffic(5, 240).frames:
        count = frame.count.copy()
        count[1, 0] *= 3
        alarm = detector.step(LoopFrame(frame.time_s, count, frame.speed, frame.occupancy)).alarm
        rates = loop_rates_of(detector, alarm)
        assert rates.false_per_day.shape == rates.growth.shape == alarm.shape
        assert (rates.false_per_day > 0).all()
        if isinstance(detector, RatesLoops) and alarm.any():
            assert rates.false_per_day[alarm].max() <= rates.false_per_day[~alarm].min()
