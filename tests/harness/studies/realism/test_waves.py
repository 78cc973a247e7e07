"""Planted waves: their speed is found, whatever the frames; free traffic has none."""

import numpy as np
import pytest

from harness.studies.realism.waves import wave_speeds
from simulator.frame import Array
from tests.harness.studies.realism.made_samples import recording, road, sample

SPACING_M = 700.0


def waves(speed_mps: float, period_s: float, mean_mps: float = 10.0, hours: float = 2.0) -> Array:
    """(T, S, L) speeds: stop-and-go of irregular periods that reaches each station distance / speed after the next downstream."""
    rng = np.random.default_rng(11)
    length = round(hours * 3600)
    white = rng.standard_normal(length + 4000)
    source = np.convolve(white, np.ones(90) / np.sqrt(90), "same")  # correlated over 90 s
    columns = []
    for station in range(4):
        late_s = (3 - station) * SPACING_M / speed_mps
        at_s = 3000 + period_s * np.arange(round(length / period_s)) - late_s
        columns.append(mean_mps + 3.0 * np.interp(at_s, np.arange(len(source)), source))
    # free traffic before and after sets the free speed
    free = np.full((round(3600 / period_s), 4), 28.0)
    joined = np.concatenate([free, np.clip(np.array(columns).T, 1.0, None), free])
    return np.repeat(joined[:, :, np.newaxis], 2, axis=2)


@pytest.mark.parametrize("period_s", [20.0, 30.0])
def test_a_wave_of_18_kmh_is_found(period_s: float) -> None:
    # 700 m at 5 m/s: 140 s, 4.7 frames of 30 s; a parabola through three lags finds the fraction.
    corridor = road(stations=4, lanes=2, spacing_m=SPACING_M, period_s=period_s)
    speeds = waves(5.0, period_s)
    found = wave_speeds(sample(recording(corridor, np.full(speeds.shape, 8.0), speeds)))
    assert found["wave_mps"] == pytest.approx([5.0, 5.0, 5.0], rel=0.04)


def test_a_disturbance_that_runs_downstream_is_no_wave() -> None:
    corridor = road(stations=4, lanes=2, spacing_m=SPACING_M)
    speeds = waves(5.0, 30.0)[:, ::-1]
    assert wave_speeds(sample(recording(corridor, np.full(speeds.shape, 8.0), speeds))) == {}


def test_free_traffic_has_no_waves() -> None:
    corridor = road(stations=4, lanes=2, spacing_m=SPACING_M)
    speeds = waves(5.0, 30.0, mean_mps=26.0)
    assert wave_speeds(sample(recording(corridor, np.full(speeds.shape, 8.0), speeds))) == {}


def test_unrelated_stations_have_no_waves() -> None:
    corridor = road(stations=2, lanes=2, spacing_m=SPACING_M)
    rng = np.random.default_rng(2)
    slow = 10.0 + rng.normal(0.0, 2.0, (400, 2, 2))
    speeds = np.concatenate([np.full((400, 2, 2), 28.0), slow])
    assert wave_speeds(sample(recording(corridor, np.full(speeds.shape, 8.0), speeds))) == {}
