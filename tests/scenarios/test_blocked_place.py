"""Places on a road of edges of 60, 400, 40 and 600 m: where an incident is played, by hand."""

from pathlib import Path

import pytest

from scenarios.blocked_place import ImpossiblePlaceError, played_position_m
from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.files.battery_file import load_battery
from scenarios.incident import Incident
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork
from tests.scenarios.files.freeway_by_hand import LOOPS, NET

NETWORK = OwnNetwork(net_file="a", route_files=("b",), additional_files=("c",), corridor=("a", "b", "c", "d"))
EDGES = (
    CorridorEdge("a", 0.0, 60.0, (0, 1)),
    CorridorEdge("b", 60.0, 460.0, (0, 1, 2)),
    CorridorEdge("c", 460.0, 500.0, (0, 1)),
    CorridorEdge("d", 500.0, 1100.0, (0, 1)),
)
STATIONS = (Station("up", 10.0, 2), Station("down", 1090.0, 2))
ROAD = OwnRoad(NETWORK, Corridor("road", 30.0, STATIONS), (), EDGES, ())


def played_m(position_m: float, *lanes: int) -> float:
    incident = Incident(onset_s=60, duration_s=60, position_m=position_m, lanes=lanes or (0,))
    return played_position_m(ROAD, incident, "incident")


@pytest.mark.parametrize("position_m", [55.0, 110.0, 459.0, 550.0, 1000.0])
def test_a_place_with_50_m_of_its_edge_upstream_stays(position_m: float) -> None:
    assert played_m(position_m) == position_m


def test_a_place_right_behind_a_border_is_moved_to_just_before_it() -> None:
    assert played_m(62.0) == 59.0
    assert played_m(465.0) == 459.0


def test_a_place_nearer_to_50_m_past_the_border_is_moved_downstream() -> None:
    assert played_m(90.0) == 110.0


def test_a_place_is_moved_by_25_m_at_most() -> None:
    with pytest.raises(ImpossiblePlaceError, match=r"485 m is 25 m into edge 'c' of 40 m.* the nearest place is 459 m"):
        played_m(485.0)


def test_a_place_is_moved_to_an_edge_that_has_its_lanes() -> None:
    assert played_m(85.0, 2) == 110.0
    with pytest.raises(ImpossiblePlaceError, match="the nearest place is 110 m"):
        played_m(70.0, 2)


def test_a_battery_names_all_places_that_cannot_be_blocked(tmp_path: Path) -> None:
    short = NET.replace('length="500"', 'length="45"')
    for name, text in (
        ("town.net.xml", short),
        ("loops.add.xml", LOOPS.replace('pos="100"', 'pos="20"')),
        ("town.rou.xml", "<routes/>"),
    ):
        (tmp_path / name).write_text(text)
    (tmp_path / "battery.toml").write_text(
        """
name = "mine"
[defaults]
warm_up_s = 60
end_s = 600
[defaults.network]
net_file = "town.net.xml"
route_files = ["town.rou.xml"]
additional_files = ["loops.add.xml"]
corridor = ["a", "b", "c"]
[[scenarios]]
name = "run-{number}"
seed = 1
incident = { onset_s = 152, duration_s = 60, lanes = [0] }
matrix.incident.position_m = [700, 1026, 1034, 1200]
"""
    )
    with pytest.raises(ImpossiblePlaceError, match=r"2 incidents stand .*\n.*position_m = 1026.*\n.*position_m = 1034"):
        load_battery(str(tmp_path / "battery.toml"))
