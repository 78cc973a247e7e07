"""What the learned peers see: windows written down by hand, on two stations of two lanes."""

from math import exp, nan

import numpy as np
import pytest

from detectors.learned.frame_windows import FRAMES, MEMORIES_S, LaneWindow, StationWindow, nan_beside
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

ROAD = Corridor("road", 30.0, (Station("up", 100.0, 2), Station("down", 900.0, 2)))
QUANTITIES = 6  # count, occupancy, speed of the lane, and of those beside it
STATION = QUANTITIES * (FRAMES + len(MEMORIES_S))


def frame(
    k: int, count: list[list[float]], speed: float = 20.0, occupancy: float = 0.1, corridor: Corridor = ROAD
) -> LoopFrame:
    counted = np.array(count)
    known = np.where(np.isnan(counted), nan, 1.0)
    return LoopFrame(corridor.period_s * (k + 1), counted, speed * known, occupancy * known)


def now(window: Array, section: int = 0, lane: int = 0, downstream: bool = False, back: int = 0) -> list[float]:
    first = STATION * downstream + QUANTITIES * back
    return [float(value) for value in window[section, lane, first : first + QUANTITIES]]


def means(window: Array, memory: int) -> float:
    """The exponential mean of the count upstream in lane 0."""
    return float(window[0, 0, QUANTITIES * (FRAMES + memory)])


def test_beside_is_the_mean_of_the_lanes_on_either_side() -> None:
    assert nan_beside(np.array([[1.0, 2.0, 5.0]])).tolist() == [[2.0, 3.0, 2.0]]


def test_beside_leaves_out_the_lane_that_does_not_report() -> None:
    np.testing.assert_array_equal(nan_beside(np.array([[nan, 2.0, 5.0]])), [[2.0, 5.0, 2.0]])


def test_beside_is_not_known_where_no_lane_reports() -> None:
    np.testing.assert_array_equal(nan_beside(np.array([[1.0, nan], [4.0, 4.0]])), [[nan, 1.0], [4.0, 4.0]])


def test_a_single_lane_has_none_beside_it() -> None:
    assert np.isnan(nan_beside(np.array([[1.0]]))).all()


def test_a_lane_window_begins_with_the_newest_frame_upstream() -> None:
    window = LaneWindow(ROAD).step(frame(0, [[6.0, 8.0], [3.0, 5.0]]))
    assert now(window) == [6.0, 0.1, 20.0, 8.0, 0.1, 20.0]
    assert now(window, lane=1) == [8.0, 0.1, 20.0, 6.0, 0.1, 20.0]


def test_the_station_downstream_follows() -> None:
    window = LaneWindow(ROAD).step(frame(0, [[6.0, 8.0], [3.0, 5.0]]))
    assert now(window, downstream=True) == [3.0, 0.1, 20.0, 5.0, 0.1, 20.0]


def test_the_section_comes_last() -> None:
    road = Corridor("road", 30.0, (*ROAD.stations, Station("narrow", 1500.0, 1)))
    window = LaneWindow(road).step(frame(0, [[6.0, 8.0], [3.0, 5.0], [8.0, nan]]))
    assert window.shape == (2, 2, 2 * STATION + 2)
    assert window[:, 0, -2:].tolist() == [[800.0, 2.0], [600.0, 1.0]]  # metres, lanes downstream


def test_counts_are_per_30_s() -> None:
    slow = Corridor("road", 60.0, ROAD.stations)
    window = LaneWindow(slow).step(frame(0, [[6.0, 8.0], [3.0, 5.0]], corridor=slow))
    assert now(window) == [3.0, 0.1, 20.0, 4.0, 0.1, 20.0]


def test_older_frames_follow_the_newest() -> None:
    window = LaneWindow(ROAD)
    for k in range(6):
        seen = window.step(frame(k, [[float(k), 0.0], [10.0 + k, 0.0]]))
    assert [now(seen, back=back)[0] for back in range(FRAMES)] == [5.0, 4.0, 3.0, 2.0]
    assert [now(seen, back=back, downstream=True)[0] for back in range(FRAMES)] == [15.0, 14.0, 13.0, 12.0]


def test_frames_before_the_first_are_not_known() -> None:
    seen = LaneWindow(ROAD).step(frame(0, [[6.0, 8.0], [3.0, 5.0]]))
    assert np.isnan([now(seen, back=back) for back in range(1, FRAMES)]).all()


def test_exponential_means_begin_with_the_first_frame() -> None:
    seen = LaneWindow(ROAD).step(frame(0, [[6.0, 8.0], [3.0, 5.0]]))
    assert [means(seen, memory) for memory in range(3)] == [6.0, 6.0, 6.0]


@pytest.mark.parametrize(("memory", "seconds"), list(enumerate(MEMORIES_S)))
def test_exponential_means_forget_by_their_memory(memory: int, seconds: float) -> None:
    # a step from 6 to 0: after two frames of 30 s exp(-60 / memory) of it is left
    window = LaneWindow(ROAD)
    for k, count in enumerate((6.0, 0.0, 0.0)):
        seen = window.step(frame(k, [[count, 0.0], [0.0, 0.0]]))
    assert means(seen, memory) == pytest.approx(6.0 * exp(-60.0 / seconds))


def test_an_exponential_mean_outlasts_a_gap() -> None:
    window = LaneWindow(ROAD)
    window.step(frame(0, [[6.0, 8.0], [3.0, 5.0]]))
    seen = window.step(frame(1, [[nan, 8.0], [3.0, 5.0]]))
    assert means(seen, 0) == 6.0
    assert np.isnan(now(seen)[0])


def test_an_exponential_mean_begins_when_a_lane_first_reports() -> None:
    window = LaneWindow(ROAD)
    window.step(frame(0, [[nan, 8.0], [3.0, 5.0]]))
    assert means(window.step(frame(1, [[4.0, 8.0], [3.0, 5.0]])), 0) == 4.0


def test_a_station_window_is_flow_and_occupancy_of_five_frames_upstream_and_three_downstream() -> None:
    window = StationWindow(ROAD)
    for k in range(6):  # mean count k upstream: k x 120 veh/h/lane, in thousands
        seen = window.step(frame(k, [[k - 0.0, k + 0.0], [10.0 + k, 12.0 + k]], occupancy=0.01 * k))
    up = [value for k in (5, 4, 3, 2, 1) for value in (0.12 * k, 0.01 * k)]
    down = [value for k in (5, 4, 3) for value in (0.12 * (11 + k), 0.01 * k)]
    assert seen.shape == (1, 16)
    assert seen[0] == pytest.approx([*up, *down])


def test_a_station_window_is_not_known_before_the_first_frame() -> None:
    seen = StationWindow(ROAD).step(frame(0, [[6.0, 8.0], [3.0, 5.0]]))
    known = np.zeros(16, dtype=bool)
    known[[0, 1, 10, 11]] = True
    assert np.isfinite(seen[0]).tolist() == known.tolist()


def test_a_station_window_averages_the_lanes_that_report() -> None:
    seen = StationWindow(ROAD).step(frame(0, [[nan, 8.0], [3.0, 5.0]]))
    assert seen[0, [0, 10]] == pytest.approx([0.96, 0.48])


def test_a_dead_station_is_not_known() -> None:
    seen = StationWindow(ROAD).step(frame(0, [[6.0, 8.0], [nan, nan]]))
    assert np.isfinite(seen[0, :2]).all()
    assert np.isnan(seen[0, 10:12]).all()
