"""Places on a road of edges of 60, 400, 40 and 600 m: where an incident is played, by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.blocked_place import ImpossiblePlaceError, played_position_m, possible_places_m
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


def test_a_place_is_not_moved_past_a_station() -> None:
    between = replace(ROAD, corridor=Corridor("road", 30.0, (STATIONS[0], Station("mid", 464.0, 2), STATIONS[1])))
    incident = Incident(onset_s=60, duration_s=60, position_m=470.0, lanes=(0,))
    assert played_position_m(ROAD, incident, "incident") == 459.0
    with pytest.raises(ImpossiblePlaceError, match="the nearest place is 550 m"):
        played_position_m(between, incident, "incident")


def test_a_section_without_a_possible_place_says_so() -> None:
    short = replace(ROAD, corridor=Corridor("road", 30.0, (Station("up", 462.0, 2), Station("down", 498.0, 2))))
    incident = Incident(onset_s=60, duration_s=60, position_m=485.0, lanes=(0,))
    with pytest.raises(ImpossiblePlaceError, match="its section has no such place"):
        played_position_m(short, incident, "incident")


def test_possible_places_are_between_the_first_and_the_last_station() -> None:
    inner = replace(ROAD, corridor=Corridor("road", 30.0, (Station("up", 59.5, 2), Station("down", 540.0, 2))))
    incident = Incident(onset_s=60, duration_s=60, position_m=300.0, lanes=(0,))
    # Edge a ends at 59 m, before the first station, and the earliest place on edge d is 550 m, behind the last.
    assert possible_places_m(inner, incident) == [300.0]
    assert possible_places_m(ROAD, incident) == [300.0, 59.0, 550.0]


def test_an_edge_on_which_the_incident_takes_all_lanes_is_no_place_for_it() -> None:
    incident = Incident(onset_s=60, duration_s=60, position_m=300.0, lanes=(0, 1))
    assert possible_places_m(ROAD, incident) == [300.0]


def test_an_edge_of_51_m_has_one_place() -> None:
    road = replace(ROAD, edges=(CorridorEdge("a", 0.0, 51.0, (0, 1)), CorridorEdge("b", 51.0, 1100.0, (0, 1))))
    incident = Incident(onset_s=60, duration_s=60, position_m=52.0, lanes=(0,))
    assert possible_places_m(road, incident) == [50.0, 101.0]


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
