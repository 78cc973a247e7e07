"""A battery: what is finished stays finished, what fails stops nothing else, and nobody else's folder is touched."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, fingerprint
from harness.records.battery_folder import finished_runs
from harness.records.failure import Failure, worst_exit_code
from harness.records.folder_lock import lock_folder
from harness.records.run_inputs import file_digests
from harness.records.run_order import Job
from harness.running import run_process
from harness.running.progress import Progress
from harness.running.run_battery import Settings, check_scenario_names, run_battery
from harness.running.run_defaults import shipped_text
from harness.running.run_process import RunResult
from scenarios.errors import UserError
from scenarios.files.battery_file import Battery
from scenarios.incident import Incident
from scenarios.scenario import Scenario

ROOT = Path(__file__).parents[3]
BUG = Failure("laneblock", "once", "Traceback (most recent call last): ...")


def battery(*names: str, seed: int = 1) -> Battery:
    return Battery("tried", "", tuple(Scenario(name=name, seed=seed, end_s=60) for name in names))


@pytest.fixture
def settings(pretend_worker: None) -> Settings:
    return Settings({"silent": None}, jobs=2, time_limit_s=60)


def names_in(out: Path) -> list[str]:
    return [run.name for run in finished_runs(out)]


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


def other_seed(out: Path) -> Battery:
    return battery("a", "b", seed=2)


def other_name(out: Path) -> Battery:
    return Battery("another", "", battery("a", "b").scenarios)


def fewer(out: Path) -> Battery:
    return battery("a")


def test_results_recorded_before_a_scenario_had_a_field_go_on(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    record = json.loads((out / "battery.json").read_text(encoding="utf-8"))
    del record["scenarios"][0]["faults"]
    (out / "battery.json").write_text(json.dumps(record), encoding="utf-8")
    assert run_battery(battery("a"), out, settings).finished == ("a",)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (other_seed, r"other scenarios \(2 of 2 differ, such as 'a'\).*another --out"),
        (other_name, "holds the battery 'tried', this is 'another'.*another --out"),
        (fewer, "was made with other scenarios"),
    ],
)
def test_another_battery_in_the_folder_is_refused(
    other: Callable[[Path], Battery], words: str, tmp_path: Path, settings: Settings
) -> None:
    out = tmp_path / "out"
    run_battery(battery("a", "b"), out, settings)
    with pytest.raises(ValueError, match=words):
        run_battery(other(out), out, settings)
    assert names_in(out) == ["a", "b"]


def test_other_detectors_and_parameters_are_refused(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    for changed, words in ({"coin": None}, "other detectors"), ({"silent": "x = 1"}, "other model or parameters"):
        with pytest.raises(ValueError, match=words):
            run_battery(battery("a"), out, Settings(changed))


@pytest.fixture
def trees(settings: Settings) -> Settings:
    """Settings with a detector that reads its shipped model."""
    return replace(settings, detectors={"trees": None})


def retrain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ship another model of `trees`, one number of which differs; return its fingerprint."""
    entry = DETECTORS["trees"]
    assert entry.shipped is not None
    content = json.loads(entry.shipped(1.0).read_text(encoding="utf-8"))
    content["model"]["baseline"] += 1e-6
    file = tmp_path / "retrained.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setitem(DETECTORS, "trees", replace(entry, shipped=lambda aim: file))
    return fingerprint("trees")


def without_fingerprints(out: Path) -> None:
    """Make the results those of a laneblock that is older than fingerprints."""
    record = json.loads((out / "battery.json").read_text())
    younger = ("fingerprints", "detector_code", "simulation_code", "files")
    kept = {key: value for key, value in record.items() if key not in younger}
    (out / "battery.json").write_text(json.dumps(kept), encoding="utf-8")


def test_results_keep_the_fingerprint_of_every_detector(tmp_path: Path, trees: Settings) -> None:
    run_battery(battery("a"), tmp_path / "out", trees)
    record = json.loads((tmp_path / "out" / "battery.json").read_text())
    assert record["fingerprints"] == {"trees": fingerprint("trees")}


def test_a_retrained_detector_is_refused_with_both_fingerprints_and_the_way_out(
    tmp_path: Path, trees: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = tmp_path / "out", fingerprint("trees")
    run_battery(battery("a"), out, trees)
    after = retrain(tmp_path, monkeypatch)
    with pytest.raises(UserError) as refused:
        run_battery(battery("a"), out, trees)
    assert str(refused.value) == (
        f"{out} was not made with these detectors: trees: other model or parameters ({before[:12]} -> {after[:12]}): "
        f"laneblock battery NAME --fresh --out {out} renames it and starts anew; or use another --out"
    )


def test_a_changed_number_in_a_parameter_file_is_refused_and_a_changed_comment_is_not(
    tmp_path: Path, settings: Settings
) -> None:
    text = str(shipped_text("sheu2004"))
    first = replace(settings, detectors={"sheu2004": text})
    run_battery(battery("a"), tmp_path / "out", first)
    run_battery(battery("a"), tmp_path / "out", replace(settings, detectors={"sheu2004": f"# mine\n{text}"}))
    changed = text.replace("clip = 0.01", "clip = 0.02")
    assert changed != text
    with pytest.raises(UserError, match=r"sheu2004: other model or parameters \(298c2ed9b45d -> "):
        run_battery(battery("a"), tmp_path / "out", replace(settings, detectors={"sheu2004": changed}))


def test_fresh_renames_the_old_results_and_deletes_nothing(
    tmp_path: Path, trees: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = tmp_path / "out", fingerprint("trees")
    run_battery(battery("a", "b"), out, trees)
    after = retrain(tmp_path, monkeypatch)
    fresh = replace(trees, fresh=True)
    assert run_battery(battery("a"), out, fresh).finished == ("a",)
    run_battery(battery("a"), out, fresh)
    found = {
        each: json.loads((each / "battery.json").read_text())["fingerprints"]["trees"] for each in tmp_path.glob("out*")
    }
    assert found == {tmp_path / "out.old-1": before, tmp_path / "out.old-2": after, out: after}
    assert names_in(tmp_path / "out.old-1") == ["a", "b"]


def test_fresh_where_nothing_is_yet_just_starts(tmp_path: Path, settings: Settings) -> None:
    assert run_battery(battery("a"), tmp_path / "out", replace(settings, fresh=True)).finished == ("a",)
    assert [each.name for each in tmp_path.glob("out*")] == ["out"]


def test_fresh_leaves_a_folder_alone_that_another_process_works_on(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    with lock_folder(out), pytest.raises(UserError, match="another process"):
        run_battery(battery("a"), out, replace(settings, fresh=True))
    assert names_in(out) == ["a"]


def test_fresh_does_not_rename_the_working_folder(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    monkeypatch.chdir(out / "runs")
    with pytest.raises(UserError, match="start it from another folder"):
        run_battery(battery("a"), out, replace(settings, fresh=True))


def test_older_results_of_a_shipped_model_are_refused_as_nobody_knows_which_it_was(
    tmp_path: Path, trees: Settings
) -> None:
    run_battery(battery("a"), tmp_path / "out", trees)
    without_fingerprints(tmp_path / "out")
    with pytest.raises(UserError, match=r"trees: the older results do not say which model made them \(unknown -> "):
        run_battery(battery("a"), tmp_path / "out", trees)


@pytest.mark.parametrize("detectors", [{"silent": None}, {"sheu2004": shipped_text("sheu2004")}])
def test_older_results_that_hold_all_parameters_go_on(
    detectors: dict[str, str | None], tmp_path: Path, settings: Settings
) -> None:
    run_battery(battery("a"), tmp_path / "out", replace(settings, detectors=detectors))
    without_fingerprints(tmp_path / "out")
    assert run_battery(battery("a"), tmp_path / "out", replace(settings, detectors=detectors)).finished == ("a",)


def test_finished_recordings_serve_whichever_model_watched_them(
    tmp_path: Path, trees: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, recordings = tmp_path / "out", replace(trees, recordings_only=True)
    run_battery(battery("a", "b"), out, trees)
    retrain(tmp_path, monkeypatch)
    assert run_battery(battery("a", "b"), out, recordings).finished == ("a", "b")
    (out / "runs" / "b" / "run.json").unlink()
    with pytest.raises(UserError, match="trees: other model or parameters"):
        run_battery(battery("a", "b"), out, recordings)


def test_results_of_another_sumo_are_refused(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    record = json.loads((out / "battery.json").read_text())
    record["versions"]["libsumo"] = "1.0.0"
    (out / "battery.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(ValueError, match=r"was made with SUMO 1\.0\.0"):
        run_battery(battery("a"), out, settings)


@pytest.mark.parametrize("field", ["simulation_code", "detector_code"])
def test_results_of_other_code_are_refused_even_where_all_runs_are_finished(
    tmp_path: Path, settings: Settings, field: str
) -> None:
    out, coin = tmp_path / "out", replace(settings, detectors={"coin": None})
    run_battery(battery("a"), out, coin)
    record = json.loads((out / "battery.json").read_text())
    (out / "battery.json").write_text(json.dumps(record | {field: "0" * 64}), encoding="utf-8")
    with pytest.raises(UserError, match=r"laneblock's own code .* differs \(000000000000 -> .*--fresh"):
        run_battery(battery("a"), out, coin)


def test_results_of_another_backend_are_refused(tmp_path: Path, settings: Settings) -> None:
    run_battery(battery("a"), tmp_path / "out", settings)
    with pytest.raises(UserError, match="backend libsumo, now traci"):
        run_battery(battery("a"), tmp_path / "out", replace(settings, backend="traci"))


def test_older_results_that_are_not_finished_are_refused_as_nobody_knows_their_code(
    tmp_path: Path, settings: Settings
) -> None:
    out = tmp_path / "out"
    run_battery(battery("a", "b"), out, settings)
    without_fingerprints(out)
    (out / "runs" / "b" / "run.json").unlink()
    with pytest.raises(UserError, match="the older results do not say which code and files made them"):
        run_battery(battery("a", "b"), out, settings)


def test_every_run_is_ordered_with_the_digests_of_code_and_files(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[Job] = []

    def ordered(job: Job, *others: object) -> RunResult:
        orders.append(job)
        return RunResult(job.scenario.name, 0.0)

    monkeypatch.setattr("harness.running.run_battery.run_job", ordered)
    (tmp_path / "site.toml").write_text("mine", encoding="utf-8")
    own = Scenario(name="a", seed=1, end_s=60, site=str(tmp_path))
    run_battery(Battery("tried", "", (own,)), tmp_path / "out", settings)
    record = json.loads((tmp_path / "out" / "battery.json").read_text())
    assert orders[0].files == record["files"] == file_digests([own])
    assert orders[0].code == {key: record[key] for key in ("detector_code", "simulation_code")}


def test_fresh_moves_runs_aside_whose_record_is_lost(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a", "b"), out, settings)
    (out / "battery.json").unlink()
    assert run_battery(battery("a"), out, replace(settings, fresh=True)).finished == ("a",)
    assert names_in(tmp_path / "out.old-1") == ["a", "b"]


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


# Dask warns of ports and sockets of its own; none of that is ours to mend.
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_brings_the_same_results_home(tmp_path: Path, settings: Settings) -> None:
    from distributed import LocalCluster

    options = {"n_workers": 1, "threads_per_worker": 2, "dashboard_address": None, "host": "127.0.0.1"}
    with LocalCluster(processes=False, protocol="tcp://", **options) as cluster:
        remote = replace(settings, scheduler=cluster.scheduler_address)
        ended = run_battery(battery("a", "refused", "b"), tmp_path / "remote", remote)
    local = run_battery(battery("a", "refused", "b"), tmp_path / "local", settings)
    assert ended.finished == local.finished
    assert [one.reason for one in ended.failed.values()] == [one.reason for one in local.failed.values()]
    assert names_in(tmp_path / "remote") == ["a", "b"]
    for name in ("a", "b"):
        here, there = (tmp_path / side / "runs" / name / "run.json" for side in ("local", "remote"))
        assert here.read_bytes() == there.read_bytes()
    assert sorted(path.name for path in (tmp_path / "remote" / "failed").iterdir()) == [
        "refused.json",
        "refused.log.txt",
    ]


SCRIPT = """
import sys
from pathlib import Path
from harness.running import run_process
from harness.running.run_battery import Settings, run_battery
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario

if __name__ == "__main__":
    names = sys.argv[3:]
    scenarios = tuple(Scenario(name=name, seed=1, end_s=60) for name in names)
    run_process.WORKER = (sys.executable, "-I", sys.argv[2])
    settings = Settings({"silent": None}, jobs=1)
    run_battery(Battery("tried", "", scenarios), Path(sys.argv[1]), settings, "", lambda p: print(p.name, flush=True))
"""


def _heed_interrupts() -> None:
    """Where pytest itself runs in a shell's background, its children would inherit that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_battery_keeps_what_is_finished_and_leaves_no_process(
    how: signal.Signals, tmp_path: Path, settings: Settings
) -> None:
    out, pretend = tmp_path / "out", run_process.WORKER[-1]
    command = [sys.executable, "-c", SCRIPT, str(out), pretend, "a", "hang"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=_heed_interrupts
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "a\n"
        deadline = time.monotonic() + 20
        while not list((out / "runs").glob(".hang.*/output.txt")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(how)
        process.wait(20)
    assert names_in(out) == ["a"]
    calm = Battery("tried", "", (Scenario(name="a", seed=1, end_s=60), Scenario(name="hang", seed=1, end_s=60)))
    seen: list[Progress] = []
    short = Settings({"silent": None}, time_limit_s=0.5)
    ended = run_battery(calm, out, short, on_progress=seen.append)
    assert ended.finished == ("a",)
    assert [one.outcome for one in seen] == ["kept", "failed"]
    assert [path.name for path in (out / "runs").iterdir()] == ["a"]
