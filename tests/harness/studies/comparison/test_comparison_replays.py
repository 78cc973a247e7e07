"""Replays are kept, used again while they hold, and made again when they do not."""

import dataclasses
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, Entry, build
from detectors.detector import Decision, Detector
from detectors.threshold_detector import Thresholded
from harness.records.failure import failure_of
from harness.records.run_folder import RunFolder
from harness.running import process_pool
from harness.running.feed_detector import collect
from harness.studies.comparison.comparison_replays import ComparisonReplay, replay_all
from scenarios.corridor import Corridor
from scenarios.errors import MachineError
from simulator.frame import Array, LoopFrame
from simulator.recording.recording_folder import read_recording

GOLDEN = Path(__file__).parents[3] / "golden" / "smoke-incident-2"
ROAD = read_recording(GOLDEN).corridor
SECTIONS = 7
THIRD = 1 / 3  # no number of 32 bits

Replay = Callable[..., dict[str, ComparisonReplay | Exception]]


class Steady:
    """Scores THIRD, always."""

    def score(self, frame: LoopFrame) -> Array:
        return np.full(SECTIONS, THIRD)


class Failing:
    """Fails in the third frame."""

    frames = 0

    def step(self, frame: LoopFrame) -> Decision:
        self.frames += 1
        if self.frames == 3:
            raise RuntimeError("no third frame, please")
        return Decision(frame.time_s, np.zeros(SECTIONS), np.zeros(SECTIONS, dtype=np.bool_))


def _steady(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    return Thresholded(corridor, Steady(), THIRD)


def _failing(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    return Failing()


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    """Two runs, two more detectors, and threads instead of processes so that both are known."""
    monkeypatch.setattr(process_pool, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setitem(
        DETECTORS, "steady", Entry("steady", "", _steady, None, lambda: dict.fromkeys((0.1, 1.0, 10.0), THIRD))
    )
    monkeypatch.setitem(DETECTORS, "failing", Entry("failing", "", _failing))
    made = []
    for name in ("one", "two"):
        shutil.copytree(GOLDEN, tmp_path / "runs" / name)
        made.append(RunFolder(tmp_path / "runs" / name))
    return made


def replay(folders: Sequence[RunFolder], names: Sequence[str], out: Path) -> dict[str, ComparisonReplay | Exception]:
    return dict(replay_all(folders, names, out, 2))


def made(found: dict[str, ComparisonReplay | Exception], name: str) -> ComparisonReplay:
    replayed = found[name]
    assert isinstance(replayed, ComparisonReplay)
    return replayed


def stamps(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (out / "replays").iterdir()}


def test_alarms_are_those_of_the_detector_itself(folders: list[RunFolder], tmp_path: Path) -> None:
    replayed = made(replay(folders, ["california7", "delos", "sequential"], tmp_path), "one")
    recording = read_recording(folders[0].path)
    for name in ("california7", "delos", "sequential"):
        for aim in (0.1, 1.0, 10.0):
            alone, _ = collect(build(name, recording.corridor, aim=aim), recording.frames, recording.corridor)
            np.testing.assert_array_equal(replayed.alarm(name, recording.corridor, aim), alone.alarm)


def test_kept_replays_are_used_again_and_say_the_same(folders: list[RunFolder], tmp_path: Path) -> None:
    names = ["california7", "coin", "steady"]
    first = made(replay(folders, names, tmp_path), "two")
    before = stamps(tmp_path)
    again = made(replay(folders, names, tmp_path), "two")
    assert stamps(tmp_path) == before
    np.testing.assert_array_equal(again.times_s, first.times_s)
    for name in names:
        np.testing.assert_array_equal(again.scores[name], first.scores[name])
        np.testing.assert_array_equal(again.alarm(name, ROAD, 1.0), first.alarm(name, ROAD, 1.0))
    assert not again.alarm(
        "steady", ROAD, 1.0
    ).any()  # a score that equals its threshold still does, read from the file


def test_fewer_detectors_use_what_is_kept_and_more_do_not(folders: list[RunFolder], tmp_path: Path) -> None:
    replay(folders, ["silent", "steady"], tmp_path)
    before = stamps(tmp_path)
    assert set(made(replay(folders, ["steady"], tmp_path), "one").scores) == {"steady"}
    assert stamps(tmp_path) == before
    replay(folders, ["steady", "coin"], tmp_path)
    assert all(stamps(tmp_path)[name] != stamp for name, stamp in before.items())


@pytest.mark.parametrize("file", ["loops.csv.gz", "corridor.toml"])
def test_a_recording_that_changed_is_replayed_again_and_no_other(
    file: str, folders: list[RunFolder], tmp_path: Path
) -> None:
    replay(folders, ["silent"], tmp_path)
    before = stamps(tmp_path)
    path = folders[0].path / file
    if file == "corridor.toml":
        path.write_text(path.read_text(encoding="utf-8").replace("547.2", "600"), encoding="utf-8")
    else:
        path.write_bytes(path.read_bytes()[:4] + b"\x01\x02\x03\x04" + path.read_bytes()[8:])  # gzip's own time stamp
    replay(folders, ["silent"], tmp_path)
    after = stamps(tmp_path)
    assert after["one.npz"] != before["one.npz"]
    assert after["two.npz"] == before["two.npz"]


def test_a_bug_on_a_run_is_yielded_with_its_log(
    folders: list[RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path) -> None:
        raise KeyError(folder.name)

    monkeypatch.setattr("harness.studies.comparison.comparison_replays.read_recording", broken)
    error = replay(folders, ["silent"], tmp_path)["one"]
    log = tmp_path / "failed" / "one.log.txt"
    assert isinstance(error, KeyError)
    assert failure_of(error).log_file == log
    assert "raise KeyError(folder.name)" in log.read_text(encoding="utf-8")


def test_a_lost_process_ends_the_comparison(
    folders: list[RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(folder: Path) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr("harness.studies.comparison.comparison_replays.read_recording", lost)
    with pytest.raises(MachineError, match="a process was lost while"):
        replay(folders, ["silent"], tmp_path)


def test_other_code_or_settings_replay_again(
    folders: list[RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay(folders, ["silent"], tmp_path)
    before = stamps(tmp_path)
    monkeypatch.setattr("harness.studies.comparison.comparison_replays.own_code_digest", lambda: "another")
    replay(folders, ["silent"], tmp_path)
    assert all(stamps(tmp_path)[name] != stamp for name, stamp in before.items())


def test_a_detector_with_another_shipped_file_is_replayed_again(
    folders: list[RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay(folders, ["snd"], tmp_path)
    before = stamps(tmp_path)
    other = tmp_path / "snd.toml"
    other.write_text("memory_s = 1", encoding="utf-8")
    monkeypatch.setitem(DETECTORS, "snd", dataclasses.replace(DETECTORS["snd"], shipped=lambda aim: other))
    replay(folders, ["snd"], tmp_path)
    assert all(stamps(tmp_path)[name] != stamp for name, stamp in before.items())


@pytest.mark.parametrize("keep", [0, 3, 100, 0.5, -1])
def test_a_file_that_is_cut_off_is_made_again(keep: float, folders: list[RunFolder], tmp_path: Path) -> None:
    first = made(replay(folders, ["steady"], tmp_path), "one")
    file = tmp_path / "replays" / "one.npz"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * keep) if isinstance(keep, float) else keep])
    again = made(replay(folders, ["steady"], tmp_path), "one")
    np.testing.assert_array_equal(again.scores["steady"], first.scores["steady"])
    assert len(file.read_bytes()) == len(whole)


def test_a_file_with_wrong_bytes_is_made_again(folders: list[RunFolder], tmp_path: Path) -> None:
    first = made(replay(folders, ["coin"], tmp_path), "one")
    file = tmp_path / "replays" / "one.npz"
    whole = bytearray(file.read_bytes())
    whole[60:200] = bytes(140)
    file.write_bytes(whole)
    again = made(replay(folders, ["coin"], tmp_path), "one")
    np.testing.assert_array_equal(again.alarm("coin", ROAD, 1.0), first.alarm("coin", ROAD, 1.0))


def test_a_detector_that_fails_is_said_and_does_not_stop_the_others(folders: list[RunFolder], tmp_path: Path) -> None:
    replayed = made(replay(folders, ["failing", "silent"], tmp_path), "one")
    log = tmp_path / "failed" / "one-failing.log.txt"
    told = f"this is a bug in laneblock: RuntimeError: no third frame, please (log: {log}; please report it)"
    assert {name: str(failure) for name, failure in replayed.failed.items()} == {"failing": told}
    assert log.read_text(encoding="utf-8").startswith("Traceback")
    assert set(replayed.scores) == {"silent"}
    assert not (tmp_path / "replays").exists()  # or it would be taken for whole


@pytest.mark.parametrize("loops", [None, b"", b"no gzip"])
def test_a_run_that_cannot_be_read_is_said_and_does_not_stop_the_others(
    loops: bytes | None, folders: list[RunFolder], tmp_path: Path
) -> None:
    folders[0].loops.unlink()
    if loops is not None:
        folders[0].loops.write_bytes(loops)
    found = replay(folders, ["silent"], tmp_path)
    assert isinstance(found["one"], Exception)
    assert "loops.csv.gz" in str(found["one"])
    assert made(found, "two").failed == {}
