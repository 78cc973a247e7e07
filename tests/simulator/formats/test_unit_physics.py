"""Units are found from the length over which a loop sees a vehicle, or from sizes; a unit that the file names stays."""

import numpy as np
import pytest

from simulator.formats.unit_physics import SPEED_UNITS, find_units, flow_units, vehicle_length_m
from simulator.frame import Array

PERIOD_S = 60.0


def traffic(length_m: float = 6.0) -> tuple[Array, Array, Array]:
    """Counts, speeds [m/s] and occupancies [share] of an hour in which vehicles are seen over `length_m`."""
    count = np.linspace(5, 30, 60)
    speed = np.linspace(32, 24, 60)
    return count, speed, count * length_m / speed / PERIOD_S


def test_the_length_is_occupancy_times_period_times_speed_over_count() -> None:
    assert vehicle_length_m(np.array([10.0]), np.array([30.0]), np.array([0.04]), 60.0) == pytest.approx(7.2)


def test_without_a_period_that_has_all_three_the_length_is_unknown() -> None:
    assert np.isnan(vehicle_length_m(np.array([10.0]), np.array([np.nan]), np.array([0.04]), 60.0))


@pytest.mark.parametrize("flow", ["per period", "per hour"])
@pytest.mark.parametrize("speed_unit", SPEED_UNITS)
@pytest.mark.parametrize(("occupancy_factor", "share"), [(1, 1), (100, 0.01), (1000, 0.001)])
def test_all_units_together_are_found(flow: str, speed_unit: str, occupancy_factor: float, share: float) -> None:
    count, speed, occupancy = traffic()
    units = find_units(
        count / flow_units(PERIOD_S)[flow], speed / SPEED_UNITS[speed_unit], occupancy * occupancy_factor, PERIOD_S, {}
    )
    assert units.count == flow_units(PERIOD_S)[flow]
    assert units.speed == SPEED_UNITS[speed_unit]
    assert units.occupancy == share


def test_occupancy_in_per_cent_is_found_at_night_when_it_never_exceeds_one() -> None:
    count = np.ones(60)
    speed = np.full(60, 30.0)
    assert find_units(count, speed, 100 * count * 6 / speed / PERIOD_S, PERIOD_S, {}).occupancy == 0.01


def test_speeds_of_a_jam_in_kilometres_per_hour_are_not_taken_as_metres_per_second() -> None:
    count = np.linspace(15, 20, 60)
    speed = np.linspace(8, 10, 60)
    found = find_units(count, speed * 3.6, count * 6 / speed / PERIOD_S, PERIOD_S, {"occupancy": "share"})
    assert found.speed == pytest.approx(1 / 3.6)


def test_a_named_unit_stays_and_a_length_of_no_vehicle_is_told() -> None:
    count, speed, occupancy = traffic()
    named = {"count": "per period", "speed": "m/s", "occupancy": "share"}
    units = find_units(count, speed * 3.6, occupancy, PERIOD_S, named)
    assert units.speed == 1
    assert "are units wrong?" in units.said


def test_what_was_assumed_is_told_with_the_length() -> None:
    count, speed, occupancy = traffic()
    assert find_units(count, speed * 3.6, occupancy, PERIOD_S, {"count": "per period", "occupancy": "share"}).said == (
        "assumed: speed in km/h (loops see a vehicle over 6.0 m, a vehicle)"
    )


def test_speeds_alone_are_told_by_their_size() -> None:
    nothing = np.full(60, np.nan)
    assert find_units(nothing, np.full(60, 108.0), nothing, PERIOD_S, {}).speed == pytest.approx(1 / 3.6)
    assert find_units(nothing, np.full(60, 29.0), nothing, PERIOD_S, {}).speed == 1


def test_no_length_makes_a_speed_that_no_road_has() -> None:
    # Dense traffic of long vehicles, 13 m: per mille and m/s would fit a car, at 340 km/h.
    count, speed, occupancy = traffic(13.0)
    units = find_units(count, speed * 3.6, occupancy * 100, PERIOD_S, {})
    assert (units.speed, units.occupancy) == (SPEED_UNITS["km/h"], 0.01)
