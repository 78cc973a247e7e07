"""A normal on a corridor that has its stations, or others."""

import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.hourly_normal import hour_of
from scenarios.corridor import Corridor, Station
from tests.detectors.site_days import site_day

NORMAL = day_means([site_day(), site_day()]).normal(24)


def corridor(*stations: tuple[str, int]) -> Corridor:
    return Corridor("road", 30.0, tuple(Station(name, 500.0 * k, lanes) for k, (name, lanes) in enumerate(stations)))


def test_a_corridor_may_lack_stations_of_the_site() -> None:
    found = NORMAL.on(corridor(("A", 1), ("C", 1)))
    assert found.stations == (("A", 1), ("C", 1))
    assert found.mean.shape == (24, 2, 3)
    assert found.level_sd.shape == (2, 3)


def test_a_station_that_is_not_the_sites_is_refused() -> None:
    with pytest.raises(ValueError, match=r"that of site, which has no station D; road .*--normal none"):
        NORMAL.on(corridor(("A", 1), ("D", 1)))


def test_a_station_with_other_lanes_is_refused() -> None:
    with pytest.raises(ValueError, match="which has 1 lanes at B; road has it with 3 lanes"):
        NORMAL.on(corridor(("A", 1), ("B", 3)))


@pytest.mark.parametrize(("time_s", "hour"), [(30.0, 0), (3600.0, 0), (3600.1, 1), (86400.0, 23), (90000.0, 24)])
def test_a_frame_is_of_the_hour_in_which_it_ends(time_s: float, hour: int) -> None:
    assert hour_of(time_s) == hour
