"""Smoothed and free-flow speeds of a station, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.sequential.frame_readings import Reading, read_frame
from detectors.sequential.site_normal import SiteEstimator, SiteNormal
from detectors.sequential.station_speeds import FADING, FREE_ABOVE_MPS, QUIET_RATE, StationSpeeds, next_speeds
from simulator.frame import LoopFrame

HAS = np.ones((2, 1), dtype=bool)  # two stations, of which the first is looked at
BEFORE = StationSpeeds(np.full(2, 20.0), np.full(2, 30.0))


def normal(speed_mps: float = 28.0) -> SiteNormal:
    return replace(SiteEstimator(HAS, 30.0).normal, station_speed=np.full(2, speed_mps))


def passing(speed_mps: float, vehicles: float = 5.0) -> Reading:
    frame = LoopFrame(30.0, np.full((2, 1), vehicles), np.full((2, 1), speed_mps), np.zeros((2, 1)))
    return read_frame(frame, HAS, np.ones((2, 1)))


def test_the_first_frame_is_taken_as_it_is() -> None:
    assert next_speeds(None, passing(24.0), normal(), 30.0).smoothed[0] == pytest.approx(24.0)


def test_before_any_vehicle_the_speed_is_normal() -> None:
    assert next_speeds(None, passing(np.nan, 0.0), normal(), 30.0).smoothed[0] == 28.0


@pytest.mark.parametrize(("period_s", "smoothed"), [(30.0, 15.0), (60.0, 12.5)])
def test_half_the_difference_is_followed_in_30_s(period_s: float, smoothed: float) -> None:
    assert next_speeds(BEFORE, passing(10.0), normal(), period_s).smoothed[0] == pytest.approx(smoothed)


def test_where_nobody_passes_the_speed_returns_to_normal_slowly() -> None:
    assert next_speeds(BEFORE, passing(np.nan, 0.0), normal(), 30.0).smoothed[0] == pytest.approx(
        20 + QUIET_RATE * 0.5 * (28 - 20)
    )


def test_free_flow_speed_fades_in_congestion() -> None:
    assert next_speeds(BEFORE, passing(10.0), normal(10.0), 60.0).free[0] == pytest.approx(30 * (1 - 2 * FADING))


def test_free_flow_speed_rises_to_the_normal_speed_no_further_than_above_the_smoothed_one() -> None:
    assert next_speeds(BEFORE, passing(40.0), normal(33.0), 30.0).free[0] == 33.0
    assert next_speeds(BEFORE, passing(40.0), normal(39.0), 30.0).free[0] == 30.0 + FREE_ABOVE_MPS
