"""What is written of a carriageway: which files are named, which loops, which incidents, under names with any sign."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.adoption.adopted_study import Study, write_study
from scenarios.adoption.carriageways import Carriageway
from scenarios.adoption.network_edges import NetworkEdge
from scenarios.errors import UserError
from scenarios.files.battery_file import load_battery
from scenarios.files.scenario_loading import load_scenario
from scenarios.files.sumo_config_file import read_sumo_config
from scenarios.files.sumo_net_file import read_content
from tests.scenarios.files.freeway_by_hand import LOOPS, NET

ABC = Carriageway("east", tuple(NetworkEdge(name, "", "", 2, 30.0, 500.0, ()) for name in "abc"), False)
TYPES = '<additional><vType id="car"/></additional>'


def study(
    folder: Path, *additional: str, net: str = NET, config: str = "", end: str = "3600", name: str = "my", **wanted: Any
) -> Study:
    """The study of a, b and c with these additional files; `wanted`: spacing and period."""
    folder.mkdir(exist_ok=True)
    (folder / "town.net.xml").write_text(net)
    (folder / "town.rou.xml").write_text("<routes/>")
    names = []
    for number, text in enumerate(additional):
        names.append(f"more{number}.add.xml")
        (folder / names[-1]).write_text(text)
    more = f'<additional-files value="{",".join(names)}"/>' if names else ""
    files = config or '<net-file value="town.net.xml"/><route-files value="town.rou.xml"/>'
    path = folder / f"{name}.sumocfg"
    path.write_text(f'<configuration>{files}{more}<end value="{end}"/></configuration>')
    content = read_content(folder / "town.net.xml", "abc")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    settings = {"spacing_m": None, "period_s": None} | wanted
    return write_study(path, read_sumo_config(path), content, ABC, out, settings["spacing_m"], settings["period_s"])


def files(found: Study) -> list[str]:
    network = load_scenario(str(found.scenario)).scenario.network
    assert network is not None
    return [Path(name).name for name in network.additional_files]


def test_where_loops_are_placed_the_users_other_additional_files_stay(tmp_path: Path) -> None:
    assert files(study(tmp_path, TYPES, LOOPS, spacing_m=500.0)) == ["more0.add.xml", "east.loops.add.xml"]


def test_where_the_users_loops_are_read_their_files_are_the_configurations(tmp_path: Path) -> None:
    found = study(tmp_path, TYPES, LOOPS)
    assert files(found) == ["more0.add.xml", "more1.add.xml"]
    assert "additional_files" not in found.scenario.read_text()


def test_with_one_station_of_the_users_some_are_placed(tmp_path: Path) -> None:
    found = study(tmp_path, "<additional>" + LOOPS.split("\n", 1)[1].split("<inductionLoop")[0] + "</additional>")
    assert found.placed
    assert files(found) == ["east.loops.add.xml"]


def test_a_loop_that_is_wrong_is_told_and_none_placed_instead(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="stands on no lane of the network"):
        study(tmp_path, LOOPS.replace('lane="a_1"', 'lane="a_7"'))


def test_lanes_of_the_users_may_be_without_a_loop(tmp_path: Path) -> None:
    found = study(tmp_path, LOOPS.replace('<e1Detector id="up_1" lane="a_1" pos="405" period="30" file="x.xml"/>', ""))
    assert not found.placed
    assert load_scenario(str(found.scenario)).corridor.stations[0].lanes == 2


@pytest.mark.parametrize(
    ("loops", "period_s"),
    [
        (LOOPS.replace('period="30"', 'period="60"').replace('freq="30', 'freq="60'), 60.0),
        (
            LOOPS.replace(
                'id="down_1" lane="c_1" pos="600" period="30"', 'id="down_1" lane="c_1" pos="600" period="90"'
            ),
            30.0,
        ),
        (LOOPS.replace('period="30"', 'period="0.5"'), 30.0),  # the two with a `freq` are left
        (LOOPS.replace('period="30"', 'period="0"'), 30.0),
        (LOOPS.replace('period="30"', 'period="30.5"'), 30.0),
    ],
)
def test_the_period_is_that_of_most_loops_in_whole_seconds(tmp_path: Path, loops: str, period_s: float) -> None:
    assert load_scenario(str(study(tmp_path, loops, spacing_m=500.0).scenario)).scenario.period_s == period_s


def test_a_period_asked_for_is_that_of_the_placed_loops(tmp_path: Path) -> None:
    found = study(tmp_path, period_s=20.0)
    assert load_scenario(str(found.scenario)).scenario.period_s == 20.0
    assert 'period="20"' in (tmp_path / "out" / "east.loops.add.xml").read_text()


def test_names_with_any_sign_can_be_read_back(tmp_path: Path) -> None:
    found = study(tmp_path, name='A9 "Süd" \\ 1')
    assert load_scenario(str(found.scenario)).corridor == found.road.corridor
    assert len(load_battery(str(found.battery)).scenarios) == 14


def test_runs_of_a_battery_have_seeds_of_their_own(tmp_path: Path) -> None:
    runs = load_battery(str(study(tmp_path).battery)).scenarios
    assert len({run.seed for run in runs}) == 14
    assert [(run.name, run.seed) for run in runs if not run.incidents] == [
        ("east-free-201", 201),
        ("east-free-202", 202),
    ]


def test_incidents_block_outer_lanes_in_turn_and_two_of_three(tmp_path: Path) -> None:
    wide = NET.replace('<lane id="c_1"', '<lane id="c_2" index="2" speed="30" length="800"/><lane id="c_1"')
    wide = wide.replace('<lane id="a_1"', '<lane id="a_2" index="2" speed="30" length="1000"/><lane id="a_1"')
    for edges in (("a", "b"), ("b", "c")):
        links = "".join(
            f'<connection from="{edges[0]}" to="{edges[1]}" fromLane="{k}" toLane="{k}"/>' for k in range(3)
        )
        wide = wide.replace("</net>", links + "</net>")
    three = [
        run.incidents[0] for run in load_battery(str(study(tmp_path, net=wide).battery)).scenarios if run.incidents
    ]
    assert [incident.lanes for incident in three] == [(0,), (2,), (0, 1)] * 4
    two = [run.incidents[0] for run in load_battery(str(study(tmp_path).battery)).scenarios if run.incidents]
    assert [incident.lanes for incident in two] == [(0,), (1,), (0,)] * 4


def test_incidents_stand_in_the_middle_of_equal_parts_of_the_road(tmp_path: Path) -> None:
    runs = load_battery(str(study(tmp_path, LOOPS).battery)).scenarios
    # Between the stations at 402.5 and 2100 m each of 12 parts is 141.5 m long.
    wanted_m = [402.5 + (number + 0.5) * 1697.5 / 12 for number in range(12)]
    assert wanted_m[4] == pytest.approx(1039.1, abs=0.1)
    wanted_m[4] = 1050.0  # edge b begins at 1000 m: 50 m of it are upstream of a blocked place
    assert [run.incidents[0].position_m for run in runs if run.incidents] == pytest.approx(wanted_m, abs=0.06)


def test_the_scenarios_incident_is_the_batterys_middle_one(tmp_path: Path) -> None:
    found = study(tmp_path)
    (incident,) = load_scenario(str(found.scenario)).scenario.incidents
    runs = [run for run in load_battery(str(found.battery)).scenarios if run.incidents]
    assert incident == runs[6].incidents[0]
    assert (incident.onset_s, incident.duration_s) == (787.0, 600.0)


def test_a_road_of_single_lanes_is_refused(tmp_path: Path) -> None:
    net = NET.replace('<lane id="c_1" index="1" speed="30" length="800"/>', "")
    with pytest.raises(UserError, match="no place of the road can be blocked"):
        study(tmp_path, net=net.replace('fromLane="2" toLane="1"', 'fromLane="2" toLane="0"'))


def test_in_a_short_run_incidents_last_a_minute_all_the_same(tmp_path: Path) -> None:
    found = study(tmp_path, period_s=1.0, end="100")  # two fifths of what is recorded are 32 s
    assert load_scenario(str(found.scenario)).scenario.incidents[0].duration_s == 60.0


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ('<route-files value="town.rou.xml"/>', "wanted a network"),
        ('<net-file value="town.net.xml"/>', "wanted traffic"),
    ],
)
def test_a_configuration_without_network_or_traffic_is_refused(tmp_path: Path, config: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        study(tmp_path, config=config)


def test_scenario_and_battery_say_where_lane_0_is(tmp_path: Path) -> None:
    for side, net in (("rightmost", NET), ("leftmost", NET.replace("<net ", '<net lefthand="true" ', 1))):
        found = study(tmp_path / side, TYPES, LOOPS, net=net)
        for written in (found.scenario, found.battery):
            assert f"Lane 0 is the {side} through lane." in written.read_text().splitlines()[0]
