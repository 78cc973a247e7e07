import numpy as np
import pytest

from simulator.frame import Array
from simulator.planting.loop_series import LoopSeries
from simulator.planting.site_constants import SiteConstants
from simulator.planting.site_estimate import estimated_constants, given_constants
from tests.simulator.planting.planting_recordings import road


def series(vphpl: Array, slope_mps: float) -> LoopSeries:
    """Flow over time in every lane, and speeds 30 - slope x flow / 2000 with noise."""
    corridor = road()
    shape = (len(vphpl), len(corridor.stations), corridor.lanes)
    rng = np.random.default_rng(5)
    count = np.broadcast_to(vphpl[:, None, None] / 120, shape)
    speed = 30 - slope_mps * vphpl[:, None, None] / 2000 + rng.normal(0, 0.3, shape)
    times_s: Array = np.arange(1.0, len(vphpl) + 1) * 30
    return LoopSeries(times_s, count, speed, np.full(shape, np.nan))


def test_capacity_is_the_largest_flow_where_that_is_more_than_the_default_and_the_slope_is_found() -> None:
    flow = np.concatenate([np.linspace(200, 2000, 600), np.full(60, 2000.0), np.linspace(2000, 200, 600)])
    site = estimated_constants([(road(), series(flow, 4.0))])
    assert site.capacity_vphpl == pytest.approx(2000, abs=15)
    assert site.speed_slope_mps == pytest.approx(4.0, abs=0.2)
    assert "largest 15-min flow" in site.sources["capacity_vphpl"]
    assert site.sources["speed_slope_mps"] == "regression of speed on flow"


def test_steady_thin_traffic_shows_neither() -> None:
    site = estimated_constants([(road(), series(np.full(800, 700.0), 4.0))])
    assert (site.capacity_vphpl, site.speed_slope_mps) == (1900.0, 1.8)
    assert "default" in site.sources["speed_slope_mps"]
    assert "700 veh/h/lane, a lower bound" in site.sources["capacity_vphpl"]


def test_what_a_user_gives_replaces_what_was_estimated() -> None:
    site = given_constants(SiteConstants(sources={"wave_mps": "default"}), {"wave_mps": 5.0})
    assert (site.wave_mps, site.sources["wave_mps"]) == (5.0, "given")
    assert site.capacity_vphpl == 1900.0
