"""Queues followed frame by frame, and the rows the trees get."""

import numpy as np
import pytest

from detectors.sequential.estimates.queue_features import BASE_VEH, QUEUE_NAMES
from detectors.sequential.estimates.queue_tracker import QueueTracker, TrackedQueues
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

PERIOD_S, LANES, STATIONS = 30.0, 3, 4
ROAD = Corridor("road", PERIOD_S, tuple(Station(f"S{s}", 800.0 * s, LANES) for s in range(STATIONS)))
SECTION, PLACE_M, ONSET_S = np.array([2]), np.array([2000.0]), np.array([600.0])
LANE_2 = np.array([[False, False, True]])


def frame(time_s: float) -> LoopFrame:
    """Lane 2 lost downstream after 600 s, and standing at the station upstream from 700 s on."""
    count, speed, occupancy = (
        np.full((STATIONS, LANES), 10.0),
        np.full((STATIONS, LANES), 28.0),
        np.full((STATIONS, LANES), 0.08),
    )
    if time_s > 600.0:
        count[3] = 10.0, 10.0, 1.0
    if time_s > 700.0:
        count[2], speed[2], occupancy[2] = (8.0, 7.0, 6.0), (9.0, 7.0, 3.0), (0.2, 0.25, 0.5)
    return LoopFrame(time_s, count, speed, occupancy)


def tracked(until_s: float, lanes: np.typing.NDArray[np.bool_] = LANE_2) -> TrackedQueues:
    tracker, found = QueueTracker(ROAD), None
    for k in range(1, round(until_s / PERIOD_S) + 1):
        tracker.observe(frame(PERIOD_S * k))
        if PERIOD_S * k > 660.0:
            found = tracker.track(SECTION, lanes, PLACE_M, ONSET_S)
    assert found is not None
    return found


def value(found: TrackedQueues, name: str) -> float:
    return float(found.rows.rows[0, QUEUE_NAMES.index(name)])


def test_a_lane_has_a_row_in_the_order_of_the_table() -> None:
    found = tracked(900.0)
    assert found.rows.rows.shape == (1, len(QUEUE_NAMES))
    assert (value(found, "since_onset"), value(found, "from_upstream"), value(found, "blocked_lanes")) == (
        300.0,
        400.0,
        1.0,
    )
    assert value(found, "open_beside") == 1.0


def test_the_queue_grows_with_the_vehicles_that_are_stored() -> None:
    short, long = tracked(780.0), tracked(1200.0)
    assert long.rows.filtered[0] > 2 * short.rows.filtered[0] > 0


def test_the_base_is_never_below_its_least() -> None:
    assert tracked(690.0).rows.base[0] >= BASE_VEH


def test_two_blocked_lanes_share_what_is_stored_by_their_densities() -> None:
    found = tracked(900.0, np.array([[False, True, True]]))
    middle, left = found.rows.filtered
    assert left / middle == pytest.approx(found.reach.by_density[0, 2] / found.reach.by_density[0, 1])


def test_a_queue_that_was_left_out_for_a_frame_begins_anew() -> None:
    tracker = QueueTracker(ROAD)
    covariances = []
    for k in range(1, 41):
        tracker.observe(frame(PERIOD_S * k))
        if PERIOD_S * k > 660.0 and k != 39:
            covariances.append(tracker.track(SECTION, LANE_2, PLACE_M, ONSET_S).states.covariance[0, 0, 0])
    assert covariances[-1] == pytest.approx(covariances[0], rel=0.5)
    assert covariances[-2] < covariances[-1]
