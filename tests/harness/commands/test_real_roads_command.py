"""`laneblock compare real-roads`: what it makes, what it keeps, and what it refuses."""

from pathlib import Path

import pytest

from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.command_line import Call, calling
from tests.harness.made_traffic import ROAD, frames_of, free_traffic


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command in this process, in a folder with a short recording called monday."""
    monkeypatch.chdir(tmp_path)
    count, speed = free_traffic(frames=20)
    write_recording(tmp_path / "monday", Recording(ROAD, frames_of(count, speed), ()))
    return calling(capsys)


def test_a_comparison_writes_its_files_and_continues_from_its_replays(call: Call, tmp_path: Path) -> None:
    words = ["compare", "real-roads", "monday", "--detector", "snd", "--detector", "coin", "--jobs", "1"]
    code, printed, _ = call(*words)
    assert code == 0
    assert printed.startswith("Real roads: 1 road, 1 recording, 0.2 h")
    where = tmp_path / "results" / "real-roads"
    wanted = {
        "summary.txt",
        "real-roads.json",
        "scores.csv",
        "incidents.csv",
        "alarms.csv",
        "real-roads.html",
        "road-1.png",
    }
    assert wanted <= {path.name for path in where.iterdir()}
    kept = {path: path.stat().st_mtime_ns for path in (where / "replays").iterdir()}
    assert len(kept) == 2
    assert call(*words)[:2] == (0, printed)
    assert {path: path.stat().st_mtime_ns for path in (where / "replays").iterdir()} == kept


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compare", "real-roads"], "Missing argument"),
        (["compare", "real-roads", "tuesday"], "no such folder: tuesday"),
        (["compare", "real-roads", "monday", "monday"], "named twice"),
        (["compare", "real-roads", "monday", "--detector", "sndd"], "did you mean 'snd'"),
        (["compare", "real-roads", "monday", "--detector", "snd", "--detector", "snd"], "given twice"),
        (
            ["compare", "real-roads", "monday", "--incidents-per-day", "0"],
            "wanted a number of incidents up to 1000, got 0",
        ),
        (["compare", "real-roads", "monday", "--out", "monday/corridor.toml"], "wanted a folder, got a file"),
        (["compare", "real-roads", "monday", "--reference", "snd"], "No such option"),
    ],
)
def test_a_slip_ends_in_one_message(call: Call, words: list[str], message: str) -> None:
    code, printed, told = call(*words)
    assert (code, printed) == (2, "")
    assert message in told


def test_help_is_its_own_and_that_of_compare_points_to_it(call: Call) -> None:
    code, printed, _ = call("compare", "real-roads", "--help")
    assert code == 0
    assert "laneblock compare real-roads i24_morning" in printed
    assert "laneblock compare real-roads --help" in " ".join(call("compare", "--help")[1].split())
