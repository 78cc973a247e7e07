"""Trips without SUMO, by hand: routes and departures, when a place is reached, and which lane is asked for."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from simulator.sumo.connection import Sumo
from simulator.sumo.road import Road
from simulator.sumo.trips import AVOID_M, KEEP_S, Trip, Trips

ROAD = Road(
    Path("net"),
    (
        CorridorEdge("a", 0.0, 1000.0, (0, 1)),
        CorridorEdge("b", 1000.0, 4000.0, (None, 0, 1, 2)),
        CorridorEdge("c", 4000.0, 6000.0, (0, 1, 2, 3)),
    ),
)


@dataclass
class Wheel:
    """One vehicle, wherever a test puts it; what it is told is kept."""

    edge: str | None = ""
    pos_m: float = 0.0
    lane: int = 0
    sent: list[tuple[object, ...]] = field(default_factory=list)
    asked: list[tuple[int, float]] = field(default_factory=list)

    def send(self, *what: object) -> None:
        self.sent.append(what)

    def edge_of(self, vehicle: str) -> str | None:
        return self.edge

    def lane_position_m(self, vehicle: str) -> float:
        return self.pos_m

    def lane_index(self, vehicle: str) -> int:
        return self.lane

    def ask_for_lane(self, vehicle: str, lane: int, keep_s: float) -> None:
        self.asked.append((lane, keep_s))


def drive(trips: Trips, wheel: Wheel, now_s: float, edge: str | None, pos_m: float = 0.0, lane: int = 0) -> None:
    """Let the vehicle be somewhere at the end of a step."""
    wheel.edge, wheel.pos_m, wheel.lane = edge, pos_m, lane
    trips.act(cast(Sumo, wheel), now_s)


def begun(place_m: float = 4500.0, avoid: frozenset[int] = frozenset()) -> tuple[Trips, Wheel, Trip]:
    """A trip from 500 m on that was sent at 10 s."""
    trips, wheel = Trips(ROAD), Wheel()
    trip = trips.send((), 500.0, place_m, 1.1, avoid)
    trips.act(cast(Sumo, wheel), 10.0)
    return trips, wheel, trip


def test_a_route_leads_over_all_edges_from_its_departure_to_its_place() -> None:
    trips = Trips(ROAD)
    straight, ramp = trips.send((), 1500.0, 4500.0), trips.send(("ramp", "merge"), 100.0, 900.0)
    assert (straight.edges, straight.depart_pos_m) == (("b", "c"), 500.0)
    assert (ramp.edges, ramp.depart_pos_m) == (("ramp", "merge", "a"), 0.0)
    assert straight.vehicle != ramp.vehicle


def test_a_place_that_is_not_downstream_is_refused() -> None:
    for place_m in (999.0, 1000.0):
        with pytest.raises(UserError, match="leads downstream: wanted a place after 1000 m"):
            Trips(ROAD).send((), 1000.0, place_m)


def test_a_trip_is_sent_once_with_its_speed_factor_and_departs_when_it_is_seen() -> None:
    trips, wheel, trip = begun()
    drive(trips, wheel, 11.0, "")
    assert (trip.sent_s, math.isnan(trip.departed_s)) == (10.0, True)
    drive(trips, wheel, 12.0, "a", 505.0)
    drive(trips, wheel, 13.0, "a", 530.0)
    assert wheel.sent == [(trip.vehicle, ("a", "b", "c"), "car", 500.0, 1.1)]
    assert (trip.departed_s, trip.track) == (12.0, [(12.0, 505.0), (13.0, 530.0)])


def test_between_edges_it_has_no_place_on_the_road() -> None:
    trips, wheel, trip = begun()
    drive(trips, wheel, 12.0, ":junction")
    assert (trip.departed_s, trip.track) == (12.0, [])


@pytest.mark.parametrize(("edge", "pos_m", "there"), [("c", 499.9, False), ("c", 500.0, True), (None, 0.0, True)])
def test_it_arrives_at_its_place_or_at_the_end_of_its_route(edge: str | None, pos_m: float, there: bool) -> None:
    trips, wheel, trip = begun()
    drive(trips, wheel, 100.0, edge, pos_m)
    assert trip.drives != there
    drive(trips, wheel, 101.0, "c", 600.0)
    assert trip.arrived_s == (100.0 if there else 101.0)


def test_the_next_call_is_a_second_later_while_one_drives() -> None:
    trips, wheel, _ = begun()
    assert trips.next_s(10.0) == 11.0
    drive(trips, wheel, 100.0, None)
    assert trips.next_s(100.0) == math.inf


@pytest.mark.parametrize(
    ("avoid", "lane", "asked"),
    [
        ({3}, 2, 1),  # the lane beside it; lane 1 of the road is SUMO's lane 0 there
        ({1}, 0, 1),
        ({2}, 1, 0),  # the right one of two
        ({2, 3}, 2, 0),
        ({3}, 0, 0),  # it keeps where it is
    ],
)
def test_the_nearest_lane_that_is_not_blocked_is_asked_for(avoid: set[int], lane: int, asked: int) -> None:
    trips, wheel, _ = begun(avoid=frozenset(avoid))
    drive(trips, wheel, 100.0, "b", 4500.0 - AVOID_M - 1000.0, lane)
    assert wheel.asked == [(asked, KEEP_S)]


def test_a_lane_is_asked_for_from_2_km_before_the_place_on_and_by_those_alone_who_were_told() -> None:
    trips, wheel, _ = begun(avoid=frozenset({1}))
    drive(trips, wheel, 100.0, "b", 1499.0, 1)
    assert wheel.asked == []
    drive(trips, wheel, 101.0, "b", 1500.0, 1)
    assert len(wheel.asked) == 1
    trips, wheel, _ = begun()
    drive(trips, wheel, 101.0, "b", 1500.0, 1)
    assert wheel.asked == []


def test_where_all_lanes_are_blocked_or_it_is_on_a_ramps_lane_none_is_asked_for() -> None:
    trips, wheel, _ = begun(avoid=frozenset({1, 2, 3}))
    drive(trips, wheel, 100.0, "b", 2000.0, 1)
    trips, beside, _ = begun(avoid=frozenset({1}))
    drive(trips, beside, 100.0, "b", 2000.0, 3)
    assert wheel.asked == beside.asked == []
