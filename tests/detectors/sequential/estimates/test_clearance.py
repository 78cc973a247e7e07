"""The clearance of lanes whose traffic comes back downstream at a known moment."""

import numpy as np
import pytest

from detectors.sequential.estimates.clearance import returned_s
from simulator.frame import Array

PERIOD_S, FRAMES = 30.0, 16
TIMES_S: Array = PERIOD_S * np.arange(1.0, FRAMES + 1.0)
BLOCKED = np.array([[True, False, False]])


def counts(return_s: float) -> Array:
    """Lane 0 passes 1 vehicle a frame until `return_s` and 12 afterwards, the others 12 always."""
    after = np.clip((TIMES_S - return_s) / PERIOD_S, 0.0, 1.0)
    own = 1.0 + 11.0 * after
    return np.stack([own, np.full(FRAMES, 12.0), np.full(FRAMES, 12.0)], axis=1)[:, None, :]


def moment(counted: Array, speeds: Array | None = None, from_s: float = 0.0, earliest_s: float = 0.0) -> float:
    speeds = np.full((FRAMES, 1), 28.0) if speeds is None else speeds
    found = returned_s(counted, speeds, BLOCKED, TIMES_S, np.array([from_s]), np.array([earliest_s]), PERIOD_S)
    return float(found[0])


@pytest.mark.parametrize("return_s", [240.0, 247.0, 255.0, 266.0])
def test_the_moment_within_a_frame_is_found_from_its_count(return_s: float) -> None:
    assert moment(counts(return_s)) == pytest.approx(return_s, abs=6.0)


def test_speeds_decide_where_counts_return_step_by_step() -> None:
    # vehicles change into the lane beyond the place, more and more of them; they drive freely only from 330 s on
    own = np.array([1.0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 9, 10, 9])
    counted = np.stack([own, np.full(FRAMES, 12.0), np.full(FRAMES, 12.0)], axis=1)[:, None, :]
    speeds = np.where(TIMES_S <= 330.0, 16.0, 28.0)[:, None]
    assert abs(moment(counted, speeds) - 330.0) < 30.0 < abs(moment(counted) - 330.0)


def test_frames_before_the_shadow_arrived_are_no_traffic_that_returned() -> None:
    shadow = counts(300.0)
    shadow[:3, 0, 0] = 12.0  # before the incident was felt at D
    assert moment(shadow, from_s=90.0) == pytest.approx(300.0, abs=6.0)


def test_a_return_is_not_looked_for_before_it_can_have_been() -> None:
    assert moment(counts(120.0), earliest_s=300.0) >= 300.0 - PERIOD_S


def test_without_traffic_that_returned_there_is_no_moment() -> None:
    assert np.isnan(moment(counts(1e9)[::-1] * 0.0))
