import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.planting.planted_road import PlantedRoad
from simulator.planting.scene import Scene
from simulator.planting.site_constants import SiteConstants
from simulator.planting.wave_run import Waves, run_waves

CELL_M, FREE_MPS, STEPS, FRAMES, CELLS = 50.0, 25.0, 15, 80, 200
SITE = SiteConstants(capacity_vphpl=2000.0)
ONSET_S, CLEARANCE_S, AT_M = 600.0, 1200.0, 150 * CELL_M


def waves(vphpl: float, blocked: tuple[int, ...], lanes: int = 3, joining: float = 0.0, leaving: float = 0.0) -> Waves:
    road = PlantedRoad(
        cell_m=CELL_M,
        step_s=CELL_M / FREE_MPS,
        steps=STEPS,
        free_mps=FREE_MPS,
        first_m=0.0,
        station_edge=(20, 140, 160),
        use=np.full((CELLS, lanes), 1 / lanes),
        inflow=np.full((FRAMES, lanes), vphpl / 3600),
        joining=np.full((FRAMES, CELLS), joining),
        leaving=np.full((FRAMES, CELLS), leaving),
    )
    return run_waves(road, SITE, Scene(ONSET_S, CLEARANCE_S, AT_M, blocked), 0.0, (140 * CELL_M, 160 * CELL_M))


@pytest.mark.parametrize("blocked", [(0,), (1,), (1, 2)])
def test_vehicles_are_conserved(blocked: tuple[int, ...]) -> None:
    """What came in is on the road, waits to enter it, or has left."""
    found = waves(1500, blocked, joining=1e-4, leaving=1e-4)
    frames = found.held.shape[1]
    came = (3 * 1500 / 3600 + 1e-4 * CELLS) * np.arange(1, frames + 1) * STEPS * CELL_M / FREE_MPS
    start = 3 * 1500 / 3600 / FREE_MPS * CELLS * CELL_M
    assert found.held + found.passed == pytest.approx(np.tile(start + came, (2, 1)), rel=1e-9)


def test_a_queue_grows_as_shock_waves_do() -> None:
    """Two lanes, one blocked: flow q_out = 0.64 C passes in the open lane. Far upstream both lanes are alike in the queue, so each
    discharges q_out / 2 at density kj - q_out / 2w, and its tail moves up at
    (q_in - q_out / 2) / (k_in - k_queue)  (Lighthill and Whitham 1955)."""
    found = waves(1400, (0,), lanes=2)
    capacity = SITE.capacity_vps
    jam = capacity * (1 / FREE_MPS + 1 / SITE.wave_mps)
    each = 0.64 * capacity / 2
    inflow = 1400 / 3600
    shock_mps = (inflow - each) / (inflow / FREE_MPS - (jam - each / SITE.wave_mps))
    frame_s = STEPS * CELL_M / FREE_MPS
    first, last = 24, 38  # frames well within the blockage
    grown_mps = (found.tail_m[last] - found.tail_m[first]) / ((last - first) * frame_s)
    assert grown_mps == pytest.approx(shock_mps, rel=0.12)


def test_a_scene_passes_what_its_open_lanes_carry() -> None:
    """Four lanes, an outer one blocked, many vehicles waiting: (0.64 + 2 x 0.88) of a lane's capacity."""
    found = waves(1700, (0,), lanes=4)
    frame = 38
    passed = found.flow[1, frame, 2].sum()
    assert passed <= (0.64 + 2 * 0.88) * SITE.capacity_vps + 1e-9
    assert passed == pytest.approx((0.64 + 2 * 0.88) * SITE.capacity_vps, rel=0.03)


def test_below_what_open_lanes_carry_no_queue_forms_and_the_blocked_lane_is_empty_behind() -> None:
    found = waves(600, (0,))
    assert found.queue.max() == 0
    assert found.flow[1, 38, 2, 0] < 0.6 * found.flow[0, 38, 2, 0]  # 500 m past the scene it has refilled in part
    assert found.flow[1, 38].sum(axis=1) == pytest.approx(found.flow[0, 38].sum(axis=1), rel=1e-3)


def test_nothing_differs_before_the_vehicle_stops() -> None:
    found = waves(1500, (1,))
    before = int((ONSET_S - 10) // (STEPS * CELL_M / FREE_MPS))
    assert np.array_equal(found.flow[0, :before], found.flow[1, :before])
    assert np.array_equal(found.density[0, :before], found.density[1, :before])


def test_a_queue_discharges_at_capacity_and_the_roads_agree_in_the_end() -> None:
    """After clearance the queue leaves at capacity in every lane; all that was held up passes."""
    found = waves(1200, (0, 1))
    frame_s = STEPS * CELL_M / FREE_MPS
    after = int(CLEARANCE_S / frame_s) + 3
    assert found.flow[1, after, 2].sum() == pytest.approx(3 * SITE.capacity_vps, rel=0.05)
    assert abs(found.held[1, -1] - found.held[0, -1]) < 1.0
    assert len(found.tail_m) < FRAMES  # it stopped when nothing was left to follow


def test_impossible_constants_are_refused() -> None:
    with pytest.raises(UserError, match=r"discharge_drop: wanted 0 to 0\.5, got 2"):
        SiteConstants(discharge_drop=2.0)
