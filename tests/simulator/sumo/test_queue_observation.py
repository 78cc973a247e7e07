"""The queue behind a blockage, and vehicles around it, counted among vehicles placed by hand."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.own_road import Surroundings
from simulator.sumo.connection import Sumo
from simulator.sumo.queue_observation import LaneView, lane_views, vehicles_held
from simulator.sumo.road import Road

CORRIDOR = Corridor("made", 30.0, (Station("up", 400.0, 2), Station("down", 1400.0, 2)))
SITE = Road(Path("net.xml"), (CorridorEdge("a", 0.0, 1000.0, (0, 1)), CorridorEdge("b", 1000.0, 2000.0, (0, 1))))
PLACE_M = 1200.0
SLOW_MPS, FAST_MPS = 2.0, 25.0


@dataclass(frozen=True)
class Traffic:
    """Vehicles by their place along the road, with their speed; all in lane 0 of edges of 1000 m. It stands for SUMO."""

    speeds_mps: dict[float, float]
    beyond: int = 0

    def vehicles_on(self, lane: str) -> tuple[str, ...]:
        number = {"a_0": 0, "b_0": 1}.get(lane)
        return tuple(f"{at_m}" for at_m in sorted(self.speeds_mps) if at_m // 1000 == number)

    def vehicles_on_edge(self, edge: str) -> int:
        return {"past": self.beyond}[edge]

    def positions_on_edge(self, edge: str) -> list[float]:
        return [self.lane_position_m(vehicle) for vehicle in self.vehicles_on(f"{edge}_0")]

    def lane_position_m(self, vehicle: str) -> float:
        return float(vehicle) % 1000

    def speed_mps(self, vehicle: str) -> float:
        return self.speeds_mps[float(vehicle)]

    def vehicles_in_system(self) -> int:
        return len(self.speeds_mps) + self.beyond


def view(speeds_mps: dict[float, float], road: Road = SITE, blocked: frozenset[int] = frozenset({0})) -> LaneView:
    """Lane 0 where lanes `blocked` are blocked; the vehicle that blocks stands there."""
    traffic = cast(Sumo, Traffic({PLACE_M: 0.0} | speeds_mps))
    return lane_views(traffic, road, CORRIDOR, PLACE_M, blocked)[0]


def test_slow_vehicles_behind_the_blockage_are_its_queue() -> None:
    found = view({1190.0: SLOW_MPS, 1180.0: SLOW_MPS})
    assert (found.queue, found.tail_m) == (2, 1180.0)


def test_a_fast_vehicle_among_them_is_skipped() -> None:
    found = view({1190.0: SLOW_MPS, 1170.0: FAST_MPS, 1150.0: SLOW_MPS})
    assert (found.queue, found.tail_m) == (2, 1150.0)


def test_the_queue_ends_at_a_gap() -> None:
    found = view({1190.0: SLOW_MPS, 1039.0: SLOW_MPS})  # 151 m
    assert (found.queue, found.tail_m) == (1, 1190.0)


def test_the_queue_reaches_over_a_border_of_edges() -> None:
    found = view({1100.0: SLOW_MPS, 990.0: SLOW_MPS, 980.0: SLOW_MPS})
    assert (found.queue, found.tail_m) == (3, 980.0)


def test_an_edge_without_vehicles_is_a_gap() -> None:
    pieces = (
        CorridorEdge("c", 0.0, 800.0, (0, 1)),
        CorridorEdge("a", 800.0, 1000.0, (0, 1)),
        CorridorEdge("b", 1000.0, 2000.0, (0, 1)),
    )
    found = view({1100.0: SLOW_MPS}, Road(Path("net.xml"), pieces))
    assert (found.queue, found.tail_m) == (1, 1100.0)


def test_the_queue_ends_where_its_lane_begins() -> None:
    pieces = (CorridorEdge("a", 0.0, 1000.0, (None, 0)), CorridorEdge("b", 1000.0, 2000.0, (0, 1)))
    found = view({1100.0: SLOW_MPS, 990.0: SLOW_MPS}, Road(Path("net.xml"), pieces))
    assert (found.queue, found.tail_m) == (1, 1100.0)


def test_without_a_queue_its_tail_is_the_blockage() -> None:
    assert (view({}).queue, view({}).tail_m) == (0, PLACE_M)


def test_a_lane_that_is_not_blocked_has_no_queue() -> None:
    assert view({1190.0: SLOW_MPS}, blocked=frozenset({1})).queue == 0


def test_vehicles_up_and_downstream_are_those_of_the_section_without_the_one_that_blocks() -> None:
    places_m = (300.0, 400.0, 900.0, 1190.0, 1300.0, 1400.0, 1500.0)
    found = view(dict.fromkeys(places_m, FAST_MPS))
    assert (found.upstream, found.downstream) == (3, 2)


@pytest.mark.parametrize(
    ("around", "held"), [(None, 7), (Surroundings(beyond=("past",)), 3)], ids=["site", "own network"]
)
def test_past_the_last_station_of_an_own_network_vehicles_are_gone(around: Surroundings | None, held: int) -> None:
    road = Road(Path("net.xml"), SITE.pieces, around)
    traffic = Traffic(dict.fromkeys((100.0, 1100.0, 1400.0, 1500.0, 1600.0), FAST_MPS), beyond=2)
    assert vehicles_held(cast(Sumo, traffic), road, CORRIDOR) == held
