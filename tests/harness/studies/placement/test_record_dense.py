"""Dense recordings on disk: made once, kept whatever their folder is called, and short of what failed."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from harness.records.battery_folder import ResultsFolder
from harness.records.failure import FailedRunsError, Failure
from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_folder import RunFolder, write_record
from harness.records.run_inputs import recorded_inputs
from harness.studies.placement.dense_runs import DenseRun, read_dense
from harness.studies.placement.record_dense import RECORDING_DETECTORS, dense_battery, grid_folder, record_battery
from scenarios.files.battery_file import Battery, load_battery
from scenarios.files.dense_site_file import with_loops_at
from scenarios.files.site_file import load_site
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.loop_table import write_loops
from simulator.recording.truth_files import write_truth
from simulator.truth import ObservedIncident, Truth

SITE = with_loops_at(load_site("sr91"), [4000.0])
CORRIDOR = SITE.corridor(30.0)
BATTERY = load_battery("placement-tiny")
NAMES = [each.name for each in BATTERY.scenarios]


class Pretend:
    """Stands for SUMO: writes a run of three frames for each scenario that is not there, but for `failing`."""

    def __init__(self, failing: tuple[str, ...] = ()) -> None:
        self.failing, self.played = failing, 0

    def __call__(self, battery: Battery, where: Path) -> Mapping[str, Failure]:
        folder = ResultsFolder(where)
        folder.check()
        made_with = recorded_detectors(RECORDING_DETECTORS, None) | recorded_inputs(battery.scenarios, "libsumo")
        there = folder.open(battery, made_with, "pretended")
        for scenario in battery.scenarios:
            if scenario.name not in there and scenario.name not in self.failing:
                self.played += 1
                path = folder.run(scenario.name).path
                path.mkdir(parents=True)
                write_run(path, scenario.seed, bool(scenario.incidents))
                write_record(path, {"scenario": scenario.model_dump(mode="json")})
        return dict.fromkeys(self.failing, Failure("machine", "SUMO said no"))


def write_run(path: Path, seed: int, blocked: bool, incidents: int = 1) -> None:
    """Three frames; where blocked, the fifth station's right loop differs from the twin from the second frame on."""
    rng, shape = np.random.default_rng(seed), (9, 4)
    speed, occupancy = np.full(shape, 28.0), np.full(shape, 0.1)
    counts = rng.poisson(9, (3, *shape)).astype(np.float64)
    twin = [LoopFrame(510.0 + 30 * k, counts[k], speed, occupancy) for k in range(3)]
    frames: list[LoopFrame] = list(twin)
    found: tuple[ObservedIncident, ...] = ()
    write_corridor(path, CORRIDOR)
    if blocked:
        for k in (1, 2):
            count = twin[k].count.copy()
            count[4, 0] += 1
            frames[k] = LoopFrame(twin[k].time_s, count, twin[k].speed, twin[k].occupancy)
        found = (ObservedIncident(515.0, 570.0, 4100.0, (0,), 4, 540.0, True, 0.0, 0.0),) * incidents
        write_loops(path / "twin_loops.csv.gz", CORRIDOR, twin)
    write_loops(path / "loops.csv.gz", CORRIDOR, frames)
    write_truth(path, Truth(found, (), (), (), 0, 0))


def test_what_is_recorded_is_kept_and_a_failed_run_is_told_of_and_tried_again(tmp_path: Path) -> None:
    first = record_battery(BATTERY, SITE, tmp_path / "dense", NAMES, Pretend(failing=(NAMES[1],)))
    assert [run.name for run in first.dense.runs] == [name for name in NAMES if name != NAMES[1]]
    assert NAMES[1] in first.notices[0]
    again = Pretend()
    whole = record_battery(BATTERY, SITE, tmp_path / "dense", NAMES, again)
    assert (again.played, whole.notices) == (1, ())
    assert [run.name for run in whole.dense.runs] == NAMES


def test_recordings_hold_after_their_folder_was_moved(tmp_path: Path) -> None:
    record_battery(BATTERY, SITE, tmp_path / "dense", NAMES, Pretend())
    (tmp_path / "dense").rename(tmp_path / "moved")
    again = Pretend()
    found = record_battery(BATTERY, SITE, tmp_path / "moved", NAMES, again)
    assert again.played == 0
    assert load_site(found.scenarios[NAMES[0]].site) == SITE


def test_another_grid_is_another_folder(tmp_path: Path) -> None:
    other = with_loops_at(load_site("sr91"), [4050.0])
    assert grid_folder(tmp_path, SITE) != grid_folder(tmp_path, other)


def test_where_every_run_failed_the_reason_is_told(tmp_path: Path) -> None:
    with pytest.raises(FailedRunsError, match="SUMO said no"):
        record_battery(BATTERY, SITE, tmp_path, NAMES, Pretend(failing=tuple(NAMES)))


def test_where_every_run_with_an_incident_failed_the_reason_is_told(tmp_path: Path) -> None:
    blocked = tuple(each.name for each in BATTERY.scenarios if each.incidents)
    with pytest.raises(FailedRunsError, match=r"no run with an incident could be recorded, such as .*: SUMO said no"):
        record_battery(BATTERY, SITE, tmp_path, NAMES, Pretend(failing=blocked))


def test_each_loop_is_compared_with_the_twin(tmp_path: Path) -> None:
    run = record_battery(BATTERY, SITE, tmp_path, NAMES[:1], Pretend()).dense.runs[0]
    assert run.evidence_s[0, 4, 0] == 540.0
    differing = np.isfinite(run.evidence_s[0])
    assert differing.sum() == 1
    assert run.impact.shape == (1, 9, 4)


def test_a_run_is_read_again_where_its_files_or_the_code_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = record_battery(BATTERY, SITE, tmp_path, NAMES[:1], Pretend())
    folder = next(tmp_path.glob("sr91-*")) / BATTERY.name / "runs" / NAMES[0]
    arrays = folder.parents[2] / f"{BATTERY.name}-arrays"
    before: DenseRun = recorded.dense.runs[0]
    write_run(folder, 77, True)
    again = read_dense([RunFolder(folder)], arrays).runs[0].count
    assert not np.array_equal(again, before.count)
    monkeypatch.setattr("harness.studies.placement.dense_runs.read_loops", lambda *_: pytest.fail("read again"))
    assert np.array_equal(read_dense([RunFolder(folder)], arrays).runs[0].count, again)
    monkeypatch.setattr("harness.studies.placement.dense_runs.simulation_code_digest", lambda: "another")
    with pytest.raises(pytest.fail.Exception, match="read again"):
        read_dense([RunFolder(folder)], arrays)


def test_several_incidents_in_a_run_are_refused(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    write_run(run, 1, True, incidents=2)
    write_record(run, {})
    with pytest.raises(ValueError, match=r"at most one incident per run, .* got 2 incidents"):
        read_dense([RunFolder(run)], tmp_path / "arrays")


def test_a_dense_battery_is_the_same_but_for_its_site() -> None:
    dense = dense_battery(BATTERY, "elsewhere")
    assert {each.site for each in dense.scenarios} == {"elsewhere"}
    back = [each.model_copy(update={"site": "sr91"}) for each in dense.scenarios]
    assert tuple(back) == BATTERY.scenarios
