"""Which vehicle is stopped at a place, among vehicles placed by hand."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from scenarios.corridor_edge import CorridorEdge
from scenarios.own_road import Surroundings
from simulator.sumo.connection import Sumo
from simulator.sumo.road import LanePoint, Road
from simulator.sumo.stopping_vehicle import PATIENCE_S, stopped_vehicle

SITE = Road(Path("net.xml"), (CorridorEdge("a", 0.0, 1000.0, (0, 1)), CorridorEdge("b", 1000.0, 2000.0, (0, 1))))
OWN = Road(Path("net.xml"), SITE.pieces, Surroundings({"b_0": {"a_0": 1000.0}, "b_1": {"a_1": 1000.0}}))
MPS = 20.0
"""Speed of all vehicles. They need 20 m/s x 2 s to react, (20 m/s)^2 / (2 x 2.5 m/s2) to brake, and 1 m: 121 m."""


@dataclass
class Traffic:
    """Vehicles by lane and position, in the order of these. It stands for SUMO."""

    positions_m: dict[str, dict[str, float]]
    passing: bool = True
    busy: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()
    kept: list[str] = field(default_factory=list)
    stops: list[tuple[str, str, float, int, bool]] = field(default_factory=list)

    def vehicles_on(self, lane: str) -> tuple[str, ...]:
        on = self.positions_m.get(lane, {})
        return tuple(sorted(on, key=lambda vehicle: on[vehicle]))

    def lane_position_m(self, vehicle: str) -> float:
        return next(on[vehicle] for on in self.positions_m.values() if vehicle in on)

    def speed_mps(self, vehicle: str) -> float:
        return MPS

    def passes(self, vehicle: str, edge: str) -> bool:
        return self.passing

    def has_stops(self, vehicle: str) -> bool:
        return vehicle in self.busy

    def accepts_stop(self, vehicle: str, edge: str, pos_m: float, lane_index: int) -> bool:
        self.stops.append((vehicle, edge, pos_m, lane_index, False))
        return vehicle not in self.refusing

    def stop_at(self, vehicle: str, edge: str, pos_m: float, lane_index: int, beside_the_road: bool) -> None:
        self.stops.append((vehicle, edge, pos_m, lane_index, beside_the_road))

    def keep_lane(self, vehicle: str) -> None:
        self.kept.append(vehicle)


def chosen(traffic: Traffic, road: Road, pos_m: float = 500.0, waited_s: float = 0.0) -> str | None:
    return stopped_vehicle(cast(Sumo, traffic), road, LanePoint("b", "b_0", pos_m), False, waited_s)


def test_on_a_site_the_nearest_that_can_stop_is_chosen() -> None:
    assert chosen(Traffic({"b_0": {"too near": 380.0, "near": 378.0, "far": 200.0}}), SITE) == "near"


def test_on_a_site_the_vehicle_stops_at_the_place_and_beside_the_road_where_asked() -> None:
    traffic = Traffic({"b_1": {"one": 300.0}})
    stopped_vehicle(cast(Sumo, traffic), SITE, LanePoint("b", "b_1", 500.0), True, 0.0)
    assert traffic.stops == [("one", "b", 500.0, 1, True)]


def test_one_too_far_upstream_is_not_chosen() -> None:
    assert chosen(Traffic({"b_0": {"far": 99.0}}), SITE) is None


def test_on_a_site_the_edge_upstream_is_not_looked_at() -> None:
    assert chosen(Traffic({"a_0": {"upstream": 950.0}}), SITE, pos_m=200.0) is None


def test_on_an_own_network_one_of_an_edge_upstream_is_chosen() -> None:
    traffic = Traffic({"a_0": {"upstream": 950.0}})
    assert chosen(traffic, OWN, pos_m=200.0) == "upstream"
    assert (traffic.stops, traffic.kept) == ([("upstream", "b", 200.0, 0, False)], ["upstream"])


def test_one_that_leaves_before_the_place_is_not_chosen() -> None:
    assert chosen(Traffic({"b_0": {"one": 300.0}}, passing=False), OWN) is None


def test_one_that_has_stops_of_its_own_is_not_chosen() -> None:
    traffic = Traffic({"b_0": {"bus": 300.0, "car": 200.0}}, busy=frozenset({"bus"}))
    assert chosen(traffic, OWN) == "car"


def test_where_sumo_refuses_the_stop_the_next_one_is_chosen() -> None:
    traffic = Traffic({"b_0": {"one": 300.0, "next": 200.0}}, refusing=frozenset({"one"}))
    assert chosen(traffic, OWN) == "next"


def test_one_of_a_lane_beside_is_chosen_after_some_patience_and_may_change_lanes() -> None:
    traffic = Traffic({"b_1": {"beside": 200.0}})
    assert chosen(traffic, OWN, waited_s=PATIENCE_S - 1) is None
    assert chosen(traffic, OWN, waited_s=PATIENCE_S) == "beside"
    assert traffic.kept == []


def test_one_of_a_lane_beside_needs_room_to_change_lanes() -> None:
    assert chosen(Traffic({"b_1": {"beside": 300.0}}), OWN, waited_s=PATIENCE_S) is None


def test_its_own_lane_comes_first_even_after_some_patience() -> None:
    traffic = Traffic({"b_0": {"own": 150.0}, "b_1": {"beside": 200.0}})
    assert chosen(traffic, OWN, waited_s=PATIENCE_S) == "own"
