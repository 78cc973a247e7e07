"""`laneblock convert speeds`, and the same options of the formats: recordings of single loops get speeds, told as estimates."""

from pathlib import Path

import numpy as np
import pytest

from harness.cli import main
from simulator.recording.recording_folder import read_recording, write_recording
from tests.simulator.formats.single_loops import dual_loops, single_loops, stacked

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"


def laneblock(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """Exit code, and all that is printed."""
    code = 0
    try:
        main([*map(str, arguments)])
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_recording_gets_speeds_and_replay_says_that_they_are_estimates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_recording(tmp_path / "monday", single_loops(dual_loops()))
    code, told = laneblock(
        capsys, "convert", "speeds", tmp_path / "monday", "--free-speed", "97,115km/h", "--out", tmp_path / "out"
    )
    assert (code, "monday: speeds estimated from count and occupancy in 4 of 4 lanes" in told) == (0, True)
    assert np.isfinite(stacked(read_recording(tmp_path / "out" / "monday"), "speed")).mean() > 0.95
    _, told = laneblock(
        capsys, "replay", tmp_path / "out" / "monday", "--detector", "silent", "--out", tmp_path / "results"
    )
    assert "Not measured: speeds of monday are estimated from count and occupancy" in told


def test_a_format_takes_the_same_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["time,station,position_m,lane,count,occupancy_percent"]
    for frame in single_loops(dual_loops()).frames:
        for (station, lane), count in np.ndenumerate(frame.count):
            share = 100 * frame.occupancy[station, lane]
            second = int(frame.time_s)
            clock = f"2024-03-12 {second // 3600:02d}:{second % 3600 // 60:02d}:{second % 60:02d}"
            rows.append(f"{clock},{'ab'[station]},{900 * station},{lane},{count:.0f},{share:.3f}")
    (tmp_path / "loops.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    code, told = laneblock(
        capsys, "convert", "generic_csv", tmp_path / "loops.csv", "--vehicle-length", "7.5", "--out", tmp_path / "out"
    )
    assert (code, "effective length 7.5 m" in told) == (0, True), told


def test_where_speeds_are_measured_nothing_is_estimated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_recording(tmp_path / "monday", dual_loops())
    code, told = laneblock(
        capsys, "convert", "speeds", tmp_path / "monday", "--free-speed", "65mph", "--out", tmp_path / "out"
    )
    assert (code, "no speed was estimated: no lane has counts and occupancies, and never a speed" in told) == (0, True)


@pytest.mark.parametrize(
    ("folder", "options", "wanted"),
    [
        (GOLDEN, (), "wanted --free-speed, such as 65mph, or --vehicle-length, got neither"),
        (GOLDEN, ("--free-speed", "65"), "--free-speed: wanted a speed such as 65mph"),
    ],
)
def test_wrong_use_is_one_message(
    folder: Path, options: tuple[str, ...], wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = laneblock(capsys, "convert", "speeds", folder, *options, "--out", tmp_path / "out")
    assert (code, wanted in told) == (2, True), told


def test_a_simulated_run_is_refused_because_its_truth_would_be_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_recording(tmp_path / "run", dual_loops())
    (tmp_path / "run" / "truth.json").write_text("{}", encoding="utf-8")
    code, told = laneblock(
        capsys, "convert", "speeds", tmp_path / "run", "--free-speed", "65mph", "--out", tmp_path / "out"
    )
    assert (code, "the folder of a simulated run, whose loops measure speeds" in told) == (2, True), told
