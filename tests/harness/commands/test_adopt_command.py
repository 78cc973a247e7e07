"""`laneblock adopt` on a motorway as OpenStreetMap writes it: adopted, and an incident played, without a word from the user."""

import subprocess
from pathlib import Path

import pytest

from harness.cli import main
from scenarios.files.battery_file import load_battery
from scenarios.files.scenario_loading import load_scenario
from simulator.run import Simulation
from simulator.sumo.sumo_programs import binary
from tests.scenarios.adoption.motorway_extract import write_extract

pytestmark = pytest.mark.sumo

ROUTES = """<routes>
<flow id="e" from="1001" to="1006" begin="0" end="900" vehsPerHour="4200" departLane="best" departSpeed="max"/>
<flow id="w" from="1016" to="1010" begin="0" end="900" vehsPerHour="4200" departLane="best" departSpeed="max"/>
<flow id="on" from="1017" to="1006" begin="0" end="900" vehsPerHour="400" departSpeed="max"/>
<flow id="off" from="1001" to="1018" begin="0" end="900" vehsPerHour="400" departLane="best" departSpeed="max"/>
</routes>"""
CONFIG = """<configuration>
<net-file value="a9.net.xml"/><route-files value="a9.rou.xml"/><end value="900"/>
</configuration>"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a9")
    net = folder / "a9.net.xml"
    options = ("--geometry.remove", "true", "--ramps.guess", "true", "-o", str(net))
    subprocess.run(
        [binary("netconvert"), "--osm-files", str(write_extract(folder)), *options], check=True, capture_output=True
    )
    (folder / "a9.rou.xml").write_text(ROUTES)
    (folder / "a9.sumocfg").write_text(CONFIG)
    with pytest.raises(SystemExit) as ended:
        main(["adopt", str(folder / "a9.sumocfg"), "--out", str(folder / "study")])
    assert not ended.value.code
    return folder / "study"


def test_both_carriageways_are_adopted_with_their_batteries(study: Path) -> None:
    for name in ("eastbound", "westbound"):
        incidents = [run for run in load_battery(str(study / f"{name}-battery.toml")).scenarios if run.incidents]
        assert len(incidents) == 12


def test_a_picture_is_drawn(study: Path) -> None:
    assert (study / "road.png").read_bytes().startswith(b"\x89PNG")


def test_an_incident_of_it_is_played(study: Path, tmp_path: Path) -> None:
    with Simulation(load_scenario(str(study / "eastbound.toml")).scenario, tmp_path) as simulation:
        for _ in simulation.frames():
            pass
        (incident,) = simulation.finish().truth.incidents
    assert 5 <= incident.onset_s - 247 <= 60
    assert incident.earliest_evidence_s > incident.onset_s  # its twin is exact


def test_an_unknown_carriageway_is_refused_with_those_that_are_there(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["adopt", str(study.parent / "a9.sumocfg"), "--out", str(study / "x"), "--corridor", "north"])
    assert ended.value.code == 2
    assert "no carriageway 'north', wanted one of: westbound, eastbound" in capsys.readouterr().err
