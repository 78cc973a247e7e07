"""Cumulative sums of lost flow and of slowness, by hand."""

from math import log

import numpy as np
import pytest

from detectors.sequential.arrivals import Expectation
from detectors.sequential.frame_readings import read_frame
from detectors.sequential.lane_cusums import LOST_LIMIT, SLOW_LIMIT, lost_flow, slowness
from detectors.sequential.site_normal import SiteEstimator
from simulator.frame import LoopFrame

NAN = float("nan")
HAS = np.ones((2, 1), dtype=bool)
NOISE = 0.8  # of a new site


def lost(before: float, count: float, expected: float) -> float:
    """Return the sum of one lane after a frame with this count downstream."""
    normal = SiteEstimator(HAS, 30.0).normal
    frame = LoopFrame(30.0, np.array([[9.0], [count]]), np.full((2, 1), 25.0), np.zeros((2, 1)))
    one = np.full((1, 1), expected)
    arrivals = Expectation(one.copy(), one[0].copy(), one[0].copy(), one.copy(), one.copy(), np.ones(1))
    return float(lost_flow(np.array([[before]]), read_frame(frame, HAS, normal.use), arrivals, normal)[0, 0])


def test_a_lane_that_nobody_passes_adds_what_is_expected() -> None:
    assert lost(1.0, 0.0, 8.0) == pytest.approx(1 + 0.65 * 8 / NOISE)


def test_a_count_takes_from_the_sum() -> None:
    assert lost(9.0, 6.0, 6.0) == pytest.approx(9 + (6 * log(0.35) + 0.65 * 6) / NOISE)


@pytest.mark.parametrize(("before", "count", "wanted"), [(0.5, 20.0, 0.0), (LOST_LIMIT - 1, 0.0, LOST_LIMIT)])
def test_lost_flow_stays_within_its_limits(before: float, count: float, wanted: float) -> None:
    assert lost(before, count, 10.0) == wanted


@pytest.mark.parametrize(("count", "expected"), [(NAN, 10.0), (3.0, NAN)])
def test_lost_flow_stays_where_count_or_expectation_is_unknown(count: float, expected: float) -> None:
    assert lost(4.0, count, expected) == 4.0


@pytest.mark.parametrize(
    ("before", "speed", "period_s", "wanted"),
    [
        (2.0, -4.0, 30.0, 5.0),
        (2.0, -4.0, 60.0, 8.0),
        (2.0, -0.5, 30.0, 1.5),
        (2.0, 3.0, 30.0, 0.0),
        (29.0, -9.0, 30.0, SLOW_LIMIT),
    ],
)
def test_slowness_adds_what_is_slower_than_one_standard_deviation(
    before: float, speed: float, period_s: float, wanted: float
) -> None:
    assert slowness(np.array([[before]]), np.array([[speed]]), period_s)[0, 0] == pytest.approx(wanted)
