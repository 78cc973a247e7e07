"""What is put into made hours is found where it was put, and nothing else is."""

from dataclasses import replace

import numpy as np
import pytest

from harness.studies.strange_hours.hour_values import HourValues
from harness.studies.strange_hours.loop_silence import expected_vehicles
from harness.studies.strange_hours.strange_events import STRANGE_Z, StrangeEvent, strange_events
from harness.studies.strange_hours.strange_text import strange_text
from tests.harness.studies.strange_hours.made_hours import made_hours


def found(hours: HourValues) -> list[tuple[str, int, int, int | None]]:
    """Kind, hour, station and lane of each event."""
    return [(event.kind, event.hour, event.station, event.lane) for event in strange_events(hours)]


def only(hours: HourValues) -> StrangeEvent:
    (event,) = strange_events(hours)
    return event


@pytest.mark.parametrize(("days", "seed"), [(1, 0), (1, 1), (3, 0), (3, 1), (15, 0)])
def test_usual_traffic_is_not_strange(days: int, seed: int) -> None:
    assert found(made_hours(days, seed)) == []


@pytest.mark.parametrize("days", [1, 15])
def test_a_jam_over_stations_and_hours_is_one_event(days: int) -> None:
    hours = made_hours(days)
    speed = hours.speed.copy()
    speed[8:10, 1:4] -= 12
    speed[9, 2] -= 5
    event = only(replace(hours, speed=speed))
    assert (event.kind, event.hour, event.station) == ("speed", 9, 2)
    assert (event.first_hour, event.last_hour, event.hours, event.first, event.last) == (8, 9, 2, 1, 3)
    assert event.what in ("speed 40 km/h, 101 are usual (60 % less)", "speed 41 km/h, 101 are usual (59 % less)")


def test_a_jam_of_every_day_is_not_strange() -> None:
    hours = made_hours(15)
    speed = hours.speed.copy()
    speed[8::24, 1:4] -= 12
    assert found(replace(hours, speed=speed)) == []


@pytest.mark.parametrize("days", [1, 2])
def test_text_fits_the_terminal_and_names_days_where_there_are_several(days: int) -> None:
    hours = made_hours(days)
    speed = hours.speed.copy()
    speed[8:10, 1:4] -= 12
    hours = replace(hours, speed=speed)
    lines = strange_text(hours, strange_events(hours), 10, 60).splitlines()
    assert max(map(len, lines)) <= 60
    assert ("  day 0 09:00 to 10:00" in lines[1]) == (days > 1)


def test_text_says_on_which_side_lane_0_is() -> None:
    hours = made_hours(1)
    assert strange_text(hours, (), 10).endswith("Lane 0 is the rightmost through lane.")
    left = replace(hours, corridor=replace(hours.corridor, keeps_left=True))
    assert strange_text(left, (), 10).endswith("Lane 0 is the leftmost through lane.")


def test_a_jump_of_occupancy_between_two_neighbours_is_told_with_both() -> None:
    hours = made_hours(1)
    occupancy = hours.occupancy.copy()
    occupancy[14, :3] = 0.4
    event = only(replace(hours, occupancy=occupancy))
    assert (event.kind, event.hour, event.first, event.last) == ("occupancy", 14, 2, 3)
    assert event.what.startswith("occupancy 40 %, and ")


def test_a_jam_and_the_jump_at_its_head_are_one_event() -> None:
    hours = made_hours(1)
    speed, occupancy = hours.speed.copy(), hours.occupancy.copy()
    speed[14, :3] -= 15
    occupancy[14, :3] = 0.4
    event = only(replace(hours, speed=speed, occupancy=occupancy))
    assert event.kind == "occupancy"
    (also,) = event.also
    assert "speed 46 km/h, 101 are usual" in also


def test_vehicles_in_another_lane_are_told_by_lane() -> None:
    hours = made_hours(3)
    vehicles = hours.vehicles.copy()
    moved = 0.7 * vehicles[38, 2, 2]
    vehicles[38, 2, 2] -= moved
    vehicles[38, 2, 0] += moved
    events = strange_events(replace(hours, vehicles=vehicles))
    assert {(event.kind, event.hour, event.station) for event in events} == {("lanes", 38, 2)}
    assert events[0].what.endswith("% are usual")


def test_lanes_that_empty_along_the_whole_road_are_not_strange() -> None:
    hours = made_hours(1)
    vehicles = hours.vehicles.copy()
    vehicles[12] = vehicles[12].sum(axis=1, keepdims=True) * np.array([0.6, 0.3, 0.1])
    assert [kind for kind, *_ in found(replace(hours, vehicles=vehicles)) if kind == "lanes"] == []


def test_counts_that_miss_beside_the_neighbours_are_told() -> None:
    hours = made_hours(3)
    flow = hours.flow.copy()
    flow[30:34, 3] *= 0.4
    events = strange_events(replace(hours, flow=flow))
    assert (events[0].kind, events[0].station, events[0].hours) == ("counts", 3, 4)


def test_a_dead_loop_is_one_event_however_often_it_comes_back() -> None:
    hours = made_hours(3)
    flow, vehicles = hours.flow.copy(), hours.vehicles.copy()
    for array in (flow, vehicles):
        array[[*range(10, 20), *range(40, 45)], 4, 1] = 0
    event = only(replace(hours, flow=flow, vehicles=vehicles))
    assert (event.kind, event.station, event.lane, event.hours) == ("loop", 4, 1, 15)
    assert event.score > 20
    assert event.what.startswith("loop dead or lane closed: 0 vehicles an hour where about 1,")


def test_a_loop_without_readings_is_told_as_such() -> None:
    hours = made_hours(1)
    flow, vehicles = hours.flow.copy(), hours.vehicles.copy()
    flow[:, 4, 1], vehicles[:, 4, 1] = np.nan, np.nan
    assert only(replace(hours, flow=flow, vehicles=vehicles)).what.startswith("loop dead: no reading where about ")


def test_what_is_expected_of_a_dead_loop_is_what_it_would_have_counted() -> None:
    hours = made_hours(1)
    expected = expected_vehicles(hours)[14, 4, 1]
    vehicles = hours.vehicles.copy()
    vehicles[:, 4, 1] = 0
    assert expected_vehicles(replace(hours, vehicles=vehicles))[14, 4, 1] == pytest.approx(expected, rel=0.03)
    assert expected == pytest.approx(hours.vehicles[14, 4, 1], rel=0.1)


def test_a_station_that_is_dead_in_all_lanes_is_judged_by_its_neighbours() -> None:
    hours = made_hours(1)
    flow, vehicles = hours.flow.copy(), hours.vehicles.copy()
    flow[12, 3], vehicles[12, 3] = 0, 0
    events = strange_events(replace(hours, flow=flow, vehicles=vehicles))
    assert {(event.kind, event.hour, event.station) for event in events} == {("loop", 12, 3)}


def test_a_loop_that_is_empty_where_few_pass_is_not_dead() -> None:
    hours = made_hours(1)
    vehicles = 0.003 * hours.vehicles
    vehicles[:, 4, 1] = 0
    assert found(replace(hours, vehicles=vehicles)) == []


def test_a_closed_road_is_told_from_a_week_on_and_a_weekend_is_not() -> None:
    hours = made_hours(15)
    closed = slice(24 * 9 + 11, 24 * 9 + 14)
    flow, vehicles = hours.flow.copy(), hours.vehicles.copy()
    flow[closed] *= 0.02
    vehicles[closed] *= 0.02
    event = only(replace(hours, flow=flow, vehicles=vehicles))
    assert (event.kind, event.hours, event.first, event.last) == ("road", 3, 0, 5)


def test_hours_of_different_recordings_are_not_one_event() -> None:
    hours = made_hours(1)
    speed = hours.speed.copy()
    speed[8:10, 2] -= 12
    apart = replace(hours, speed=speed, names=("a", "b"), recording=(np.arange(24) > 8).astype(np.int64))
    assert [(event.kind, event.hours) for event in strange_events(apart)] == [("speed", 1), ("speed", 1)]


def test_events_come_strangest_first() -> None:
    hours = made_hours(3)
    speed = hours.speed.copy()
    speed[10, 1] -= 9
    speed[40, 4] -= 14
    events = strange_events(replace(hours, speed=speed))
    assert [event.hour for event in events] == [40, 10]
    assert events[0].score > events[1].score >= STRANGE_Z
