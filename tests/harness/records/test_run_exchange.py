"""A new run in the place of an older one: the old or the new, and never neither."""

import contextlib
import json
from pathlib import Path

import pytest

from harness.records.battery_folder import ResultsFolder, battery_record
from harness.records.recorded_detectors import recorded_detectors
from harness.records.run_exchange import exchange_run, exchange_was_interrupted, finish_exchange
from harness.records.run_inputs import recorded_inputs
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario

SCENARIO = Scenario(name="one", seed=1, end_s=60)
BATTERY = Battery("tried", "", (SCENARIO,))
SETTINGS = recorded_detectors({"silent": None}, None) | recorded_inputs([SCENARIO], "libsumo")
LATER = {**battery_record(BATTERY, SETTINGS), "command": "later"}


def write_run(folder: Path, text: str) -> Path:
    """A finished run in `folder`, with a file that holds `text`."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"scenario": SCENARIO.model_dump(mode="json")}), encoding="utf-8")
    (folder / "frames").write_text(text, encoding="utf-8")
    return folder


def exchanged(out: Path) -> tuple[str, str]:
    """What the folder holds: the content of its run and the command of its record."""
    folder = ResultsFolder(out)
    return (folder.run("one").path / "frames").read_text(encoding="utf-8"), folder.read()["command"]


@pytest.fixture
def old(tmp_path: Path) -> ResultsFolder:
    """Results with one finished run, and its scores."""
    folder = ResultsFolder(tmp_path / "out")
    folder.open(BATTERY, SETTINGS, "earlier")
    write_run(folder.run("one").path, "old")
    (folder.path / "score.json").write_text("{}", encoding="utf-8")
    return folder


def test_an_exchange_replaces_run_and_record_and_removes_the_old_scores(old: ResultsFolder, tmp_path: Path) -> None:
    exchange_run(old.path, write_run(tmp_path / "box" / "one", "new"), LATER)
    assert exchanged(old.path) == ("new", "later")
    assert sorted(path.name for path in old.path.iterdir()) == ["battery.json", "runs"]


class Killed(BaseException):
    """The end of a process, at a step."""


@pytest.mark.parametrize("step", range(1, 30))
def test_a_kill_at_any_step_of_an_exchange_leaves_the_old_or_the_new(
    old: ResultsFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    new, steps = write_run(tmp_path / "box" / "one", "new"), 0

    def counted(method: str) -> None:
        real = getattr(Path, method)

        def act(self: Path, *arguments: object, **options: object) -> object:
            nonlocal steps
            steps += 1
            if steps == step:
                raise Killed
            return real(self, *arguments, **options)

        monkeypatch.setattr(Path, method, act)

    for method in ("rename", "replace", "mkdir", "unlink"):
        counted(method)
    with contextlib.suppress(Killed):
        exchange_run(old.path, new, LATER)
    monkeypatch.undo()
    finish_exchange(old.path)  # as the next command does first
    assert exchanged(old.path) in (("old", "earlier"), ("new", "later"))
    assert not exchange_was_interrupted(old.path)
