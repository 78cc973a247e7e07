"""A matrix of seeds guards the simulator: on the platform that kept them, frames and incidents are the same to the last digit.

Other platforms and SUMO versions may give other frames: these tests are skipped there. To keep new ones: see seeds.toml.
"""

import platform
from pathlib import Path

import pytest

from harness.records.digests import frames_digest, scenario_digest
from harness.records.provenance import versions
from harness.studies.baseline.baseline_file import read_baseline
from scenarios.files.battery_file import load_battery
from simulator.run import Simulation

HERE = Path(__file__).parent
KEPT = read_baseline(HERE / "seeds.json")
RUNS = {scenario.name: scenario for scenario in load_battery(str(HERE / "seeds.toml")).scenarios}


def test_the_kept_digests_are_of_these_scenarios() -> None:
    assert {name: run.scenario for name, run in KEPT.runs.items()} == {
        name: scenario_digest(scenario) for name, scenario in RUNS.items()
    }


def test_no_two_runs_have_the_same_frames() -> None:
    assert len({run.frames for run in KEPT.runs.values()}) == len(KEPT.runs)


@pytest.mark.sumo
@pytest.mark.parametrize("name", RUNS)
def test_frames_and_incidents_are_those_that_were_kept(name: str, tmp_path: Path) -> None:
    here = (versions()["libsumo"] or "", platform.system(), platform.machine())
    if here != KEPT.made_with.platform:
        pytest.skip(f"kept with {', '.join(KEPT.made_with.platform)}; here is {', '.join(here)}")
    with Simulation(RUNS[name], tmp_path) as simulation:
        frames = list(simulation.frames())
        outcome = simulation.finish()
    assert frames_digest(frames) == KEPT.runs[name].frames
    kept = KEPT.detectors["silent"].runs[name].incidents
    assert [(one.onset_s, one.section, one.impact) for one in outcome.truth.incidents] == [
        (one.onset_s, one.section, one.counted) for one in kept
    ]
