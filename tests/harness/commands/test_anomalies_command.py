"""`laneblock anomalies`: what it refuses before anything is simulated, and two runs of the tiny study from end to end."""

from pathlib import Path
from typing import Any

import pytest

import scenarios
from harness.commands import anomalies_command
from harness.studies.anomalies.anomalies_apart import check_apart
from harness.studies.anomalies.anomaly_scenarios import study_runs
from scenarios.anomaly import ANOMALY_KINDS
from scenarios.files.anomaly_study_file import load_anomaly_study
from scenarios.files.toml_file import read_toml
from tests.harness.command_line import Call, calling
from tests.robustness.tree_text import toml_text

SHIPPED_STUDIES = Path(scenarios.__file__).parent / "studies" / "anomalies"
SIMULATED = {"incident-1", "holiday-1"}
"""Runs with an anomaly made by SUMO and of the whole day; made recordings have the others (`tests/harness/studies/anomalies`)."""


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls the command in this process and an empty folder; nothing may be simulated."""

    def simulate(*arguments: object, **options: object) -> None:
        raise AssertionError("a simulation was started")

    monkeypatch.setattr(anomalies_command, "run_recordings", simulate)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    return calling(capsys)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["tinny"], "did you mean 'tiny'"),
        (["sr91-compare"], "no study of anomalies or file 'sr91-compare'"),
        (["tiny", "--detector", "cussum"], "did you mean 'cusum'"),
        (["tiny", "--detector", "snd", "--detector", "snd"], "given twice"),
        (["tiny", "--out", "file"], "file"),
        (["tiny", "--jobs", "0"], "--jobs"),
        (["file"], "seed: wanted, but missing"),
        (["."], "study.json: no such file"),
        ([".", "--out", "here"], "leave out --out"),
    ],
)
def test_each_slip_is_one_message_before_anything_is_simulated(call: Call, arguments: list[str], message: str) -> None:
    code, out, err = call("anomalies", *arguments)
    assert code == 2
    assert message in err
    assert not out


def test_the_tiny_study_has_every_kind_and_its_site_has_room_for_every_run() -> None:
    tiny = load_anomaly_study("tiny")
    for run in study_runs(tiny):
        check_apart(tiny, run)
    assert {anomaly.kind for run in tiny.runs for anomaly in run.anomalies} == set(ANOMALY_KINDS) - {"holiday"}
    assert any(run.holiday for run in tiny.runs)


@pytest.mark.sumo
def test_a_study_runs_and_a_second_call_simulates_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny: dict[str, Any] = read_toml(SHIPPED_STUDIES / "tiny.toml")
    some = {**tiny, "name": "some", "runs": [run for run in tiny["runs"] if run["name"] in SIMULATED]}
    Path("some.toml").write_text(toml_text(some), encoding="utf-8")
    call = calling(capsys)
    code, out, err = call("anomalies", "some.toml", "--detector", "snd", "--detector", "ewma")
    assert code == 0, err
    folder = tmp_path / "results" / "anomalies-some" / "anomalies"
    assert (folder / "summary.txt").read_text(encoding="utf-8") == out
    assert (folder / "anomalies.html").is_file()
    for again in ("some.toml", "results/anomalies-some"):
        code, told, err = call("anomalies", again, "--detector", "snd", "--detector", "ewma")
        assert (code, told) == (0, out)
        assert "] done " not in err
