"""Results of another battery, of other code, another SUMO or backend are refused and left as they are."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.records.run_inputs import file_digests
from harness.records.run_order import Job
from harness.running.run_battery import Settings, run_battery
from harness.running.run_process import RunResult
from scenarios.errors import UserError
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario
from tests.harness.running.made_batteries import battery, names_in, without_fingerprints


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
