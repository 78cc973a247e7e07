"""Incidents that SUMO's drivers pass worse than people would, told by lane and place."""

from dataclasses import replace

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.incident import Incident
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork
from scenarios.sumo_limits import limit_notes

NETWORK = OwnNetwork(net_file="a", route_files=("b",), additional_files=("c",), corridor=("a", "b"))
EDGES = (CorridorEdge("a", 0.0, 500.0, (0, 1, 2, 3)), CorridorEdge("b", 500.0, 1000.0, (0, 1, 2, 3)))
STATIONS = (Station("up", 10.0, 4), Station("down", 990.0, 4))
ROAD = OwnRoad(NETWORK, Corridor("road", 30.0, STATIONS), (), EDGES, ())


def incident(position_m: float, *lanes: int) -> Incident:
    return Incident(onset_s=60, duration_s=60, position_m=position_m, lanes=lanes)


def test_two_lanes_side_by_side_between_open_ones_are_told() -> None:
    (note,) = limit_notes(ROAD, [incident(300.0, 2, 1)])
    assert note.startswith("lanes 1 and 2 are blocked side by side at 300 m with open lanes on both sides")


@pytest.mark.parametrize("lanes", [(0, 1), (2, 3), (1,), (0, 3), (0, 2), (1, 2, 3)])
def test_other_lanes_are_not_told(lanes: tuple[int, ...]) -> None:
    assert limit_notes(ROAD, [incident(300.0, *lanes)]) == []


def test_idm_drivers_with_less_than_100_m_of_an_edge_upstream_are_told() -> None:
    road = replace(ROAD, idm_drivers=True)
    (note,) = limit_notes(road, [incident(580.0, 0), incident(600.0, 0)])
    assert note.startswith("the incident at 580 m is 80 m into edge 'b', and the files hold IDM drivers")


def test_other_drivers_with_50_m_of_an_edge_upstream_are_not_told() -> None:
    assert limit_notes(ROAD, [incident(560.0, 0)]) == []
