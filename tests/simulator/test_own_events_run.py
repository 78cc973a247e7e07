"""A user's own files that block lanes and change limits themselves, played: what the truth says of it."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.files.scenario_loading import load_scenario
from simulator.frame import LoopFrame
from simulator.run import Outcome, Simulation
from simulator.sumo.stop_file import read_stops
from tests.simulator.own_files import SCENARIO, own_files

pytestmark = pytest.mark.sumo

QUIET = SCENARIO[: SCENARIO.index("[incident]")]
BROKEN = (
    '<vehicle id="broken" type="car" route="r" depart="150" departLane="0" departSpeed="max">'
    '<stop lane="m1_0" endPos="1100" duration="{}"/></vehicle>\n'
)


def played(folder: Path, scenario: str, stop_s: float = 0, additional: str = "") -> tuple[list[LoopFrame], Outcome]:
    """Play the user's files, with a vehicle that stops at 1500 m for a while, and with more additional elements."""
    path = own_files(folder)
    path.write_text(scenario, encoding="utf-8")
    if stop_s:
        routes = folder / "cars.rou.xml"
        first = '<vehicle id="c225"'
        text = routes.read_text(encoding="utf-8")
        routes.write_text(text.replace(first, BROKEN.format(stop_s) + first), encoding="utf-8")
    loops = folder / "loops.add.xml"
    loops.write_text(loops.read_text(encoding="utf-8").replace("</a", f"{additional}</a"), encoding="utf-8")
    work = folder / "work"
    work.mkdir()
    with Simulation(load_scenario(str(path)).scenario, work) as simulation:
        frames = list(simulation.frames())
        return frames, simulation.finish()


def test_a_stop_of_the_users_is_an_incident_with_a_twin_in_which_the_vehicle_drives_on(tmp_path: Path) -> None:
    frames, outcome = played(tmp_path, QUIET, stop_s=180)
    (incident,) = outcome.truth.incidents
    assert 200 < incident.onset_s < 260
    assert incident.clearance_s == incident.onset_s + 180
    assert (incident.position_m, incident.lanes, incident.section) == (1500.0, (0,), 0)
    assert incident.impact
    assert incident.earliest_evidence_s > incident.onset_s
    assert incident.delay_veh_h > 0
    assert incident.queue_max_veh > 0
    assert {row.lane for row in outcome.truth.lanes if row.queue} == {0}
    (effect,) = outcome.truth.own_effects
    assert (effect.kind, effect.incident) == ("stop", 0)
    assert effect.what.startswith("vehicle 'broken' of the user (cars.rou.xml, line ")
    assert outcome.twin_frames is not None
    for frame, other in zip(frames, outcome.twin_frames, strict=True):
        same = np.array_equal(frame.count, other.count)
        assert same or frame.time_s > incident.onset_s - 30
    assert not np.array_equal(frames[-1].count, outcome.twin_frames[-1].count)


def test_a_users_stop_follows_the_scenarios_incident_in_the_truth(tmp_path: Path) -> None:
    _, outcome = played(tmp_path, SCENARIO.replace("position_m = 1500", "position_m = 1200"), stop_s=120)
    first, second = outcome.truth.incidents
    assert (first.position_m, second.position_m) == (1200.0, 1500.0)
    assert [effect.incident for effect in outcome.truth.own_effects] == [1]


def test_a_short_stop_of_the_users_is_neutral(tmp_path: Path) -> None:
    _, outcome = played(tmp_path, QUIET, stop_s=20)
    assert outcome.truth.incidents == ()
    (effect,) = outcome.truth.own_effects
    assert (effect.kind, effect.incident, effect.to_s - effect.from_s) == ("stop", None, 20.0)


def test_the_stop_output_has_the_times_that_are_observed_step_by_step(tmp_path: Path) -> None:
    _, outcome = played(tmp_path, SCENARIO)
    (incident,) = outcome.truth.incidents
    (stop,) = read_stops(tmp_path / "work" / "run.stops.xml", 1.0)
    assert (stop.started_s, stop.ended_s) == (incident.onset_s, incident.clearance_s)
    assert outcome.truth.own_effects == ()


def test_closed_lanes_and_speed_signs_are_effects_of_the_truth(tmp_path: Path) -> None:
    closed = (
        '<rerouter id="r" edges="m0"><interval begin="152" end="332"><closingLaneReroute id="m1_0" disallow="all"/>'
        '</interval></rerouter><variableSpeedSign id="v" lanes="m1_0 m1_1"><step time="200" speed="8"/></variableSpeedSign>'
    )
    _, outcome = played(tmp_path, QUIET, additional=closed)
    assert [(e.kind, e.first_section, e.last_section, e.from_s, e.to_s) for e in outcome.truth.own_effects] == [
        ("closed lane", 0, 0, 152.0, 332.0),
        ("speed sign", 0, 0, 200.0, 600.0),
    ]
    assert outcome.truth.incidents == ()
