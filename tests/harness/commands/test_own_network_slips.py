"""SUMO's own words reach a user whose own SUMO files are wrong, at whatever time SUMO finds out."""

from pathlib import Path

import pytest

from harness.records.run_order import Job
from harness.running.run_interactive import run_interactively
from scenarios.errors import UserError
from scenarios.files.scenario_loading import load_scenario
from simulator.recording.recording_folder import read_recording
from simulator.sumo.network import build_network
from tests.harness.command_line import run
from tests.simulator.own_files import SITE

pytestmark = pytest.mark.sumo

SCENARIO = """
seed = 3
warm_up_s = 30
end_s = 600
[network]
net_file = "road.net.xml"
route_files = ["cars.rou.xml"]
additional_files = ["loops.add.xml"]
corridor = ["m0", "m1"]
"""
FIRST = '<routes><vType id="car"/><route id="r" edges="m0 m1"/>'
LATE = "".join(f'<vehicle id="c{n}" type="car" route="r" depart="{n}"/>' for n in range(400))


def played(folder: Path, routes: str, loop: str = "up") -> Path:
    """Run a road of 2.4 km with these routes; returns the run's folder."""
    build_network(SITE, (), folder)
    loops = "".join(
        f'<e1Detector id="{name}{lane}" lane="m1_{lane}" pos="{pos}" period="30" file="x.xml"/>'
        for name, pos in ((loop, 100), ("down", 900))
        for lane in range(SITE.lanes)
    )
    (folder / "cars.rou.xml").write_text(routes, encoding="utf-8")
    (folder / "loops.add.xml").write_text(f"<additional>{loops}</additional>", encoding="utf-8")
    return play_again(folder)


def play_again(folder: Path) -> Path:
    (folder / "own.toml").write_text(SCENARIO, encoding="utf-8")
    return run_interactively(
        Job(scenario=load_scenario(str(folder / "own.toml")).scenario, detectors={"silent": None}), folder / "out"
    )


LAST_IS_WRONG = FIRST + LATE + '<vehicle id="z" type="bus" route="r" depart="400"/></routes>'


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        (FIRST.replace("m1", "mX") + LATE + "</routes>", "edge 'mX' within the route 'r' is not"),
        (LAST_IS_WRONG, "type 'bus' for"),
    ],
)
def test_sumo_is_quoted_before_a_run_that_it_refuses(tmp_path: Path, routes: str, message: str) -> None:
    with pytest.raises(UserError, match=f"the files of .network.: SUMO refused to start: .*{message}"):
        played(tmp_path, routes)


def test_sumo_is_quoted_where_it_fails_in_mid_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.sumo.trial_load.MOST_VEHICLES", 0)
    with pytest.raises(UserError, match=r"the files of .network.: SUMO failed on the way .* type 'bus' for"):
        played(tmp_path, LAST_IS_WRONG)


def test_a_network_that_crashes_sumo_is_one_message(tmp_path: Path) -> None:
    played(tmp_path, FIRST + LATE + "</routes>")
    net = tmp_path / "road.net.xml"
    net.write_text(net.read_text(encoding="utf-8").replace('shape="', 'shape="x'), encoding="utf-8")
    with pytest.raises(UserError, match="SUMO cannot read this network; it said: Error: Attribute 'shape'"):
        play_again(tmp_path)


def test_routes_that_are_no_xml_are_told_with_file_and_line_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cars.rou.xml: line 1: this is no valid XML"):
        played(tmp_path, FIRST + LATE + '<vehicle id="z" typ')


def test_lost_traffic_is_a_warning_at_the_end_of_laneblock_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played(tmp_path, FIRST + LATE + LATE.replace('id="c', 'id="d') + "</routes>")
    assert run("run", tmp_path / "own.toml", "--detector", "silent", "--out", tmp_path / "out") == 0
    lost, unsorted = capsys.readouterr().err.splitlines()[-2:]
    assert lost.startswith("WARNING: Traffic is lost: 399 of 800 planned vehicles never departed, in run own.")
    assert unsorted.startswith("WARNING: Unsorted route file: SUMO ignored 399 vehicles, in run own")


def test_loops_may_have_any_name_that_xml_can_write(tmp_path: Path) -> None:
    folder = played(tmp_path, FIRST + LATE + "</routes>", "u&amp;p &quot;ü&quot; &lt;")
    assert read_recording(folder).corridor.stations[0].name == 'u&p "ü" <'
