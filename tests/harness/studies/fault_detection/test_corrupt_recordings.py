"""`laneblock faults inject`: a recording with faulty loops, truth kept."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from simulator.faults.corrupted_frames import faulty_loops
from simulator.recording.fault_log import TRUE_LOOPS, read_faults
from simulator.recording.loop_table import read_loops
from simulator.recording.recording_folder import read_recording
from tests.harness.command_line import run

GOLDEN = Path(__file__).parents[3] / "golden" / "smoke-incident-2"
SCHEDULE = """
seed = 4
faults = [
    { station = "S3", lane = 1, kind = "zeros", onset_s = 700 },
    { station = "S5", lane = 0, kind = "noise", onset_s = 800, end_s = 1100 },
]
"""


def schedule(folder: Path, text: str = SCHEDULE) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_loops_tell_what_faults_make_of_them_and_truth_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 0
    before, after = read_recording(GOLDEN), read_recording(out)
    kept = read_loops(out / TRUE_LOOPS, after.corridor)
    faults = read_faults(out, after.corridor)
    assert faults is not None
    wrong = faulty_loops(np.array([frame.time_s for frame in after.frames]), after.corridor, faults)
    assert after.incidents == before.incidents
    differ = 0
    for k, (true, told, was) in enumerate(zip(before.frames, after.frames, kept, strict=True)):
        np.testing.assert_array_equal(true.count, was.count)
        np.testing.assert_array_equal(true.occupancy[~wrong[k]], told.occupancy[~wrong[k]])
        differ += int((true.count != told.count).sum())
    assert differ > 10
    station = [each.name for each in after.corridor.stations].index("S3")
    assert all(frame.count[station, 1] == 0 for frame in after.frames if frame.time_s > 700)
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 0  # again, over its own


def test_another_recording_in_the_same_folder_has_no_incidents_of_the_first(tmp_path: Path) -> None:
    other, out = tmp_path / "other", tmp_path / "out"
    shutil.copytree(GOLDEN, other)
    assert run("faults", "inject", other, "--faults", schedule(tmp_path), "--out", out) == 0
    assert (out / "incidents.csv").exists()
    (other / "incidents.csv").unlink()
    assert run("faults", "inject", other, "--faults", schedule(tmp_path), "--out", out) == 0
    assert not (out / "incidents.csv").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SCHEDULE.replace("S3", "S33"), "no station 'S33'"),
        (SCHEDULE.replace("lane = 1", "lane = 9"), "lanes 0 to"),
        (SCHEDULE.replace("zeros", "zero"), "did you mean 'zeros'"),
        (SCHEDULE.replace("seed = 4", ""), "seed"),
    ],
)
def test_wrong_schedules_are_one_line_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path, text), "--out", tmp_path / "out") == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_recording_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", GOLDEN) == 2
    assert "the recording itself" in capsys.readouterr().err


def test_each_recording_is_a_numbered_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        shutil.copytree(GOLDEN, tmp_path / name)
    folders = (tmp_path / "one", tmp_path / "two")
    assert run("faults", "inject", *folders, "--faults", schedule(tmp_path), "--out", tmp_path / "out") == 0
    out, err = capsys.readouterr()
    assert [line.partition("]")[0] for line in err.splitlines()] == ["[  1/2", "[  2/2"]
    assert err.count(": 2 faults") == 2
    assert out == f"4 faults on 2 recordings: {tmp_path / 'out'}\n"


def test_an_interrupted_one_is_no_recording_and_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("harness.studies.fault_detection.corrupt_recordings.write_json", interrupt)
        assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 130
    with pytest.raises(FileNotFoundError, match=r"corridor.toml: no such file"):
        read_recording(out)
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 0
    assert len(read_recording(out).frames) == len(read_recording(GOLDEN).frames)


def test_a_recording_that_cannot_be_written_whole_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.studies.fault_detection.corrupt_recordings.write_corridor", full)
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 3
    assert f"laneblock: {out}: No space left on device" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_what_an_interrupted_one_leaves_is_written_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 0
    for name in ("corridor.toml", "true_loops.csv.gz", "faults.csv"):
        (out / name).unlink()
        (out / ".corrupted.part").mkdir()
        assert run("faults", "inject", GOLDEN, "--faults", schedule(tmp_path), "--out", out) == 0
        read_recording(out)
