"""A battery: what is finished stays finished, what fails stops nothing else, and nobody else's folder is touched."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from harness.records.failure import Failure, worst_exit_code
from harness.records.folder_lock import lock_folder
from harness.running.progress import Progress
from harness.running.run_battery import Settings, check_scenario_names, run_battery
from harness.running.run_process import RunResult
from scenarios.files.battery_file import Battery
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from tests.harness.running.made_batteries import battery, names_in

BUG = Failure("laneblock", "once", "Traceback (most recent call last): ...")


def test_every_scenario_is_run_once(tmp_path: Path, settings: Settings) -> None:
    seen: list[Progress] = []
    ended = run_battery(battery("a", "b", "c"), tmp_path / "out", settings, "laneblock battery tried", seen.append)
    assert ended.finished == ("a", "b", "c")
    assert not ended.failed
    assert names_in(tmp_path / "out") == ["a", "b", "c"]
    assert [one.outcome for one in seen] == ["done"] * 3
    assert seen[-1].left_s == 0
    record = json.loads((tmp_path / "out" / "battery.json").read_text())
    assert record["command"] == "laneblock battery tried"
    assert record["detectors"] == ["silent"]
    assert [scenario["name"] for scenario in record["scenarios"]] == ["a", "b", "c"]
    assert {"versions", "platform", "name", "parameters"} <= set(record)


def test_a_failing_scenario_does_not_stop_the_others(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    ended = run_battery(battery("a", "refused", "crash", "z"), out, settings)
    assert ended.finished == ("a", "z")
    assert set(ended.failed) == {"refused", "crash"}
    told = json.loads((out / "failed" / "refused.json").read_text())
    assert (told["reason"], told["fault"]) == ("SUMO said no", "machine")
    assert Path(told["log"]).read_text(encoding="utf-8") == "Traceback of refused"
    assert ended.failed["refused"].log_file == out / "failed" / "refused.log.txt"
    assert told["stderr"] == "last words of refused\n"
    assert told["command"] == f"laneblock run {out / 'failed' / 'refused.json'}"
    assert told["scenario"]["name"] == "refused"
    assert told["parameters"] == {"silent": None}


def test_a_failure_is_told_with_whose_it_is_and_where_its_log_is(tmp_path: Path, settings: Settings) -> None:
    out, seen = tmp_path / "out", list[Progress]()
    ended = run_battery(battery("bug"), out, settings, on_progress=seen.append)
    assert seen[0].reason == f"a bug (log: {out / 'failed' / 'bug.log.txt'}; please report it)"
    assert worst_exit_code(ended.failed) == 1


def test_an_error_of_the_cluster_is_the_machines(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = type("KilledWorker", (Exception,), {"__module__": "distributed.scheduler"})

    def killed(*arguments: object) -> None:
        raise lost("worker gone")

    monkeypatch.setattr("harness.running.run_battery.run_job", killed)
    failed = run_battery(battery("a"), tmp_path / "out", settings).failed["a"]
    assert (failed.whose, failed.reason) == ("machine", "the Dask cluster failed: KilledWorker: worker gone")


def test_the_same_call_goes_on_where_it_stopped(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a", "b"), out, settings)
    before = (out / "runs" / "a" / "run.json").stat().st_mtime_ns
    (out / "runs" / "b" / "run.json").unlink()  # as if it had been cut off
    leftover = out / "runs" / ".c.123.part"
    leftover.mkdir()
    (leftover / "loops.csv.gz").write_text("half", encoding="utf-8")
    seen: list[Progress] = []
    ended = run_battery(battery("a", "b"), out, settings, on_progress=seen.append)
    assert ended.finished == ("a", "b")
    assert [(one.name, one.outcome) for one in seen] == [("a", "kept"), ("b", "done")]
    assert (out / "runs" / "a" / "run.json").stat().st_mtime_ns == before
    assert not leftover.exists()


def test_a_broken_record_is_run_again(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    (out / "runs" / "a" / "run.json").write_text("{", encoding="utf-8")
    seen: list[Progress] = []
    run_battery(battery("a"), out, settings, on_progress=seen.append)
    assert [one.outcome for one in seen] == ["done"]


def test_a_failed_run_is_tried_again_and_forgotten_when_it_ends_well(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    log = out / "failed" / "a.log.txt"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.running.run_battery.run_job", lambda job, *rest: RunResult(job.scenario.name, 1.0, BUG))
        assert run_battery(battery("a"), out, settings).failed == {"a": replace(BUG, log_file=log)}
    assert (out / "failed" / "a.json").exists()
    assert log.read_text(encoding="utf-8") == BUG.log
    assert run_battery(battery("a"), out, settings).finished == ("a",)
    assert list((out / "failed").iterdir()) == []


def test_a_full_disk_fails_the_run_and_keeps_what_was_finished(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.running.run_process.tempfile.TemporaryDirectory", full)
    monkeypatch.setattr("harness.records.failed_runs.FailedRuns.write", full)
    (out / "runs" / "a" / "run.json").rename(out / "kept.json")
    ended = run_battery(battery("a"), out, settings)
    assert "No space left on device" in str(ended.failed["a"])
    assert "could not be kept" in str(ended.failed["a"])


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "thesis.tex").write_text("my life's work", encoding="utf-8")
    with pytest.raises(ValueError, match=r"thesis\.tex"):
        run_battery(battery("a"), tmp_path, settings)
    assert [path.name for path in tmp_path.iterdir() if path.name != "pretend.py"] == ["thesis.tex"]


def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    with lock_folder(out), pytest.raises(ValueError, match=rf"another process \(process {os.getpid()}\) is working on"):
        run_battery(battery("a"), out, settings)
    assert run_battery(battery("a"), out, settings).finished == ("a",)


@pytest.mark.parametrize("name", ["", "../up", ".hidden", "a/b", "a\\b", "x" * 200, "new\nline"])
def test_names_that_cannot_be_folders_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a folder is named after it"):
        check_scenario_names(battery(name))


def test_the_same_name_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'A' twice"):
        check_scenario_names(battery("a", "A"))


def test_no_time_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--time-limit"):
        run_battery(battery("a"), tmp_path / "out", Settings({"silent": None}, time_limit_s=0))
    assert not (tmp_path / "out").exists()


def test_long_runs_come_first(tmp_path: Path, settings: Settings) -> None:
    blocked = Incident(onset_s=10, duration_s=20, position_m=1.0, lanes=(0,))
    scenarios = (
        Scenario(name="short", seed=1, end_s=60),
        Scenario(name="long", seed=1, end_s=600),
        Scenario(name="twin", seed=1, end_s=590, incidents=(blocked,)),
    )
    seen: list[Progress] = []
    one_by_one = Settings({"silent": None}, jobs=1)
    run_battery(Battery("tried", "", scenarios), tmp_path / "out", one_by_one, on_progress=seen.append)
    assert [one.name for one in seen] == ["twin", "long", "short"]
    assert seen[0].left_s > seen[1].left_s > seen[2].left_s == 0
