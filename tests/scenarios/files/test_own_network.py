"""Roads read from SUMO's files: stations, loops, notes, and what is refused."""

import contextlib
import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.files.own_network import read_own_network
from scenarios.files.scenario_loading import load_scenario
from scenarios.own_road import OwnRoad
from scenarios.scenario import OwnNetwork
from tests.scenarios.files.freeway_by_hand import LOOPS, NET, own


def test_a_space_that_does_not_break_is_part_of_a_name(tmp_path: Path) -> None:
    corridor = own(tmp_path, loops=LOOPS.replace('"up_', '"A\u00a09 up_')).corridor
    assert corridor.stations[0].name == "A\u00a09 up"


def test_ids_of_loops_that_are_left_out_may_be_anything(tmp_path: Path) -> None:
    found = own(tmp_path, loops=LOOPS.replace('"onramp"', f'"on&#10;{"x" * 300}"'))
    assert len(found.corridor.stations) == 3
    assert all(len(note) < 200 and note.isprintable() for note in found.notes)


def test_stations_stand_where_their_loops_do(tmp_path: Path) -> None:
    corridor = own(tmp_path).corridor
    assert corridor.name == "town"
    # a is 1000 m long, b 500 m; pos -200 on the 800 m of c is 600 m.
    assert [(s.name, s.position_m, s.lanes) for s in corridor.stations] == [
        ("up", 402.5, 2),
        ("mid", 1100.0, 2),
        ("down", 2100.0, 2),
    ]


def test_lanes_are_counted_without_the_auxiliary_lane(tmp_path: Path) -> None:
    loops = own(tmp_path).loops
    assert [(loop.station, loop.lane, loop.sumo_lane, loop.pos_m) for loop in loops] == [
        (0, 0, "a_0", 400.0),
        (0, 1, "a_1", 405.0),
        (1, 0, "b_1", 100.0),
        (1, 1, "b_2", 100.0),
        (2, 0, "c_0", 600.0),
        (2, 1, "c_1", 600.0),
    ]


def test_a_loop_is_as_long_as_its_element_says(tmp_path: Path) -> None:
    loops = own(tmp_path, loops=LOOPS.replace('pos="405"', 'pos="405" length="1.8"')).loops
    assert [loop.length_m for loop in loops[:2]] == [0.0, 1.8]


def test_a_place_along_the_corridor_is_on_the_edge_that_starts_there(tmp_path: Path) -> None:
    found = own(tmp_path)
    assert (found.edge_at(1200.0).edge, found.edge_at(1200.0).start_m) == ("b", 1000.0)
    assert found.edge_at(1500.0).edge == "c"
    with pytest.raises(ValueError, match="reach from 0 to 2300 m"):
        found.edge_at(2300.0)


def test_what_was_left_out_is_noted(tmp_path: Path) -> None:
    notes = own(tmp_path).notes
    assert len(notes) == 3
    assert "loop 'aux' (loops.add.xml, line 6): lane 'b_0' is auxiliary" in notes[0]
    assert "loop 'onramp' (loops.add.xml, line 9): edge 'ramp' is not in the corridor" in notes[1]


def test_stations_whose_loops_share_no_name_are_called_by_their_position(tmp_path: Path) -> None:
    loops = re.sub(r'id="(?:up|mid|down)_', 'id="loop', LOOPS)
    for index, name in enumerate(re.findall(r'id="(loop\d)"', loops)):
        loops = loops.replace(f'"{name}"', f'"{index}"', 1)
    assert [station.name for station in own(tmp_path, loops=loops).corridor.stations] == ["400 m", "1100 m", "2100 m"]


def test_a_packed_network_reads_the_same(tmp_path: Path) -> None:
    plain = own(tmp_path)
    packed = tmp_path / "town.net.xml.gz"
    packed.write_bytes(gzip.compress(NET.encode()))
    network = OwnNetwork(
        net_file=str(packed),
        route_files=(str(tmp_path / "town.rou.xml"),),
        additional_files=(str(tmp_path / "loops.add.xml"),),
        corridor=("a", "b", "c"),
    )
    read = read_own_network(network, 30.0)
    notes = tuple(note.replace("net.xml.gz", "net.xml") for note in read.notes)
    assert replace(read, network=plain.network, notes=notes) == plain


def test_a_lane_that_cars_may_not_use_is_no_through_lane(tmp_path: Path) -> None:
    net = NET.replace('<lane id="c_0"', '<lane id="c_0" allow="pedestrian"')
    with pytest.raises(ValueError, match="cars cannot drive along corridor edge 'c'"):
        own(tmp_path, net=net.replace('<lane id="c_1"', '<lane id="c_1" disallow="all"'))
    assert own(tmp_path, net=net).corridor.stations[2].lanes == 1


UP_1 = '<e1Detector id="up_1" lane="a_1" pos="405" period="30" file="x.xml"/>'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('lane="a_1"', 'lane="a_2"', r"loop 'up_1' stands on no lane of the network: lane 'a_2' is not on edge 'a'"),
        ('lane="a_1"', 'lane="rmap_0"', r"needs an edge 'rmap' that is not there; did you mean 'ramp_0'"),
        ('pos="405"', 'pos="1001"', r"lane 'a_1' is 1000 m long, got pos 1001.*friendlyPos"),
        ('pos="405"', 'pos="-1001"', r"lane 'a_1' is 1000 m long, got pos -1001"),
        ('pos="405"', 'pos="far"', r"'up_1': wanted a number for pos, got 'far'"),
        ('pos="405"', 'pos="nan"', r"'up_1': wanted a number for pos, got 'nan'"),
        (
            'pos="405" period="30"',
            'pos="405" period="60"',
            r"no loop on a_1 .*loop 'up_1' \(loops.add.xml, line 3\): the period is 60 s, that of the",
        ),
        (
            'pos="100" freq="30"',
            'pos="100" freq="20"',
            r"no loop on b_1 .*loop 'mid_0' \(loops.add.xml, line 4\): the period is 20 s",
        ),
        (
            'pos="405"',
            'pos="425"',
            r"station at 400 m .*\(up_0; loops.add.xml, line 2\) does not cover all 2 through lanes: no loop on a_1",
        ),
        (UP_1, "", r"does not cover all 2 through lanes: no loop on a_1"),
        ('"up_1"', '"up_0"', r"loop 'up_0': wanted an id of its own"),
        ('"up_1"', '"up&#10;1"', r"loop 'up\\n1': wanted an id of at most 200 printable characters \(SUMO drops line"),
        ('"up_1"', f'"{"u" * 201}"', r"wanted an id of at most 200 printable characters"),
        ('lane="a_1"', f'lane="{"x" * 100_000}_1"', r"stands on no lane of the network: lane 'xxxxxxxxxxxx"),
        ('pos="405"', 'pos="405" length="-1"', r"'up_1': wanted a length of 0 to the lane's 1000 m, got -1"),
        ('pos="405"', 'pos="405" length="1e308"', r"'up_1': wanted a length of 0 to .*, got 1e\+308"),
        ("</additional>", "", r"loops.add.xml: line \d+: this is no valid XML"),
    ],
)
def test_loops_that_do_not_fit_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in LOOPS
    with pytest.raises(ValueError, match=message):
        own(tmp_path, loops=LOOPS.replace(old, new, 1))


@pytest.mark.parametrize(
    ("corridor", "message"),
    [
        (("a", "bb", "c"), "town.net.xml has no edge 'bb'"),
        (("a", "c"), "no connection leads from edge 'a' to 'c'; from there one leads to: b"),
        (("a", "b", "a"), "edge 'a' is there twice"),
        (("b",), "at least two stations of E1 loops along the corridor, got 1 .*'up_0'"),
        (("ramp",), "got 60"),
    ],
)
def test_a_corridor_that_does_not_fit_is_refused(tmp_path: Path, corridor: tuple[str, ...], message: str) -> None:
    loops = LOOPS.replace('<e1Detector id="aux" lane="b_0" pos="100" period="30" file="x.xml"/>', "")
    if corridor == ("b",):
        loops = LOOPS
    with pytest.raises(ValueError, match=message):
        own(tmp_path, loops=loops, corridor=corridor)


@pytest.mark.parametrize(
    ("net", "message"),
    [
        ("<net><edge", r"town.net.xml: line 1: this is no valid XML"),
        ("", r"town.net.xml: line 1: this is no valid XML"),
        ("<routes/>", r"wanted a SUMO network \(<net>\), got <routes>"),
        ('<?xml version="1.0" encoding="klingon"?><net/>', "no valid XML"),
        (NET.replace('length="500"', 'length="long"'), "wanted a number for length, got 'long'"),
        (
            NET.replace('length="500"', 'length="-500"'),
            "lane 'b_0': wanted a length above 0, at most 1000000 m, got -500",
        ),
        (NET.replace('length="500"', 'length="1e308"'), "lane 'b_0': wanted a length above 0, at most 1000000 m"),
        (
            NET.replace('speed="30"', 'speed="1e308"'),
            "lane ':n1_0_0': wanted a speed of 0 or more, at most 1000000 m/s",
        ),
        (
            NET.replace('index="1"', 'index="1000000000"'),
            "wanted a whole number from 0 to 99 for index, got 1000000000",
        ),
        (NET.replace('index="1"', 'index="0.5"'), "wanted a whole number from 0 to 99 for index, got 0.5"),
        (NET.replace('toLane="1"', 'toLane="-1"', 1), "wanted a whole number from 0 to 99 for toLane, got -1"),
    ],
)
def test_a_network_that_is_none_is_refused(tmp_path: Path, net: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        own(tmp_path, net=net)


@pytest.mark.parametrize(
    "change",
    [('speed="20"', 'speed="1000"'), ('speed="20"', 'speed="0"'), ('length="0.1"', 'length="0"')],
)
def test_lanes_off_the_corridor_may_be_as_sumo_takes_them(tmp_path: Path, change: tuple[str, str]) -> None:
    assert len(own(tmp_path, NET.replace(*change)).corridor.stations) == 3


def test_a_corridors_lane_has_a_speed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lane 'a_0': wanted a speed above 0, at most 150 m/s, got 0"):
        own(tmp_path, NET.replace('speed="30" length="1000"', 'speed="0" length="1000"'))


SCENARIO = """
seed = 1
warm_up_s = 300
end_s = 1800
[network]
net_file = "town.net.xml"
route_files = ["town.rou.xml"]
additional_files = ["loops.add.xml"]
corridor = ["a", "b", "c"]
[incident]
onset_s = 400
duration_s = 300
section = 1
place = 0.7
lanes = [1]
"""


def test_a_scenario_s_paths_start_at_its_file(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / "mine.toml").write_text(SCENARIO)
    run = load_scenario(str(tmp_path / "mine.toml"))
    scenario = run.scenario
    assert scenario.network is not None
    assert scenario.network.net_file == str((tmp_path / "town.net.xml").resolve())
    assert scenario.incidents[0].position_m == pytest.approx(1800)
    assert run.corridor.sections == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lanes = [1]", "lanes = [2]", "incident.lanes: lane 2 does not exist: wanted 0 to 1"),
        ("lanes = [1]", "lanes = [0, 1]", "all 2 lanes are blocked"),
        ("seed = 1", "seed = 1\ndemand_vphpl = 900", "demand_vphpl: on an own network"),
        ("seed = 1", "seed = 1\nrain = {}", "rain: on an own network"),
        ("seed = 1", "seed = 1\nperiod_s = 60", "wanted a period of 60 s"),
        ("net_file", "netfile", "network.netfile: unknown key; did you mean 'net_file'"),
        ('["town.rou.xml"]', "[]", "network.route_files"),
        (
            "lanes = [1]",
            "lanes = [1]\nrubbernecking_mps = 14",
            "downstream of the place must be a short edge of its own",
        ),
    ],
)
def test_a_scenario_that_does_not_fit_its_network_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    own(tmp_path)
    (tmp_path / "mine.toml").write_text(SCENARIO.replace(old, new, 1))
    with pytest.raises(ValueError, match=message) as caught:
        load_scenario(str(tmp_path / "mine.toml"))
    assert "mine.toml: " in str(caught.value)


@pytest.mark.parametrize("name", ["town.net.xml", "town.rou.xml", "loops.add.xml"])
def test_a_file_that_links_to_itself_is_one_message(tmp_path: Path, name: str) -> None:
    own(tmp_path)
    (tmp_path / "mine.toml").write_text(SCENARIO)
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(name)
    with pytest.raises(ValueError, match=rf"mine.toml: .*{name}"):
        load_scenario(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize("name", ["town.net.xml", "town.rou.xml", "loops.add.xml"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    own(tmp_path)
    (tmp_path / "mine.toml").write_text(SCENARIO)
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError, match=rf"mine.toml: no such file: .*{name}"):
        load_scenario(str(tmp_path / "mine.toml"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from(["net", "loops"]),
    at=st.integers(0, 3000),
    length=st.integers(0, 40),
    text=st.sampled_from(["", "x", "0", "-1", "1e999", '"', "<a>", "</net>", "&", "a_1", "\x00", "é"]),
)
def test_spoilt_files_are_read_or_refused_with_one_message(
    tmp_path: Path, which: str, at: int, length: int, text: str
) -> None:
    whole = NET if which == "net" else LOOPS
    at %= len(whole)
    spoilt = whole[:at] + text + whole[at + length :]
    with contextlib.suppress(ValueError):
        found = own(tmp_path, net=spoilt) if which == "net" else own(tmp_path, loops=spoilt)
        assert found.corridor.sections >= 1


def test_lanes_that_are_meant_to_have_no_loop_are_lanes_of_their_station_all_the_same(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / "loops.add.xml").write_text(LOOPS.replace(UP_1, ""))
    network = OwnNetwork(
        net_file=str(tmp_path / "town.net.xml"),
        route_files=(str(tmp_path / "town.rou.xml"),),
        additional_files=(str(tmp_path / "loops.add.xml"),),
        corridor=("a", "b", "c"),
        lanes_without_loops=True,
    )
    found = read_own_network(network, 30.0)
    assert [station.lanes for station in found.corridor.stations] == [2, 2, 2]
    assert [loop.lane for loop in found.loops if loop.station == 0] == [0]


LEFT_DROP = NET.replace('from="a" to="b" fromLane="0" toLane="1"', 'from="a" to="b" fromLane="0" toLane="0"')
for old, new in (
    ('from="a" to="b" fromLane="1" toLane="2"', 'from="a" to="b" fromLane="1" toLane="1"'),
    ('from="b" to="c" fromLane="1" toLane="0"', 'from="b" to="c" fromLane="0" toLane="0"'),
    ('from="b" to="c" fromLane="2" toLane="1"', 'from="b" to="c" fromLane="1" toLane="1"'),
    ('<connection from="ramp" to="b" fromLane="0" toLane="0" dir="s" state="M"/>', ""),
):
    assert old in LEFT_DROP
    LEFT_DROP = LEFT_DROP.replace(old, new)


def test_a_lane_that_ends_on_the_fast_side_is_a_lane_of_the_stations_where_it_has_a_loop(tmp_path: Path) -> None:
    found = own(
        tmp_path, net=LEFT_DROP, loops=LOOPS.replace('"aux"', '"mid_2"')
    )  # b_0, b_1 go on to c; b_2 begins at b and ends at 1500 m
    assert [(s.name, list(s.lane_numbers)) for s in found.corridor.stations] == [
        ("up", [0, 1]),
        ("mid", [0, 1, 2]),
        ("down", [0, 1]),
    ]
    assert [(loop.lane, loop.sumo_lane) for loop in found.loops if loop.station == 1] == [
        (0, "b_0"),
        (1, "b_1"),
        (2, "b_2"),
    ]
    assert "lane 2 ends at 1500 m, with SUMO's 'b_2' (town.net.xml, line 12)" in found.notes


def test_a_lane_that_ends_needs_no_loop(tmp_path: Path) -> None:
    loops = LOOPS.replace('<inductionLoop id="mid_1" lane="b_2" pos="100" freq="30.00" file="x.xml"/>', "")
    assert [s.lanes for s in own(tmp_path, net=LEFT_DROP, loops=loops).corridor.stations] == [2, 2, 2]


@pytest.mark.parametrize(
    ("net", "position_m", "lane", "message"),
    [
        (
            LEFT_DROP,
            1600,
            2,
            r"lane 2 does not exist: wanted 0 to 1 \(.*; lane 2 ends at 1500 m; are they counted from 1\?\)",
        ),
        (
            NET,
            1200,
            2,
            r"lane 2 does not exist.*'b_0' is there too, without a number: it ends or leaves the road at 1500 m;",
        ),
        (NET, 1200, -1, r"lane -1 does not exist.*'b_0' is there too"),
        (NET, 1600, 2, r"does this one end before the road does\?"),
    ],
)
def test_an_incident_in_a_lane_that_has_ended_or_has_no_number_is_refused_with_where_it_ends(
    tmp_path: Path, net: str, position_m: float, lane: int, message: str
) -> None:
    own(tmp_path, net=net)
    where = SCENARIO.replace("section = 1\nplace = 0.7", f"position_m = {position_m}").replace("[1]", f"[{lane}]")
    (tmp_path / "mine.toml").write_text(where)
    with pytest.raises(ValueError, match=message):
        load_scenario(str(tmp_path / "mine.toml"))


def test_an_incident_in_a_lane_before_its_end_is_taken(tmp_path: Path) -> None:
    own(tmp_path, net=LEFT_DROP)
    (tmp_path / "mine.toml").write_text(
        SCENARIO.replace("section = 1\nplace = 0.7\nlanes = [1]", "position_m = 1300\nlanes = [2]")
    )
    placed = load_scenario(str(tmp_path / "mine.toml"))
    assert isinstance(placed.place, OwnRoad)
    assert placed.place.edge_at(placed.scenario.incidents[0].position_m).lane(2) == "b_2"


def test_an_incident_in_a_lane_that_ends_and_has_no_loop_near_is_refused(tmp_path: Path) -> None:
    without = LOOPS.replace('<inductionLoop id="mid_1" lane="b_2" pos="100" freq="30.00" file="x.xml"/>', "")
    own(tmp_path, net=LEFT_DROP, loops=without)
    (tmp_path / "mine.toml").write_text(
        SCENARIO.replace("section = 1\nplace = 0.7\nlanes = [1]", "position_m = 1300\nlanes = [2]")
    )
    with pytest.raises(
        ValueError, match=r"incident.lanes: lane 2 \(SUMO's 'b_2'\) has a loop at neither end of its section"
    ):
        load_scenario(str(tmp_path / "mine.toml"))
