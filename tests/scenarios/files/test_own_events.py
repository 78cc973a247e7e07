"""What a user's own files do on the corridor: stops, closed lanes and speed signs as notes, and what SUMO does not save."""

from pathlib import Path

import pytest

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.own_events import own_events

EDGES = (CorridorEdge("a", 0.0, 500.0, (0, 1)), CorridorEdge("b", 500.0, 1500.0, (1, 2)))


def notes(folder: Path, routes: str = "", additional: str = "") -> list[str]:
    (folder / "cars.rou.xml").write_text(f"<routes>{routes}</routes>")
    (folder / "more.add.xml").write_text(f"<additional>{additional}</additional>")
    return own_events([folder / "cars.rou.xml"], [folder / "more.add.xml"], EDGES).notes


def test_a_vehicle_that_stops_in_a_through_lane_is_noted_with_lane_and_place(tmp_path: Path) -> None:
    stop = '<vehicle id="broken"><stop lane="b_1" endPos="300" duration="180"/></vehicle>'
    assert notes(tmp_path, stop) == [
        "vehicle 'broken' of the user stops in lane 0 at 800 m for 180 s; it is no incident of the scenario"
    ]


def test_a_place_may_be_counted_from_the_end_of_its_edge(tmp_path: Path) -> None:
    stop = '<vehicle id="broken"><stop lane="b_2" endPos="-100" until="600"/></vehicle>'
    assert notes(tmp_path, stop)[0].startswith("vehicle 'broken' of the user stops in lane 1 at 1400 m until 600 s")


@pytest.mark.parametrize(
    "stop",
    [
        '<stop lane="b_1" endPos="300" duration="180" parking="true"/>',
        '<stop lane="b_0" endPos="300" duration="180"/>',
        '<stop lane="ramp_1" endPos="300" duration="180"/>',
    ],
    ids=["beside the road", "on an auxiliary lane", "elsewhere"],
)
def test_a_stop_that_blocks_no_through_lane_is_not_noted(tmp_path: Path, stop: str) -> None:
    assert notes(tmp_path, f'<flow id="buses">{stop}</flow>') == []


def test_a_closed_lane_is_noted_with_its_times(tmp_path: Path) -> None:
    interval = '<interval begin="152" end="332"><closingLaneReroute id="b_2" disallow="all"/></interval>'
    assert notes(tmp_path, additional=f'<rerouter id="r" edges="a">{interval}</rerouter>') == [
        "lane 1 (b_2) is closed by a rerouter of the user from 152 to 332 s; it is no incident of the scenario"
    ]


def test_a_closed_edge_elsewhere_is_not_noted(tmp_path: Path) -> None:
    interval = '<interval begin="152" end="332"><closingReroute id="ramp"/></interval>'
    assert notes(tmp_path, additional=f'<rerouter id="r" edges="a">{interval}</rerouter>') == []


def test_a_speed_sign_is_noted_with_its_steps(tmp_path: Path) -> None:
    steps = '<step time="180" speed="8"/><step time="360" speed="30"/>'
    assert notes(tmp_path, additional=f'<variableSpeedSign id="v" lanes="b_1 b_2 x_0">{steps}</variableSpeedSign>') == [
        "a speed sign of the user sets the limit of edge b: 8 m/s from 180 s; 30 m/s from 360 s"
    ]


def test_of_many_stops_the_number_is_told(tmp_path: Path) -> None:
    one = '<vehicle id="v"><stop lane="b_1" endPos="300" duration="180"/></vehicle>'
    found = notes(tmp_path, one * 14)
    assert len(found) == 11
    assert found[-1] == "and 4 others like the last"


def test_elements_whose_state_sumo_does_not_save_are_found(tmp_path: Path) -> None:
    (tmp_path / "cars.rou.xml").write_text(
        '<routes><vTypeDistribution id="d"/><vType id="c"><param key="has.driverstate.device" value="true"/></vType></routes>'
    )
    (tmp_path / "more.add.xml").write_text('<additional><calibrator id="c"/></additional>')
    found = own_events([tmp_path / "cars.rou.xml"], [tmp_path / "more.add.xml"], EDGES)
    assert found.unsaved == {"vTypeDistribution", "calibrator", "driver state device"}


@pytest.mark.parametrize(
    ("routes", "additional", "idm"),
    [
        ('<vType id="car" carFollowModel="IDM"/>', "", True),
        ('<vType id="car"><carFollowing-IDMM tau="1"/></vType>', "", True),
        ("", '<vType id="car" carFollowModel="IDM"/>', True),
        ('<vType id="car" carFollowModel="Krauss"/><vType id="IDM"/>', "", False),
    ],
)
def test_types_that_drive_by_idm_are_found(tmp_path: Path, routes: str, additional: str, idm: bool) -> None:
    notes(tmp_path, routes, additional)
    files = [tmp_path / "cars.rou.xml"], [tmp_path / "more.add.xml"]
    assert own_events(*files, EDGES).idm_drivers == idm


@pytest.mark.parametrize("tag", ["vehicle", "trip", "flow", "route"])
def test_who_stops_is_named_with_its_kind(tmp_path: Path, tag: str) -> None:
    stop = f'<vehicle id="before"/><{tag} id="it"><stop lane="b_1" endPos="300" duration="180"/></{tag}>'
    assert notes(tmp_path, stop)[0].startswith(f"{tag} 'it' of the user stops in lane 0")


@pytest.mark.parametrize("parking", ["false", "0", "no"])
def test_a_stop_that_says_it_is_not_beside_the_road_is_noted(tmp_path: Path, parking: str) -> None:
    stop = f'<vehicle id="v"><stop lane="b_1" endPos="300" duration="180" parking="{parking}"/></vehicle>'
    assert len(notes(tmp_path, stop)) == 1


def test_a_stop_without_a_lane_is_on_its_edge_and_without_a_place_at_its_end(tmp_path: Path) -> None:
    assert notes(tmp_path, '<vehicle id="v"><stop edge="b" duration="60"/></vehicle>') == [
        "vehicle 'v' of the user stops on edge 'b' at 1500 m for 60 s; it is no incident of the scenario"
    ]


def test_a_closed_edge_of_the_corridor_is_noted(tmp_path: Path) -> None:
    interval = '<interval begin="152" end="332"><closingReroute id="a"/></interval>'
    assert notes(tmp_path, additional=f'<rerouter id="r" edges="a">{interval}</rerouter>') == [
        "edge 'a' is closed by a rerouter of the user from 152 to 332 s; it is no incident of the scenario"
    ]


def test_a_closed_lane_that_has_no_number_is_noted_by_its_name(tmp_path: Path) -> None:
    interval = '<interval end="332"><closingLaneReroute id="b_0"/></interval>'
    assert notes(tmp_path, additional=f'<rerouter id="r" edges="a">{interval}</rerouter>') == [
        "lane b_0 is closed by a rerouter of the user from 0 to 332 s; it is no incident of the scenario"
    ]


def test_a_file_that_is_too_large_is_told_and_the_others_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.files.xml_file.LARGEST_FILE_BYTES", 500)
    interval = '<interval begin="152" end="332"><closingReroute id="a"/></interval>'
    found = notes(tmp_path, " " * 500, f'<rerouter id="r" edges="a">{interval}</rerouter>')
    assert found[0] == "cars.rou.xml is too large to be looked through for stops"
    assert found[1].startswith("edge 'a' is closed")


def test_a_type_of_an_included_file_counts_whatever_comes_after_it(tmp_path: Path) -> None:
    (tmp_path / "types.add.xml").write_text('<additional><vType id="car" carFollowModel="IDM"/></additional>')
    notes(tmp_path, additional='<include href="types.add.xml"/><vType id="truck"/>')
    assert own_events([tmp_path / "cars.rou.xml"], [tmp_path / "more.add.xml"], EDGES).idm_drivers
