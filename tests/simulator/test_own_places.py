"""Places where a user's own vehicles stop: which are one, and which lanes and times of them belong to an incident."""

import math

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.own_event import OwnStop
from simulator.own_blockages import OwnBlockage
from simulator.own_places import MOST_PLACES, OwnPlace, add_own_views, own_places
from simulator.run_log import RunLog
from simulator.sumo.queue_observation import LaneView

CORRIDOR = Corridor("made", 30.0, tuple(Station(f"s{k}", 500.0 + 1000.0 * k, 3) for k in range(4)))
"""Stations from 500 to 3500 m."""


def placed(*lanes_and_places: tuple[int, float]) -> list[tuple[float, set[int]]]:
    found = own_places([OwnStop("x", lane, position_m) for lane, position_m in lanes_and_places], CORRIDOR)
    return [(place.position_m, set(place.lanes)) for place in found]


def test_places_are_those_from_the_first_to_the_last_station() -> None:
    assert placed((0, 499.0), (0, 500.0), (1, 3500.0), (0, 3501.0)) == [(500.0, {0}), (3500.0, {1})]


def test_places_up_to_50_m_apart_are_one_with_the_lanes_of_both() -> None:
    assert placed((2, 1050.0), (0, 1000.0), (1, 1051.0)) == [(1000.0, {0, 2}), (1051.0, {1})]


def test_stops_beyond_the_most_places_are_not_observed_unless_they_are_at_one_of_them() -> None:
    many = [(0, 600.0 + 100.0 * k) for k in range(MOST_PLACES + 2)]
    found = placed(*many, (1, many[MOST_PLACES - 1][1] + 10.0))
    assert len(found) == MOST_PLACES
    assert found[-1] == (many[MOST_PLACES - 1][1], {0, 1})


PLACES = tuple(OwnPlace(position_m, frozenset({0, 1})) for position_m in (1000.0, 1500.0, 1570.0))


def views_of(clearance_s: float, position_m: float = 1500.0) -> dict[tuple[int, float], list[LaneView]]:
    """Views of an incident in lane 1 from 300 s on, the third of its run, of frames that end at 240, 270, ... 420 s.

    At each place both lanes have a queue of as many vehicles as hundreds of metres.
    """
    log = RunLog()
    for number, place in enumerate(PLACES):
        for time_s in range(240, 421, 30):
            log.own_views[number, float(time_s)] = [
                LaneView(lane, int(place.position_m / 100), place.position_m - 80.0, 5, 6) for lane in (0, 1)
            ]
    incident = OwnBlockage(300.0, clearance_s, position_m, (1,), "x", ())
    add_own_views(log, PLACES, [incident], 2, 30.0)
    return log.views


def test_views_of_an_incident_are_of_its_place_and_the_queue_of_its_lanes_alone() -> None:
    views = views_of(390.0)[2, 330.0]
    assert views == [LaneView(0, 0, 1500.0, 5, 6), LaneView(1, 15, 1420.0, 5, 6)]


@pytest.mark.parametrize(
    ("clearance_s", "last_s"), [(390.0, 390), (389.0, 390), (391.0, 420), (math.nan, 420)], ids=str
)
def test_views_last_from_a_period_before_the_onset_to_the_frame_of_the_clearance(
    clearance_s: float, last_s: int
) -> None:
    assert list(views_of(clearance_s)) == [(2, float(time_s)) for time_s in range(270, last_s + 1, 30)]


def test_an_incident_at_no_observed_place_has_no_views() -> None:
    assert views_of(390.0, position_m=1200.0) == {}


def test_an_incident_between_two_places_is_at_the_upstream_one_that_its_stop_was_put_to() -> None:
    assert views_of(390.0, position_m=1540.0)[2, 330.0][1].tail_m == 1420.0


def test_a_vehicle_that_halts_a_little_before_its_place_is_at_it() -> None:
    assert views_of(390.0, position_m=1499.0)
