from math import nan

import pytest

from harness.service.feeds.feed_incident import feed_incident, utc, zulu
from harness.service.feeds.road_points import line_between, point_at
from harness.service.incidents.incident_event import EventKind
from tests.harness.service.feeds.made_feeds import POINTS, ROAD, timeline, told


def test_times_of_a_simulation_run_with_the_wall_clock_since_it_was_opened() -> None:
    found = told(EventKind.CLEARED)
    assert zulu(found.calendar(600.0)) == "2026-03-04T04:53:20Z"
    assert zulu(found.calendar(found.ended_s)) == "2026-03-04T04:54:20Z"


def test_times_of_live_traffic_are_as_they_are() -> None:
    found = feed_incident(timeline(opened_s=1.7e9), ROAD, ())
    assert zulu(found.calendar(1.7e9)) == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("time_s", [nan, 1e300, -1e300])
def test_a_time_beyond_the_calendar_is_not_known(time_s: float) -> None:
    assert utc(time_s) is None


def test_of_a_road_that_is_not_watched_the_place_is_the_section() -> None:
    found = feed_incident(timeline(), None, POINTS)
    assert (found.place, found.point, found.lanes_there) == ("section 3, at 3.50 km", None, 0)


def test_an_incident_of_a_section_that_the_road_has_no_more_is_told() -> None:
    found = feed_incident(timeline(section=70), ROAD, POINTS)
    assert found.lanes_there == 0


def test_a_reopened_incident_is_not_over() -> None:
    assert told(EventKind.RESOLVED).over
    assert not told(EventKind.RESOLVED, EventKind.REOPENED).over


def test_what_planned_works_silence_ended_when_they_did_so() -> None:
    assert told(silenced_by="resurfacing").ended_s == 600.0


def test_a_position_beyond_the_road_is_at_its_end() -> None:
    assert point_at(ROAD, POINTS, 99_000.0) == POINTS[-1]
    assert point_at(ROAD, POINTS, -5.0) == POINTS[0]


def test_a_place_is_not_known_without_all_coordinates() -> None:
    assert point_at(ROAD, POINTS[:-1], 500.0) is None
    assert point_at(ROAD, POINTS, nan) is None


def test_a_station_has_its_own_coordinates() -> None:
    assert [point_at(ROAD, POINTS, each.position_m) for each in ROAD.stations] == list(POINTS)


def test_a_line_begins_and_ends_where_it_is_asked_to() -> None:
    line = line_between(ROAD, POINTS, 1000.0, 2500.0)
    assert line[:2] == (POINTS[1], POINTS[2])
    assert tuple(line[2]) == pytest.approx((50.025, 4.05))
    assert len(line) == 3


def test_a_queue_whose_tail_is_not_upstream_is_no_line() -> None:
    assert line_between(ROAD, POINTS, 2500.0, 2500.0) == ()
    assert line_between(ROAD, POINTS, nan, 2500.0) == ()
