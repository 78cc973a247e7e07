"""A user's own SUMO files, played: network, routes and loops of the user's, stations derived from the loops."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.files.scenario_loading import load_scenario
from simulator.run import Simulation
from tests.simulator.own_files import SCENARIO, own_files

pytestmark = pytest.mark.sumo


def test_an_own_network_plays_with_stations_from_its_loops_and_an_incident_between_them(tmp_path: Path) -> None:
    scenario = load_scenario(str(own_files(tmp_path))).scenario
    work = tmp_path / "work"
    work.mkdir()
    with Simulation(scenario, work) as simulation:
        assert [(s.position_m, s.lanes) for s in simulation.corridor.stations] == [(900.0, 3), (1900.0, 3)]
        frames = list(simulation.frames())
        outcome = simulation.finish()
    assert len(frames) == 17
    assert np.nansum([frame.count[0] for frame in frames[:3]]) == pytest.approx(3 * 45, abs=15)
    (incident,) = outcome.truth.incidents
    assert incident.section == 0
    assert incident.impact
    assert not (tmp_path / "their.xml").exists()


def test_rubbernecking_on_an_own_network_wants_a_short_edge_of_its_own(tmp_path: Path) -> None:
    path = own_files(tmp_path)

    scenario = load_scenario(str(path)).scenario
    near = scenario.incidents[0].model_copy(update={"rubbernecking_mps": 14.0})
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(ValueError, match="short edge of its own"):
        Simulation(scenario.model_copy(update={"incidents": (near,)}), work)


def test_lanes_without_loops_are_unknown_and_the_other_readings_stay(tmp_path: Path) -> None:
    path = own_files(tmp_path)
    loops = tmp_path / "loops.add.xml"
    counts = []
    for gone in ("", '<e1Detector id="up1" lane="m1_1" pos="500" period="30" file="their.xml"/>\n'):
        loops.write_text(loops.read_text(encoding="utf-8").replace(gone, ""), encoding="utf-8")
        path.write_text(SCENARIO.replace("[incident]", "lanes_without_loops = true\n[incident]"), encoding="utf-8")
        work = tmp_path / f"work{len(gone)}"
        work.mkdir()
        with Simulation(load_scenario(str(path)).scenario, work) as simulation:
            assert simulation.corridor.stations[0].lanes == 3
            counts.append(np.array([frame.count for frame in simulation.frames()]))
    assert np.isnan(counts[1][:, 0, 1]).all()
    counts[0][:, 0, 1] = np.nan
    np.testing.assert_array_equal(counts[0], counts[1])


@pytest.mark.parametrize("position_m", [1380, 1620])
def test_a_second_incident_plays_in_the_queue_of_a_first(tmp_path: Path, position_m: int) -> None:
    path = own_files(tmp_path)
    first = "[[incidents]]\nonset_s = 157\nduration_s = 330\nposition_m = 1700\nlanes = [0, 1]\n"
    second = f"[[incidents]]\nonset_s = 337\nduration_s = 90\nposition_m = {position_m}\nlanes = [1]\n"
    text = SCENARIO[: SCENARIO.index("[incident]")].replace("end_s = 600", "end_s = 510")
    path.write_text(text + first + second, encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    with Simulation(load_scenario(str(path)).scenario, work) as simulation:
        list(simulation.frames())
        truth = simulation.finish().truth
    first_seen, second_seen = truth.incidents
    (queue,) = [row.queue for row in truth.lanes if (row.time_s, row.incident, row.lane) == (330, 0, 1)]
    assert queue * 7.5 > 1700 - position_m  # metres of standing vehicles reach past the second place
    assert 337 < second_seen.onset_s < 367
    assert second_seen.clearance_s < first_seen.clearance_s
