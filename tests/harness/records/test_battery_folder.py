"""A battery's folder: whatever a process that ended between two steps left, it continues, and nobody else's is touched."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.records.battery_folder import ResultsFolder
from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_inputs import recorded_inputs
from scenarios.errors import UserError
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario

SCENARIO = Scenario(name="one", seed=1, end_s=60)
BATTERY = Battery("tried", "", (SCENARIO,))
SETTINGS = recorded_detectors({"silent": None}, None) | recorded_inputs([SCENARIO], "libsumo")


def write_run(folder: Path, text: str, scenario: Scenario = SCENARIO) -> Path:
    """A finished run in `folder`, with a file that holds `text`."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"scenario": scenario.model_dump(mode="json")}), encoding="utf-8")
    (folder / "frames").write_text(text, encoding="utf-8")
    return folder


def with_runs_folder(out: Path) -> None:
    (out / "runs" / ".one.x1.part").mkdir(parents=True)


def with_half_a_record(out: Path) -> None:
    (out / ".battery.json.7.part").write_text('{"na', encoding="utf-8")


def with_an_empty_record(out: Path) -> None:
    (out / "battery.json").write_text("", encoding="utf-8")


def with_a_failed_run(out: Path) -> None:
    (out / "failed").mkdir()
    (out / "failed" / "one.json").write_text('{"reason": "no"}', encoding="utf-8")


def with_a_lock(out: Path) -> None:
    (out / ".lock").write_text("process 7", encoding="utf-8")


@pytest.mark.parametrize(
    "leave", [with_runs_folder, with_half_a_record, with_an_empty_record, with_a_failed_run, with_a_lock]
)
def test_what_an_interrupted_start_leaves_continues(tmp_path: Path, leave: Callable[[Path], None]) -> None:
    leave(tmp_path)
    folder = ResultsFolder(tmp_path)
    assert folder.open(BATTERY, SETTINGS, "again") == set()
    assert folder.read()["command"] == "again"
    assert [path.name for path in folder.runs.iterdir()] == []
    assert not list(tmp_path.glob(".battery.json*"))


def test_the_record_is_there_before_anything_else_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.records.battery_folder.write_json", full)
    with pytest.raises(OSError, match="No space left"):
        ResultsFolder(tmp_path).open(BATTERY, SETTINGS, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["runs/thesis.tex", "failed/thesis.tex", "thesis.tex"])
def test_a_stranger_s_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("my life's work", encoding="utf-8")
    with pytest.raises(UserError, match="holds other files"):
        ResultsFolder(tmp_path).check()


def test_a_broken_record_of_finished_runs_is_refused_with_the_ways_out(tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "one", "old")
    with_an_empty_record(tmp_path)
    with pytest.raises(UserError, match=r"battery\.json: broken JSON.*--fresh"):
        ResultsFolder(tmp_path).open(BATTERY, SETTINGS, "")
    assert (tmp_path / "runs" / "one" / "frames").exists()


def test_runs_whose_record_is_lost_can_be_moved_aside(tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "one", "old")
    ResultsFolder(tmp_path).check(fresh=True)
    with pytest.raises(UserError, match="holds other files"):
        ResultsFolder(tmp_path).check()


@pytest.mark.parametrize("value", ["../../payload", "", "a/b", ".hidden", 7, None])
def test_a_name_in_a_record_is_checked_as_in_a_scenario(tmp_path: Path, value: object) -> None:
    for record in ({"scenarios": [{"name": value}]}, {"detectors": [value]}):
        (tmp_path / "battery.json").write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(UserError, match=r"battery\.json: (scenarios|detectors)\[0\]"):
            ResultsFolder(tmp_path).read()


def test_a_run_of_another_version_is_not_removed(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path)
    folder.open(BATTERY, SETTINGS, "earlier")
    run = write_run(folder.run("one").path, "kept")
    (run / "run.json").write_text('{"scenario": {"name": "one", "colour": 3}}', encoding="utf-8")
    with pytest.raises(UserError, match=r"run\.json: no scenario of this version"):
        folder.open(BATTERY, SETTINGS, "again")
    assert (run / "frames").read_text(encoding="utf-8") == "kept"
