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


NOTHING = np.full(60, np.nan)
NAMED = {"count": "per period", "speed": "m/s", "occupancy": "share"}


def test_flows_per_minute_per_quarter_and_per_hour_are_counts_of_their_period() -> None:
    assert flow_units(30.0) == {"per period": 1.0, "per hour": 1 / 120, "per minute": 0.5, "per 15 min": 1 / 30}


def test_the_length_is_a_median() -> None:
    steady, odd = np.full(3, 10.0), np.array([0.04, 0.04, 0.9])
    assert vehicle_length_m(steady, np.full(3, 30.0), odd, 60.0) == pytest.approx(7.2)


@pytest.mark.parametrize(("length_m", "fits"), [(3.9, False), (4.1, True), (9.9, True), (10.1, False)])
def test_named_units_are_doubted_where_a_vehicle_would_be_shorter_than_4_or_longer_than_10_m(
    length_m: float, fits: bool
) -> None:
    assert (find_units(*traffic(length_m), PERIOD_S, NAMED).said == "") == fits


def steady(speed_value: float, unit: str, length_m: float) -> str:
    """The unit that is found for a speed, where vehicles of this length drive by at it in `unit`; the others are named."""
    count = np.full(60, 10.0)
    occupancy = count * length_m / (speed_value * SPEED_UNITS[unit]) / PERIOD_S
    known = {"count": "per period", "occupancy": "share"}
    found = find_units(count, np.full(60, speed_value), occupancy, PERIOD_S, known).speed
    return next(name for name, factor in SPEED_UNITS.items() if factor == found)


@pytest.mark.parametrize(
    ("speed_value", "unit", "length_m"),
    [
        (60.0, "km/h", 6.0),  # in mph vehicles would be 9.7 m long, which may be, but are less often
        (60.0, "mph", 6.5),  # in km/h 4.0 m
        (25.0, "km/h", 6.5),  # a day in a jam; in mph vehicles would be 10.5 m long
        (45.0, "mph", 4.01),  # at 45 m/s, 162 km/h, vehicles would be 9.0 m long
    ],
)
def test_where_several_units_fit_the_likelier_length_and_speed_decide(
    speed_value: float, unit: str, length_m: float
) -> None:
    assert steady(speed_value, unit, length_m) == unit


@pytest.mark.parametrize(("value", "unit"), [(65.0, "mph"), (90.0, "km/h"), (30.0, "m/s")])
def test_a_speed_alone_is_in_the_unit_in_which_it_is_usual(value: float, unit: str) -> None:
    found = find_units(NOTHING, np.full(60, value), NOTHING, PERIOD_S, {})
    assert (found.speed, found.said) == (SPEED_UNITS[unit], f"assumed: speed in {unit}")


@pytest.mark.parametrize(("highest", "unit"), [(100.0, "per hour"), (20.0, "per period")])
def test_counts_alone_are_flows_where_a_lane_could_not_carry_them(highest: float, unit: str) -> None:
    count = np.full(60, 10.0)
    count[:5] = highest  # the busiest twelfth: 100 in 30 s would be 12,000 vehicles per hour
    assert find_units(count, NOTHING, NOTHING, 30.0, {}).count == flow_units(30.0)[unit]


@pytest.mark.parametrize(("highest", "share"), [(1.0, 1.0), (1.5, 0.01), (60.0, 0.01), (400.0, 0.001)])
def test_occupancy_alone_is_no_share_where_it_exceeds_one(highest: float, share: float) -> None:
    occupancy = np.full(60, 0.3)
    occupancy[0] = highest
    assert find_units(NOTHING, NOTHING, occupancy, PERIOD_S, {}).occupancy == share
