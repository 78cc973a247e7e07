from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.city import City
from scenarios.city_trips import draw_trips
from scenarios.files.city_file import load_city
from simulator.sumo.city_day import CityDay, play_day


@pytest.fixture(scope="module")
def early() -> City:
    """Two hours of few trips."""
    city = load_city("bypass")
    hours = ((7, 0.5), (8, 0.3))
    rest = ((7, 0.1), (8, 0.1))
    return replace(city, demand=replace(city.demand, trips_per_day=4000.0, to_jobs=hours, to_homes=rest))


@pytest.mark.sumo
def test_a_day_is_played_once_and_kept_and_a_broken_file_is_played_again(early: City, tmp_path: Path) -> None:
    kept, work = tmp_path / "1.npz", tmp_path / "work"
    day = play_day(early, 1, work, kept)
    written = kept.stat().st_mtime_ns
    again = play_day(early, 1, work, kept)
    assert kept.stat().st_mtime_ns == written
    _same(day, again)
    kept.write_bytes(b"cut off")
    _same(day, play_day(early, 1, work, kept))


@pytest.mark.sumo
def test_loops_count_vehicles_that_drive_at_the_limit_on_an_empty_road(early: City, tmp_path: Path) -> None:
    day = play_day(early, 2, tmp_path / "work", tmp_path / "2.npz")
    assert day.times_s[0] == 7 * 3600 + 300
    assert day.flow.shape == (24, 40)
    assert day.link_s.shape == (2, len(early.links))
    counted = day.flow.sum() * 300 / 3600
    assert counted > len(draw_trips(early, 2))  # most trips pass several stations
    limits = np.array([early.links[number].limit_mps for number in early.stations])
    driven = np.nanmean(day.speed / limits)
    assert 0.9 < driven < 1.15  # drivers want 1.05 times the limit
    assert np.nanmax(day.occupancy) < 0.05


def _same(one: CityDay, other: CityDay) -> None:
    for name in CityDay.__slots__:
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
