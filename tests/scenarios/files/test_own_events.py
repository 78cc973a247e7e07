"""What a user's own files do on the corridor: stops, closed lanes, signs and calibrators, and what SUMO does not save."""

import math
from pathlib import Path

import pytest

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.own_events import OwnEvents, own_events
from scenarios.own_event import OwnEvent, OwnStop

EDGES = (CorridorEdge("a", 0.0, 500.0, (0, 1)), CorridorEdge("b", 500.0, 1500.0, (1, 2)))


LIMITS_MPS = {"a_0": 30.0, "a_1": 30.0, "b_0": 25.0, "b_1": 30.0, "b_2": 30.0}


def found(folder: Path, routes: str = "", additional: str = "") -> OwnEvents:
    (folder / "cars.rou.xml").write_text(f"<routes>\n{routes}</routes>")
    (folder / "more.add.xml").write_text(f"<additional>\n\n{additional}</additional>")
    return own_events([folder / "cars.rou.xml"], [folder / "more.add.xml"], EDGES, LIMITS_MPS)


def notes(folder: Path, routes: str = "", additional: str = "") -> list[str]:
    return found(folder, routes, additional).notes


def test_a_vehicle_that_stops_in_a_through_lane_is_noted_with_lane_place_and_line(tmp_path: Path) -> None:
    of = found(tmp_path, '<vehicle id="broken">\n<stop lane="b_1" endPos="300" duration="180"/></vehicle>')
    assert of.notes == [
        "vehicle 'broken' of the user (cars.rou.xml, line 3) stops in lane 0 at 800 m for 180 s: an incident of its own, scored as "
        "it is observed"
    ]
    assert of.stops == [OwnStop("vehicle 'broken' of the user (cars.rou.xml, line 3)", 0, 800.0)]


def test_a_place_may_be_counted_from_the_end_of_its_edge(tmp_path: Path) -> None:
    (note,) = notes(tmp_path, '<vehicle id="broken"><stop lane="b_2" endPos="-100" until="600"/></vehicle>')
    assert "(cars.rou.xml, line 2) stops in lane 1 at 1400 m until 600 s" in note


def test_a_bus_stop_in_a_through_lane_gives_the_place(tmp_path: Path) -> None:
    bus = '<flow id="bus"><stop busStop="s" duration="20"/></flow>'
    of = found(tmp_path, bus, '<busStop id="s" lane="b_1" startPos="280" endPos="300"/>')
    assert of.notes == [
        "flow 'bus' of the user (cars.rou.xml, line 2) stops in lane 0 at 800 m for 20 s: below 30 s it is no incident, and alarms "
        "at it are neutral"
    ]


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


REROUTER = '<rerouter id="r" edges="a"><interval begin="152" end="332">\n{}</interval></rerouter>'


def test_a_closed_lane_holds_on_its_edge_and_a_kilometre_upstream_while_it_is_closed(tmp_path: Path) -> None:
    of = found(tmp_path, additional=REROUTER.format('<closingLaneReroute id="b_2" disallow="all"/>'))
    what = "lane 1 (b_2) is closed by rerouter 'r' of the user (more.add.xml, line 4) from 152 to 332 s"
    assert of.notes == [f"{what}: alarms at it are neutral"]
    assert of.events == [OwnEvent("closed lane", what, -500.0, 1500.0, 152.0, 332.0)]


def test_a_closed_edge_elsewhere_is_not_noted(tmp_path: Path) -> None:
    assert found(tmp_path, additional=REROUTER.format('<closingReroute id="ramp"/>')) == OwnEvents()


SIGN = '<variableSpeedSign id="v" lanes="b_1 b_2 x_0">{}</variableSpeedSign>'


def test_a_speed_sign_holds_while_its_limit_is_not_the_networks(tmp_path: Path) -> None:
    steps = '<step time="0" speed="30"/><step time="180" speed="8"/><step time="360" speed="-1"/><step time="400" speed="9"/>'
    of = found(tmp_path, additional=SIGN.format(steps))
    assert of.notes == [
        "speed sign 'v' of the user (more.add.xml, line 3) sets the limit of edge b: 30 m/s from 0 s; 8 m/s from 180 s; the road's "
        "from 360 s; 9 m/s from 400 s: alarms at it are neutral"
    ]
    assert [(e.start_m, e.end_m, e.from_s, e.to_s) for e in of.events] == [
        (500.0, 1500.0, 180.0, 360.0),
        (500.0, 1500.0, 400.0, math.inf),
    ]


def test_the_steps_of_a_sign_may_stand_in_a_file_beside(tmp_path: Path) -> None:
    (tmp_path / "steps.xml").write_text('<vss><step time="10" speed="8"/></vss>')
    sign = '<variableSpeedSign id="v" lanes="b_1" file="steps.xml"/>'
    assert [event.from_s for event in found(tmp_path, additional=sign).events] == [10.0]


@pytest.mark.parametrize(
    ("flow", "end_m"), [('<flow begin="60" end="600"/>', 600.0), ('<flow begin="60" end="600" speed="20"/>', 1500.0)]
)
def test_a_calibrator_holds_up_to_its_place_and_with_a_speed_on_its_edge(
    tmp_path: Path, flow: str, end_m: float
) -> None:
    of = found(tmp_path, additional=f'<calibrator id="c" edge="b" pos="100">{flow}</calibrator>')
    assert of.notes == [
        "calibrator 'c' of the user (more.add.xml, line 3) sets the traffic of edge b from 60 to 600 s: alarms at it are neutral"
    ]
    assert [(e.start_m, e.end_m, e.from_s, e.to_s) for e in of.events] == [(500.0, end_m, 60.0, 600.0)]


def test_of_many_stops_the_number_is_told(tmp_path: Path) -> None:
    one = '<vehicle id="v"><stop lane="b_1" endPos="300" duration="180"/></vehicle>'
    told = notes(tmp_path, one * 14)
    assert len(told) == 11
    assert told[-1] == "and 4 others like the last"


def test_elements_whose_state_sumo_does_not_save_are_found(tmp_path: Path) -> None:
    (tmp_path / "cars.rou.xml").write_text(
        '<routes><vTypeDistribution id="d"/><vType id="c"><param key="has.driverstate.device" value="true"/></vType></routes>'
    )
    (tmp_path / "more.add.xml").write_text('<additional><calibrator id="c"/></additional>')
    of = own_events([tmp_path / "cars.rou.xml"], [tmp_path / "more.add.xml"], EDGES, LIMITS_MPS)
    assert of.unsaved == {"vTypeDistribution", "calibrator", "driver state device"}


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
    assert found(tmp_path, routes, additional).idm_drivers == idm


@pytest.mark.parametrize("tag", ["vehicle", "trip", "flow", "route"])
def test_who_stops_is_named_with_its_kind(tmp_path: Path, tag: str) -> None:
    stop = f'<vehicle id="before"/><{tag} id="it"><stop lane="b_1" endPos="300" duration="180"/></{tag}>'
    assert notes(tmp_path, stop)[0].startswith(f"{tag} 'it' of the user (cars.rou.xml, line 2) stops in lane 0")


@pytest.mark.parametrize("parking", ["false", "0", "no"])
def test_a_stop_that_says_it_is_not_beside_the_road_is_noted(tmp_path: Path, parking: str) -> None:
    stop = f'<vehicle id="v"><stop lane="b_1" endPos="300" duration="180" parking="{parking}"/></vehicle>'
    assert len(notes(tmp_path, stop)) == 1


def test_a_stop_without_a_lane_is_in_the_outermost_and_without_a_place_at_its_edges_end(tmp_path: Path) -> None:
    assert notes(tmp_path, '<vehicle id="v"><stop edge="b" duration="60"/></vehicle>') == [
        "vehicle 'v' of the user (cars.rou.xml, line 2) stops in lane 0 at 1500 m for 60 s: an incident of its own, scored "
        "as it is observed"
    ]


def test_a_closed_edge_of_the_corridor_is_noted(tmp_path: Path) -> None:
    interval = '<interval begin="152" end="332"><closingReroute id="a"/></interval>'
    assert notes(tmp_path, additional=f'<rerouter id="r" edges="a">{interval}</rerouter>') == [
        "edge 'a' is closed by rerouter 'r' of the user (more.add.xml, line 3) from 152 to 332 s: alarms at it are neutral"
    ]


def test_a_closed_lane_that_has_no_number_is_noted_by_its_name(tmp_path: Path) -> None:
    interval = '<interval end="332"><closingLaneReroute id="b_0"/></interval>'
    assert notes(tmp_path, additional=f'<rerouter id="r" edges="a">{interval}</rerouter>') == [
        "lane b_0 is closed by rerouter 'r' of the user (more.add.xml, line 3) from 0 to 332 s: alarms at it are neutral"
    ]


def test_a_file_that_is_too_large_is_told_and_the_others_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.files.xml_file.LARGEST_FILE_BYTES", 500)
    interval = '<interval begin="152" end="332"><closingReroute id="a"/></interval>'
    told = notes(tmp_path, " " * 500, f'<rerouter id="r" edges="a">{interval}</rerouter>')
    assert told[0] == "cars.rou.xml is too large to be looked through for stops"
    assert told[1].startswith("edge 'a' is closed")


def test_a_type_of_an_included_file_counts_whatever_comes_after_it(tmp_path: Path) -> None:
    (tmp_path / "types.add.xml").write_text('<additional><vType id="car" carFollowModel="IDM"/></additional>')
    assert found(tmp_path, additional='<include href="types.add.xml"/><vType id="truck"/>').idm_drivers
