"""`laneblock compare` and the options of `calibrate` that came with it: every slip ends in one message and exit code 2."""

import json
import shutil
from pathlib import Path

import pytest

from harness.commands import calibrate_command, compare_command, console
from harness.records.failure import Failure
from harness.records.folder_lock import lock_folder
from scenarios.files.battery_file import Battery
from tests.harness.command_line import Call, calling


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command in this process; nothing may be simulated. Returns exit code, standard output and error."""

    def simulate(*arguments: object, **options: object) -> None:
        raise AssertionError("a simulation was started")

    for module in (calibrate_command, compare_command):
        monkeypatch.setattr(module, "run_recordings", simulate)
    return calling(capsys)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compared_results: Path) -> Path:
    """Results good and bad; it is the working directory."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(compared_results, tmp_path / "good")
    (tmp_path / "nothing_finished" / "runs" / "incident-1").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    shutil.copytree(compared_results, tmp_path / "no_loops")
    shutil.copytree(compared_results, tmp_path / "broken_corridor")
    for run in (tmp_path / "no_loops" / "runs").iterdir():
        (run / "loops.csv.gz").unlink()
    for run in (tmp_path / "broken_corridor" / "runs").iterdir():
        (run / "corridor.toml").write_text("name = ", encoding="utf-8")
    shutil.copytree(compared_results, tmp_path / "broken_record")
    (tmp_path / "broken_record" / "runs" / "free-8" / "run.json").write_text("{", encoding="utf-8")
    shutil.copytree(compared_results, tmp_path / "broken_battery")
    (tmp_path / "broken_battery" / "battery.json").write_text("{", encoding="utf-8")
    shutil.copytree(compared_results, tmp_path / "strange_battery")
    (tmp_path / "strange_battery" / "battery.json").write_text('{"scenarios": 3}', encoding="utf-8")
    return tmp_path


SLIPS: dict[str, tuple[list[str], str]] = {
    "nothing": (["compare"], "Missing argument"),
    "no such battery": (["compare", "sr19"], "sr19"),
    "no such folder": (["compare", "results/nowhere"], "nowhere"),
    "folder without runs": (["compare", "empty"], "empty"),
    "a file": (["compare", "file"], "file"),
    "a recording": (["compare", "good/runs/free-8"], "laneblock compare real-roads good/runs/free-8"),
    "no finished runs": (["compare", "nothing_finished"], "no finished runs"),
    "unknown detector": (["compare", "good", "--detector", "sheu204"], "did you mean 'sheu2004'"),
    "unknown detector, before the battery is run": (["compare", "sr91", "--detector", "tres"], "did you mean 'trees'"),
    "detector twice": (["compare", "good", "--detector", "trees", "--detector", "trees"], "twice"),
    "out is a file": (["compare", "good", "--out", "file"], "wanted a folder, got a file"),
    "out is a file, before the battery is run": (["compare", "sr91", "--out", "file"], "wanted a folder, got a file"),
    "no jobs": (["compare", "good", "--jobs", "0"], "--jobs"),
    "no such option": (["compare", "good", "--aim", "1"], "No such option"),
    "runs without loops": (["compare", "no_loops"], "loops"),
    "runs with a broken corridor": (["compare", "broken_corridor"], "corridor.toml"),
    "broken record": (["compare", "broken_record", "--detector", "silent"], "run.json"),
    "broken battery.json": (["compare", "broken_battery", "--detector", "silent"], "battery.json"),
    "strange battery.json": (["compare", "strange_battery", "--detector", "silent"], "battery.json"),
    "aim in words": (["calibrate", "sheu2004", "--recordings", "good/runs/free-8", "--aim", "few"], "--aim"),
    "aim below 0": (["calibrate", "sheu2004", "--battery", "sr91", "--aim", "-1"], "--aim"),
    "aim that is no number": (["calibrate", "sheu2004", "--battery", "sr91", "--aim", "nan"], "--aim"),
    "aim without end": (["calibrate", "sheu2004", "--battery", "sr91", "--aim", "inf"], "got inf"),
    "calibrate what has nothing": (["calibrate", "silent", "--battery", "sr91"], "nothing to calibrate"),
    "calibrate without incidents": (["calibrate", "mlp", "--recordings", "good/runs/free-8"], "incidents"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_ends_in_a_message_and_exit_code_2(slip: str, call: Call, files: Path) -> None:
    arguments, words = SLIPS[slip]
    code, _, err = call(*arguments)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_a_folder_of_results_is_compared(call: Call, files: Path) -> None:
    code, out, err = call("compare", "good", "--detector", "california7", "--detector", "delos", "--jobs", "1")
    assert code == 0
    assert out.startswith("Comparison on good: 6 runs, 4 incidents with impact")
    assert "Page: good/comparison/comparison.html" in err
    written = {path.name for path in (files / "good" / "comparison").iterdir() if path.name != ".lock"}
    assert written == {
        *("comparison.html", "comparison.json", "curves.png", "replays", "summary.txt"),
        *("points.csv", "curves.csv", "paired.csv", "breakdown.csv", "misses.csv", "places.csv"),
    }


def test_two_comparisons_at_once_into_one_folder_are_refused(call: Call, files: Path) -> None:
    with lock_folder(files / "good" / "comparison"):
        code, _, err = call("compare", "good", "--detector", "california7", "--jobs", "1")
    assert code == 2
    assert "another process" in err


def test_the_working_directory_has_a_name(call: Call, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files / "good")
    code, out, _ = call("compare", ".", "--detector", "silent", "--out", "here")
    assert code == 0
    assert out.startswith("Comparison on good: ")


def test_runs_that_are_not_finished_are_told_of(call: Call, files: Path) -> None:
    names = [path.name for path in (files / "good" / "runs").iterdir()]
    content = {"name": "good", "scenarios": [{"name": name} for name in (*names, "later-1", "later-2")]}
    (files / "good" / "battery.json").write_text(json.dumps(content), encoding="utf-8")
    code, out, _ = call("compare", "good", "--detector", "silent")
    assert code == 0
    assert "2 runs are not finished, and not in these figures: later-1, later-2" in out


def test_help_has_examples(call: Call) -> None:
    code, out, _ = call("compare", "--help")
    assert code == 0
    assert "  laneblock compare" in out


def test_a_battery_is_simulated_first_and_compared_without_the_runs_that_failed(
    call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def simulate(battery: Battery, where: Path, jobs: int) -> dict[str, str]:
        shutil.copytree("good", where)
        shutil.rmtree(where / "runs" / "free-9")
        return {"free-9": "SUMO said no"}

    monkeypatch.setattr(compare_command, "run_recordings", simulate)
    names = ("incident-1", "free-8", "free-9")  # the folder holds further runs, which are not the battery's
    scenarios = (f'[[scenarios]]\nname = "{name}"\nseed = 1\nend_s = 1260\n' for name in names)
    (files / "mine.toml").write_text('name = "mine"\n' + "".join(scenarios), encoding="utf-8")
    code, out, err = call("compare", "mine.toml", "--detector", "silent", "--jobs", "1")
    assert code == 0, err
    assert "comparing without 1 runs that failed: free-9" in err
    assert out.startswith("Comparison on mine: 2 runs, 1 incidents")
    assert "Page: results/mine/comparison/comparison.html" in err


@pytest.mark.parametrize(
    "words", [("compare", "mine.toml", "--detector", "silent"), ("calibrate", "sheu2004", "--battery", "mine.toml")]
)
def test_where_all_runs_failed_the_worst_failure_decides(
    words: tuple[str, ...], call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (calibrate_command, compare_command):
        monkeypatch.setattr(module, "run_recordings", console.run_recordings)
    failed = {"a": Failure("machine", "the disk is full")}
    monkeypatch.setattr(console, "run_with_progress", lambda *_, option: failed)
    (files / "mine.toml").write_text(
        'name = "mine"\n[[scenarios]]\nname = "a"\nseed = 1\nend_s = 1260\n', encoding="utf-8"
    )
    code, _, err = call(*words)
    assert (code, err) == (3, "laneblock: none of 1 runs succeeded, such as a: the disk is full\n")
