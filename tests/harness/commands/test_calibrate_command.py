"""`laneblock calibrate --battery`: the battery is run first, and what it is then calibrated on."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from detectors.sheu.sheu_parameter_file import read_parameters
from harness.commands import calibrate_command
from harness.records.failure import Failure
from scenarios.files.battery_file import Battery
from tests.harness.command_line import run

MINE = "\n".join(
    [
        'name = "mine"',
        *(f'[[scenarios]]\nname = "{name}"\nseed = 1\nend_s = 1260' for name in ("incident-1", "free-8", "lost")),
    ]
)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compared_results: Path) -> list[tuple[Battery, Path, int]]:
    """The batteries that were to be run: results are put in place of a simulation, and the run `lost` fails."""
    batteries: list[tuple[Battery, Path, int]] = []

    def simulate(battery: Battery, where: Path, jobs: int) -> Mapping[str, Failure]:
        batteries.append((battery, where, jobs))
        shutil.copytree(compared_results, where)
        return {"lost": Failure("machine", "SUMO said no", "")}

    monkeypatch.setattr(calibrate_command, "run_recordings", simulate)
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(MINE, encoding="utf-8")
    return batteries


def test_a_battery_is_run_first_and_its_finished_runs_are_what_is_calibrated_on(
    asked: list[tuple[Battery, Path, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("calibrate", "sheu2004", "--battery", "mine.toml", "--jobs", "1", "--out", "own.toml") == 0
    ((battery, where, jobs),) = asked
    assert [scenario.name for scenario in battery.scenarios] == ["incident-1", "free-8", "lost"]
    assert (where, jobs) == (Path("results/mine"), 1)
    out, err = capsys.readouterr()
    assert "calibrating without 1 runs that failed: lost" in err
    assert out == "sheu2004's parameters from 2 recordings: own.toml\n"
    assert read_parameters(Path("own.toml")).provenance["incidents"]


def test_the_terminal_and_the_file_say_how_sure_each_threshold_is(
    compared_results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "snd.toml"
    assert run("calibrate", "snd", "--recordings", str(compared_results / "runs"), "--out", str(file)) == 0
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    runs = len(list((compared_results / "runs").iterdir()))
    assert lines[0] == f"calibrating snd on {runs} recordings; the file is written at the end"
    rarest = next(line for line in lines if line.startswith("0.1 per corridor-day: "))
    assert "(95 %)" in rarest
    assert rarest in file.read_text(encoding="utf-8")


def test_a_file_that_is_no_version_of_the_detector_is_refused_before_a_battery_is_run(
    asked: list[tuple[Battery, Path, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("snd.toml").write_text('detector = "ewma"\n', encoding="utf-8")
    assert run("calibrate", "snd", "--battery", "mine.toml") == 2
    assert "--out snd.toml: wanted a file of snd to replace, or none, got one of 'ewma'" in capsys.readouterr().err
    assert asked == []


def test_what_a_battery_is_calibrated_to_is_a_version_too_and_parameters_are_chosen_anew(
    asked: list[tuple[Battery, Path, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert run("calibrate", "sheu2004", "--battery", "mine.toml", "--out", "own.toml") == 0
        shutil.rmtree("results")
    assert "own.toml is version 2; version 1 stays as own.v1.toml" in capsys.readouterr().err
    assert read_parameters(Path("own.toml")).provenance["version"] == "2"
    assert read_parameters(Path("own.v1.toml")).provenance["version"] == "1"
    assert len(asked) == 2


def test_a_fault_detector_is_fitted_to_one_road_and_a_battery_of_three_is_refused_before_it_is_run(
    asked: list[tuple[Battery, Path, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("calibrate", "gp_cusum", "--battery", "regression") == 2
    assert "gp_cusum is fitted to one corridor" in capsys.readouterr().err
    assert asked == []
