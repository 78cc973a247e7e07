import numpy as np
import pytest

from simulator.planting.loop_series import series_of
from simulator.planting.planted_road import net_ramp_flow, road_around
from tests.simulator.planting.planting_recordings import FREE_MPS, PERIOD_S, recording


def test_what_two_stations_differ_by_joins_or_leaves_between_them() -> None:
    """10 vehicles a frame at the first, 14 at the second, 7 at the third station: +4, then -7."""
    total = np.tile([10.0, 14.0, 7.0], (60, 1))
    net = net_ramp_flow(total, np.array([840.0, 840.0]), FREE_MPS, PERIOD_S)
    assert net == pytest.approx(np.tile([4.0, -7.0], (60, 1)))


def test_a_step_in_the_counts_that_travels_at_free_speed_is_no_ramp() -> None:
    """A step passes the second station exactly two frames after the first, 1680 m at 28 m/s: nothing joins."""
    step = np.where(np.arange(80) >= 40, 12.0, 6.0)
    total = np.stack([step, np.roll(step, 2)], axis=1)
    total[:2, 1] = 6.0
    assert net_ramp_flow(total, np.array([1680.0]), FREE_MPS, PERIOD_S)[:70] == pytest.approx(0.0)


def test_the_road_takes_its_inflow_lane_use_and_places_from_the_recording() -> None:
    made = recording(vphpl=1200.0, noise=False)
    road = road_around(series_of(made.frames), made.corridor, slice(1, 5), slice(20, 120), FREE_MPS, 3)
    assert road.inflow == pytest.approx(np.full((100, 3), 1200 / 3600))
    assert road.use == pytest.approx(np.full((road.cells, 3), 1 / 3))
    assert road.joining.max() < 1e-9
    assert road.leaving.max() < 1e-9
    assert road.steps * road.step_s == pytest.approx(PERIOD_S)
    assert road.cell_m == pytest.approx(road.free_mps * road.step_s)
    places = [road.first_m + edge * road.cell_m for edge in road.station_edge]
    assert places == pytest.approx([1000.0, 2000.0, 3000.0, 4000.0], abs=road.cell_m / 2)
