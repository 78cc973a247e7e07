"""`laneblock anomalies`: what it refuses before anything is simulated, and the shipped tiny study from end to end."""

from pathlib import Path

import pytest

from harness.commands import anomalies_command
from tests.harness.command_line import Call, calling


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


@pytest.mark.sumo
def test_the_tiny_study_runs_and_a_second_call_simulates_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    call = calling(capsys)
    code, out, err = call("anomalies", "tiny", "--detector", "snd", "--detector", "ewma")
    assert code == 0, err
    folder = tmp_path / "results" / "anomalies-tiny" / "anomalies"
    assert (folder / "summary.txt").read_text(encoding="utf-8") == out
    assert (folder / "anomalies.html").is_file()
    code, again, err = call("anomalies", "tiny", "--detector", "snd", "--detector", "ewma")
    assert (code, again) == (0, out)
    assert "] done " not in err
    code, again, err = call("anomalies", "results/anomalies-tiny", "--detector", "snd", "--detector", "ewma")
    assert (code, again) == (0, out)
    assert "] done " not in err
