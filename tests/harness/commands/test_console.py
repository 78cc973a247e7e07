"""Ctrl-C in a command that can continue where it stopped; recordings of a battery, made as its results were."""

import json
from pathlib import Path

import pytest
import typer

from harness.commands import console
from harness.commands.console import resumable, run_recordings
from harness.records.failure import Failure
from harness.running.run_battery import Settings
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario


def test_ctrl_c_says_what_is_kept_and_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, resumable("replays are kept in out"):
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err.startswith("stopped; replays are kept in out. To continue: laneblock")


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="mine"), resumable("nothing"):
        raise ValueError("mine")


def test_recordings_continue_with_the_detectors_and_the_backend_of_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Settings] = []

    def ask(loaded: Battery, where: Path, settings: Settings, option: str) -> dict[str, Failure]:
        asked.append(settings)
        return {}

    monkeypatch.setattr(console, "run_with_progress", ask)
    battery = Battery("tried", "", (Scenario(name="a", seed=1, end_s=60),))
    run_recordings(battery, tmp_path, 1)
    record = {"detectors": ["coin"], "parameters": {"coin": None}, "backend": "traci"}
    (tmp_path / "battery.json").write_text(json.dumps(record), encoding="utf-8")
    run_recordings(battery, tmp_path, 1)
    assert [(list(each.detectors), each.backend) for each in asked] == [(["silent"], "libsumo"), (["coin"], "traci")]
