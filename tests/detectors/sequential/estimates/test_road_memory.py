"""What is remembered of a road: densities, demand under a queue, gains and running totals."""

import numpy as np
import pytest

from detectors.sequential.estimates.road_memory import RoadMemory, RoadState
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

PERIOD_S = 30.0
ROAD = Corridor("road", PERIOD_S, (Station("a", 0.0, 2), Station("b", 1000.0, 2), Station("c", 2000.0, 1)))
NOBODY = np.zeros(2, dtype=bool)


def frame(
    time_s: float, count: float = 10.0, speed: float = 25.0, at_c: float = 10.0, occupancy: float = 0.1
) -> LoopFrame:
    counts = np.array([[count, count], [count, count], [at_c, np.nan]])
    return LoopFrame(time_s, counts, np.full((3, 2), speed), np.full((3, 2), occupancy))


def after(
    frames: int, memory: RoadMemory | None = None, start: int = 0, **given: float
) -> tuple[RoadMemory, RoadState]:
    memory = memory or RoadMemory(ROAD)
    for k in range(start + 1, start + frames + 1):
        memory.step(frame(PERIOD_S * k, **given), NOBODY)
    return memory, memory.state


def test_density_is_occupancy_over_the_length_a_vehicle_covers() -> None:
    # 10 vehicles in 30 s at 25 m/s: 13.3 per km; each covers m = o T v / n = 0.1 x 30 x 25 / 10 = 7.5 m
    memory, state = after(200)
    np.testing.assert_allclose(memory.covered[:2], 7.5, rtol=0.01)
    np.testing.assert_allclose(state.density[:2], 10 / PERIOD_S / 25.0, rtol=0.01)


def test_density_comes_from_count_and_speed_without_occupancy() -> None:
    _, state = after(40, occupancy=np.nan)
    np.testing.assert_allclose(state.density[:2], 10 / PERIOD_S / 25.0, rtol=0.01)


def test_a_lane_that_does_not_exist_holds_nobody() -> None:
    assert after(5)[1].density[2, 1] == 0.0


def test_the_demand_of_the_time_before_stands_in_while_a_queue_hides_it() -> None:
    memory, _ = after(40)
    _, state = after(20, memory, 40, count=3.0, speed=5.0, at_c=3.0, occupancy=0.5)
    assert state.congested.all()
    np.testing.assert_allclose(state.demand[0], 10.0)
    (into,), (out,) = memory.history.totals_at(np.array([1800.0]), np.array([0]))
    # from the second slow frame on: the speed over two frames takes the first for dense traffic
    (before,), (out_before,) = memory.history.totals_at(np.array([1230.0]), np.array([0]))
    assert into - before == pytest.approx(19 * 20.0)
    assert out - out_before == pytest.approx(19 * 6.0)


def test_totals_between_two_frames_are_their_share() -> None:
    memory, _ = after(10)
    (early, late), _ = memory.history.totals_at(np.array([285.0, 300.0]), np.array([0, 0]))
    assert late - early == pytest.approx(20.0 / 2)


def test_a_section_that_loses_half_at_an_off_ramp_has_a_gain_of_half() -> None:
    _, state = after(300)
    assert state.gain == pytest.approx([1.0, 0.5], rel=0.03)


def test_a_suspected_section_teaches_no_gain_and_its_downstream_station_no_demand() -> None:
    memory, state = after(40)
    for k in range(41, 60):
        memory.step(frame(PERIOD_S * k, at_c=2.0), np.array([False, True]))
    np.testing.assert_allclose(memory.state.demand[2, 0], state.demand[2, 0])
    assert memory.state.gain[1] == pytest.approx(state.gain[1], rel=0.02)


def test_a_dead_loop_counts_what_is_usual_there() -> None:
    memory, _ = after(40)
    dead = frame(1230.0)
    count = dead.count.copy()
    count[0, 1] = np.nan
    memory.step(LoopFrame(1230.0, count, dead.speed, dead.occupancy), NOBODY)
    np.testing.assert_allclose(memory.state.count[0], [10.0, 10.0])
