"""The inputs of runs: a change in code, files or backend is told; what decides nothing is not."""

import os
from pathlib import Path

import pytest

from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_inputs import MISSING, checked_inputs, file_digests, other_inputs, recorded_inputs
from harness.records.run_order import Job
from scenarios.errors import MachineError, UserError
from scenarios.scenario import OwnNetwork, Scenario


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """A scenario on an own network whose three files are there."""
    for name in ("road.net.xml", "cars.rou.xml", "loops.add.xml"):
        (tmp_path / name).write_text(f"<{name}/>", encoding="utf-8")
    files = OwnNetwork(
        net_file=str(tmp_path / "road.net.xml"),
        route_files=(str(tmp_path / "cars.rou.xml"),),
        additional_files=(str(tmp_path / "loops.add.xml"),),
        corridor=("a",),
    )
    return Scenario(name="own", seed=1, end_s=60, network=files)


def record(scenario: Scenario, detector: str = "coin", backend: str = "libsumo") -> dict[str, object]:
    return recorded_detectors({detector: None}, None) | recorded_inputs([scenario], backend)


def test_equal_inputs_have_no_difference(scenario: Scenario) -> None:
    assert other_inputs(record(scenario), record(scenario)) == ()


def test_a_changed_file_is_named(scenario: Scenario, tmp_path: Path) -> None:
    before = record(scenario)
    (tmp_path / "cars.rou.xml").write_text("<others/>", encoding="utf-8")
    (tmp_path / "loops.add.xml").unlink()
    told = (f"the file {tmp_path / 'cars.rou.xml'} changed", f"the file {tmp_path / 'loops.add.xml'} is missing")
    assert other_inputs(before, record(scenario)) == told


def test_a_file_that_was_only_touched_is_the_same(scenario: Scenario, tmp_path: Path) -> None:
    before = record(scenario)
    (tmp_path / "cars.rou.xml").touch()
    assert other_inputs(before, record(scenario)) == ()


def test_the_site_in_a_folder_is_a_file_of_the_user_s_and_a_shipped_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("mine", encoding="utf-8")
    own = Scenario(name="own", seed=1, end_s=60, site=str(tmp_path))
    assert list(file_digests([own, own.model_copy(update={"site": "sr91"})])) == [str(tmp_path / "site.toml")]


def test_a_pipe_is_never_waited_for(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "cars.rou.xml").unlink()
    os.mkfifo(tmp_path / "cars.rou.xml")
    assert file_digests([scenario])[str(tmp_path / "cars.rou.xml")] == MISSING


def test_another_backend_is_told(scenario: Scenario) -> None:
    assert other_inputs(record(scenario), record(scenario, backend="traci")) == ("backend libsumo, now traci",)


def test_changed_code_is_told_with_both_digests(scenario: Scenario) -> None:
    before = record(scenario) | {"simulation_code": "a" * 64, "detector_code": "b" * 64}
    simulating, deciding = other_inputs(before, record(scenario))
    assert simulating.startswith("laneblock's own code that simulates differs (aaaaaaaaaaaa -> ")
    assert deciding.startswith("laneblock's own code of detectors differs (bbbbbbbbbbbb -> ")


def test_code_of_detectors_does_not_matter_to_recordings(scenario: Scenario) -> None:
    before = record(scenario, "silent") | {"detector_code": "b" * 64}
    assert other_inputs(before, record(scenario, "silent")) == ()
    assert other_inputs(record(scenario) | {"detector_code": "b" * 64}, record(scenario), with_detectors=False) == ()


def test_older_results_say_that_they_do_not_know(scenario: Scenario) -> None:
    older = {"detectors": ["coin"], "backend": "libsumo"}
    assert other_inputs(older, record(scenario)) == ("the older results do not say which code and files made them",)


def test_a_file_that_changes_during_a_battery_fails_the_run(scenario: Scenario, tmp_path: Path) -> None:
    job = Job(scenario=scenario, detectors={"silent": None}, files=file_digests([scenario]))
    assert checked_inputs(job)["files"] == job.files
    (tmp_path / "road.net.xml").write_text("<others/>", encoding="utf-8")
    with pytest.raises(UserError, match=r"road\.net\.xml changed after the start"):
        checked_inputs(job)


def test_other_code_on_another_machine_fails_the_run(scenario: Scenario) -> None:
    with pytest.raises(MachineError, match="is not that of the other runs"):
        checked_inputs(Job(scenario=scenario, detectors={"silent": None}, code={"simulation_code": "0" * 64}))
