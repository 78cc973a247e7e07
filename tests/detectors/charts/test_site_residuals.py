"""White residuals of readings whose law is known: noise that follows itself, neighbours that share it, a lasting change."""

import numpy as np
import pytest

from detectors.charts.section_series import SectionSeries
from detectors.charts.site_residuals import SiteResiduals
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

CORRIDOR = Corridor("made", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(4)))
FRAMES = 1500


def followed(correlation: float, seed: int = 1, shared: float = 0.0) -> Array:
    """(T, S) noise of deviation 1 that follows itself; `shared` is the share of variance that all stations have in common."""
    rng = np.random.default_rng(seed)
    new = np.sqrt(1 - shared) * rng.standard_normal((FRAMES, 4)) + np.sqrt(shared) * rng.standard_normal((FRAMES, 1))
    noise = np.zeros((FRAMES, 4))
    for t in range(1, FRAMES):
        noise[t] = correlation * noise[t - 1] + np.sqrt(1 - correlation**2) * new[t]
    return noise


def frames(noise: Array) -> list[LoopFrame]:
    """Frames whose speeds are 25 m/s and the noise; counts and occupancies alike."""
    return [
        LoopFrame(30.0 * (t + 1), 20 + np.clip(2 * row, -9, 9)[:, None], 25 + row[:, None], 0.1 + 0.01 * row[:, None])
        for t, row in enumerate(noise)
    ]


def residuals(noise: Array) -> Array:
    """(T, S, 3) after the first hour."""
    site = SiteResiduals(CORRIDOR, 1200.0)
    return np.array([site.step(frame) for frame in frames(noise)])[120:]


def autocorrelation(values: Array) -> float:
    """At one frame's distance, over all series."""
    return float((values[1:] * values[:-1]).mean() / (values**2).mean())


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_noise_that_follows_itself_becomes_white(correlation: float) -> None:
    found = residuals(followed(correlation))
    assert abs(autocorrelation(found)) < 0.1
    assert found.std() == pytest.approx(1.0, abs=0.1)


def test_what_all_stations_share_is_taken_off() -> None:
    speed = residuals(followed(0.0, shared=0.8))[:, :, 1]
    assert abs(np.asarray(np.corrcoef(speed.T))[np.triu_indices(4, 1)]).mean() < 0.35


def test_nothing_is_known_for_the_first_ten_minutes() -> None:
    site = SiteResiduals(CORRIDOR, 1200.0)
    known = [bool(np.isfinite(site.step(frame)).any()) for frame in frames(followed(0.0))[:22]]
    assert known == [False] * 19 + [True] * 3


def test_a_silent_station_is_nan_and_its_neighbours_are_not() -> None:
    noise = followed(0.0)[:200]
    site = SiteResiduals(CORRIDOR, 1200.0)
    for frame in frames(noise):
        silent = [np.where(np.arange(4)[:, None] == 1, np.nan, a) for a in (frame.count, frame.speed, frame.occupancy)]
        found = site.step(LoopFrame(frame.time_s, *silent))
    assert np.isnan(found).all(axis=1).tolist() == [False, True, False, False]


def test_a_queue_upstream_and_an_empty_road_downstream_move_a_section_up() -> None:
    series = SectionSeries(CORRIDOR, 600.0, flow_upstream=2.0, downstream=1.0, most=3.0)
    made = frames(followed(0.0)[:200])
    for frame in made[:-1]:
        series.step(frame)
    last = made[-1]
    count, speed, occupancy = last.count.copy(), last.speed.copy(), last.occupancy.copy()
    count[1:3], speed[1], occupancy[1], occupancy[2] = 8.0, 8.0, 0.4, 0.02
    found = series.step(LoopFrame(last.time_s, count, speed, occupancy))
    assert found.white[1] > 3.0
    assert np.argmax(found.white) == 1
    assert found.parts[1, :5] == pytest.approx([3.0] * 5)


def test_a_level_that_follows_the_hour_is_expected_once_it_has_been_learned() -> None:
    slow = Corridor("slow", 300.0, CORRIDOR.stations)
    site, rng, of_day, known = SiteResiduals(slow, 7200.0), np.random.default_rng(5), 24 * 12, 7 * 24 * 12
    rising = []
    for t in range(3 * known):
        speed = 20.0 - 8.0 * np.cos(2 * np.pi * t / of_day) + rng.standard_normal((4, 1))
        speed[1:] = 20.0 + rng.standard_normal((3, 1))  # no neighbour explains the hours
        frame = LoopFrame(300.0 * (t + 1), np.full((4, 1), 40.0), speed, np.full((4, 1), 0.1))
        found = site.step(frame)[0, 1]
        if of_day / 4 < t % of_day < 3 * of_day / 8:
            rising.append((t // known, found))
    first, third = (np.mean([value for week, value in rising if week == which]) for which in (0, 2))
    assert first > 0.2
    assert abs(third) < first / 2
