"""Queues on a road of known flows: how many are stored, and where the tail is."""

import numpy as np
import pytest

from detectors.sequential.estimates.queue_reach import QueueReach, queue_reach
from detectors.sequential.estimates.road_memory import RoadMemory
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

PERIOD_S, LANES, FREE_MPS, QUEUE_MPS, COVERED_M = 30.0, 2, 28.0, 5.0, 6.5
DEMAND, PASSED = 14.0, 9.0  # [veh per lane and frame] that arrive, and that a blockage lets pass
STATIONS_M = (0.0, 840.0, 1680.0, 2520.0)
ONSET_S, PLACE_M = 1800.0, 2100.0  # in the last section


def road() -> Corridor:
    return Corridor("road", PERIOD_S, tuple(Station(f"S{s}", at, LANES) for s, at in enumerate(STATIONS_M)))


def frame(time_s: float, reached: tuple[int, ...]) -> LoopFrame:
    """The frame that ends at `time_s`; the stations `reached` stand in the queue, the last one lies downstream of it."""
    count = np.full((len(STATIONS_M), LANES), DEMAND)
    speed = np.full(count.shape, FREE_MPS)
    if time_s > ONSET_S:
        count[-1] = PASSED
    for station in reached:
        count[station], speed[station] = PASSED, QUEUE_MPS
    return LoopFrame(time_s, count, speed, np.minimum(count * COVERED_M / speed / PERIOD_S, 1.0))


def queue_after(frames: int, reached: tuple[int, ...], from_frame: int = 0) -> QueueReach:
    """The queue so many frames after the onset, of which the last stood at the stations `reached` since `from_frame`."""
    memory, before = RoadMemory(road()), int(ONSET_S / PERIOD_S)
    suspected = np.zeros(len(STATIONS_M) - 1, dtype=bool)
    for k in range(1, before + frames + 1):
        suspected[-1] = k > before
        memory.step(frame(PERIOD_S * k, reached if k > before + from_frame else ()), suspected)
    return queue_reach(memory, np.array([2]), np.array([PLACE_M]), np.array([ONSET_S]))


def test_a_constant_inflow_less_a_constant_outflow_is_stored_frame_by_frame() -> None:
    # stored(t) = (A - D) t:  2 lanes x (14 - 9) vehicles a frame
    for frames in (4, 8, 16):
        assert queue_after(frames, ()).stored == pytest.approx(frames * LANES * (DEMAND - PASSED), rel=0.02)


def test_a_queue_that_hides_the_demand_at_a_station_stores_as_much() -> None:
    # the same, counted from the next station up that is free, or from the demand of before where none is
    wanted = 16 * LANES * (DEMAND - PASSED)
    assert queue_after(16, (2,), 6).stored == pytest.approx(wanted, rel=0.02)
    assert queue_after(16, (2, 1), 6).stored == pytest.approx(wanted, rel=0.02)
    beyond = queue_after(16, (2, 1, 0), 6)
    assert beyond.stored == pytest.approx(wanted, rel=0.02)
    assert beyond.beyond.tolist() == [True]


def test_the_tail_lies_where_the_vehicles_stored_at_the_queues_density_reach() -> None:
    # a queue of k = q / v: 9 / 30 s / 5 m/s = 60 veh/km a lane, 43.3 above the 16.7 of free traffic;
    # it has stood at station 2 for 6 frames, each of which stored 2 x 5 vehicles upstream of it: 60 / 0.0867 = 692 m
    density, normal = PASSED / PERIOD_S / QUEUE_MPS, DEMAND / PERIOD_S / FREE_MPS
    stored = 6 * LANES * (DEMAND - PASSED)
    found = queue_after(12, (2,), 6)
    assert found.reached.tolist() == [1]
    assert found.in_tail == pytest.approx(stored, rel=0.02)
    assert found.tail_m == pytest.approx(STATIONS_M[2] - stored / (LANES * (density - normal)), rel=0.03)


def test_the_tail_is_not_drawn_beyond_a_station_that_is_free() -> None:
    assert queue_after(40, (2,), 6).tail_m == pytest.approx(STATIONS_M[1])


def test_a_lanes_queue_is_its_density_times_the_length_it_fills() -> None:
    found = queue_after(30, (2, 1), 6)
    density = PASSED / PERIOD_S / QUEUE_MPS
    np.testing.assert_allclose(found.by_density[0], density * (PLACE_M - found.tail_m[0]), rtol=0.03)


def test_a_section_without_stations_upstream_of_its_own_has_a_reach_of_one() -> None:
    memory = RoadMemory(road())
    for k in range(1, 30):
        memory.step(frame(PERIOD_S * k, ()), np.zeros(3, dtype=bool))
    found = queue_reach(memory, np.array([0]), np.array([400.0]), np.array([600.0]))
    assert (found.station[0] >= 0).sum() == 1
    assert found.reached.tolist() == [0]
    assert found.stored == pytest.approx(0.0, abs=1e-6)


def test_a_tail_stays_behind_a_station_that_is_free_between_two_waves() -> None:
    memory = RoadMemory(road())
    suspected = np.array([False, False, True])
    for k in range(1, 91):
        # the queue stands at stations 2 and 1; a gap between two waves passes station 2 in the last three frames
        reached = () if k <= 70 else (2, 1) if k <= 87 else (1,)
        memory.step(frame(PERIOD_S * k, reached), suspected & (k > 60))
    found = queue_reach(memory, np.array([2]), np.array([PLACE_M]), np.array([ONSET_S]))
    assert found.reached.tolist() == [0]
    assert found.counted_tail_m[0] > STATIONS_M[1]
    assert found.tail_m.tolist() == [STATIONS_M[1]]
