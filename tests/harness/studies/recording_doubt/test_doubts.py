"""Each judgement doubts traffic with its slip, and not the same traffic without it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from harness.studies.recording_doubt.doubt_findings import all_doubts, doubt_findings
from harness.studies.recording_doubt.doubt_text import doubt_text
from harness.studies.recording_doubt.readings import Readings
from scenarios.corridor import Corridor, Station
from tests.harness.studies.recording_doubt.made_traffic import PERIOD_S, POSITIONS_M, corridor, traffic


@cache
def right() -> Readings:
    return traffic()


def texts(readings: Readings) -> str:
    return "\n".join(doubt.text for doubt in all_doubts(readings))


@pytest.mark.parametrize(
    ("flow", "seed"), [(150.0, 0), (150.0, 1), *((900.0, seed) for seed in range(5)), (1500.0, 3), (1500.0, 4)]
)
def test_right_traffic_raises_no_doubt(flow: float, seed: int) -> None:
    assert all_doubts(traffic(seed=seed, flow=flow)) == ()


def test_estimated_speeds_are_told_and_say_nothing_of_units_and_sides() -> None:
    road = replace(corridor(), estimated_speeds="estimated from count and occupancy in 12 of 12 lanes")
    estimated = replace(traffic(), corridor=road, speed=traffic().speed[:, :, ::-1] * 1.5)
    page = doubt_text(doubt_findings("monday", estimated, None))
    assert "Looks wrong: nothing" in page
    assert "speeds are estimates, not measured" in page
    assert "units by the length of a vehicle: the speeds are estimated from one" in page
    assert "side of the lanes: wanted 20 frames with the measured speeds of two lanes" in page
    assert "speeds are estimated from count and occupancy in 12 of 12 lanes" in page


def test_stations_that_lack_some_of_their_lanes_are_told_with_what_that_means() -> None:
    count = traffic().count.copy()
    count[:120, 1, 0] = np.nan
    page = doubt_text(doubt_findings("monday", replace(traffic(), count=count), None))
    assert "some lanes, but not all, at 1 of 4 stations, in 12 % of what stations report" in page
    count[:120, 1] = np.nan
    assert "some lanes" not in doubt_text(doubt_findings("monday", replace(traffic(), count=count), None))


def test_frames_of_minutes_are_told_with_what_they_mean_for_detectors() -> None:
    page = doubt_text(doubt_findings("monday", replace(traffic(), corridor=corridor(300.0)), None))
    assert "all: frames of 300 s: shipped parameters are for 30 s and were tried on 20 to 60 s" in page


def test_single_loops_are_told_the_command_that_estimates_speeds() -> None:
    page = doubt_text(doubt_findings("monday", replace(traffic(), speed=np.full_like(traffic().speed, np.nan)), None))
    assert "every speed: laneblock convert speeds estimates them from count and occupancy" in page


def test_a_day_with_its_night_at_night_raises_no_doubt() -> None:
    assert all_doubts(traffic(hours=24, flow=400, night=True)) == ()


@pytest.mark.parametrize(
    ("changes", "slip"),
    [
        ({"occupancy": 100.0}, "is occupancy in per cent"),
        ({"speed": 3.6}, "are speeds in km/h"),
        ({"speed": 1 / 0.44704}, "are speeds in mph"),
        ({"count": 120.0}, "are counts vehicles per hour"),
        ({"count": 4.0}, "or of several lanes"),
    ],
)
def test_another_unit_is_found_by_the_length_of_a_vehicle(changes: dict[str, float], slip: str) -> None:
    scaled = {name: getattr(right(), name) * np.float32(factor) for name, factor in changes.items()}
    assert slip in texts(replace(right(), **scaled))


def test_speeds_in_mph_are_found_without_occupancy_too() -> None:
    blank = np.full_like(right().occupancy, np.nan)
    assert "half of them are above 6" in texts(
        replace(right(), occupancy=blank, speed=right().speed / np.float32(0.44704))
    )


def test_stations_in_the_wrong_order_are_found_by_platoons() -> None:
    turned = {name: getattr(right(), name)[:, ::-1] for name in ("count", "speed", "occupancy")}
    assert "order of stations: counts of a station come back later" in texts(replace(right(), **turned))


def jammed(readings: Readings, onsets_s: tuple[float, ...]) -> Readings:
    """The traffic with a jam at each station from its onset on, for half an hour."""
    speed = readings.speed.copy()
    for station, onset_s in enumerate(onsets_s):
        during = (readings.time_s > onset_s) & (readings.time_s <= onset_s + 1800)
        speed[during, station] *= np.float32(0.25)
    return replace(readings, speed=speed, occupancy=np.full_like(speed, np.nan), count=np.full_like(speed, np.nan))


def test_a_jam_that_spreads_downstream_is_doubted_and_one_that_spreads_upstream_is_not() -> None:
    assert "jams spread downstream 3 times" in texts(jammed(right(), (1200.0, 1440.0, 1680.0, 1920.0)))
    assert "jams" not in texts(jammed(right(), (1920.0, 1680.0, 1440.0, 1200.0)))


def test_lanes_counted_from_the_other_side_are_found_by_slow_traffic_and_trucks() -> None:
    turned = {name: getattr(right(), name)[:, :, ::-1] for name in ("count", "speed", "occupancy")}
    found = texts(replace(right(), **turned))
    assert "side of the lanes: lane 0 is the fastest at 4 of 4 stations" in found
    assert "longer in the last lane" in found


@pytest.mark.parametrize(("factor", "slip"), [(0.02, "in kilometres, miles"), (30.0, "in feet")])
def test_positions_in_another_unit_are_found(factor: float, slip: str) -> None:
    there = Corridor("made", PERIOD_S, tuple(Station(f"S{k}", factor * x, 3) for k, x in enumerate(POSITIONS_M)))
    assert slip in texts(replace(right(), corridor=there))


def test_zero_speeds_that_mean_nobody_are_told() -> None:
    sparse = traffic(flow=100)
    assert "zero speeds" in texts(replace(sparse, speed=np.nan_to_num(sparse.speed)))


def test_a_code_for_nobody_is_told_with_its_value() -> None:
    sparse = traffic(flow=100)
    assert "70 m/s" in texts(replace(sparse, speed=np.nan_to_num(sparse.speed, nan=70.0)))


def test_counts_in_fractions_are_told() -> None:
    assert "are no whole numbers" in texts(replace(right(), count=right().count * np.float32(0.9)))


def test_an_hour_that_the_clock_skipped_is_told() -> None:
    times_s = right().time_s + np.where(right().time_s > 3600, 3600.0, 0.0)
    assert "exactly one hour is missing after day 0 01:00:00" in texts(replace(right(), time_s=times_s))


def test_a_night_by_day_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.studies.recording_doubt.loop_doubt.MOST_FRAMES", 240)  # loops are not asked for here
    day = traffic(hours=24, flow=400, night=True)
    assert "clock: the quietest three hours begin at 1" in texts(replace(day, time_s=(day.time_s + 10 * 3600)))


def test_frames_that_come_again_are_told() -> None:
    count, speed, occupancy = (
        np.repeat(values[:120], 2, axis=0) for values in (right().count, right().speed, right().occupancy)
    )
    twice = replace(right(), count=count, speed=speed, occupancy=occupancy)
    assert "frames: 120 of 240 repeat the one before" in texts(twice)


def test_a_loop_that_says_what_another_says_is_told() -> None:
    count = right().count.copy()
    count[:, 2, 1] = count[:, 0, 1]
    assert "S2 lane 1 = S0 lane 1" in texts(replace(right(), count=count))


def test_a_stuck_loop_is_told() -> None:
    count, speed = right().count.copy(), right().speed.copy()
    count[50:100, 1, 0], speed[50:100, 1, 0] = 7, 20
    assert "S1 lane 0" in texts(replace(right(), count=count, speed=speed))


def test_a_few_frames_raise_no_doubt() -> None:
    short = traffic(hours=0.05)
    assert short.corridor == corridor()
    assert all_doubts(short) == ()
