"""Replays through the days of a study: the clock, the state that each run begins with, and what is kept."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, Entry, build
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.detector import Decision, Detector
from harness.studies.anomalies.anomaly_replays import RunOrder, replay_detector
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, write_recording

ROAD = Corridor("road", 30.0, CORRIDOR.stations)


class Remembering:
    """Scores the time of its frame, and how many frames it has seen."""

    def __init__(self) -> None:
        self.seen = 0

    def step(self, frame: LoopFrame) -> Decision:
        self.seen += 1
        return Decision(frame.time_s, np.array([frame.time_s, self.seen, 0.0]), np.zeros(3, dtype=np.bool_))


def _remembering(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    return Remembering()


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[RunOrder]:
    """Two history days, two threshold days and two runs of an hour's frames, from 10:00; one run begins at 10:10."""
    monkeypatch.setitem(DETECTORS, "remembering", Entry("remembering", "", _remembering))
    made = [("history", 36000.0)] * 2 + [("threshold", 36000.0)] * 2 + [("test", 36000.0), ("test", 36600.0)]
    found = []
    for number, (role, from_s) in enumerate(made):
        frames = tuple(
            LoopFrame(480.0 + 30 * (k + 1), np.ones((4, 4)), np.ones((4, 4)), np.full((4, 4), 0.1)) for k in range(40)
        )
        write_recording(tmp_path / f"run-{number}", Recording(ROAD, frames, ()))
        found.append(RunOrder(f"run-{number}", tmp_path / f"run-{number}", role, from_s))
    return found


def test_days_follow_each_other_on_the_clock(orders: list[RunOrder], tmp_path: Path) -> None:
    scores = replay_detector("remembering", orders, "", 36000.0, tmp_path / "out", "").scores
    assert set(scores) == {"run-2", "run-3", "run-4", "run-5"}
    for run in ("run-2", "run-3", "run-4"):
        assert scores[run][0, 0] == 2 * 86400 + 36000 + 480 + 30
    assert scores["run-5"][0, 0] == 2 * 86400 + 36600 + 480 + 30


def test_a_whole_day_follows_the_history_and_no_other_day(orders: list[RunOrder], tmp_path: Path) -> None:
    scores = replay_detector("remembering", orders, "", 36000.0, tmp_path / "out", "").scores
    for run in ("run-2", "run-3", "run-4"):
        assert scores[run][:, 1].tolist() == list(range(81, 121))


def test_a_run_that_begins_later_follows_the_threshold_day_until_then(orders: list[RunOrder], tmp_path: Path) -> None:
    scores = replay_detector("remembering", orders, "", 36000.0, tmp_path / "out", "").scores
    assert scores["run-5"][0, 1] == 80 + 20 + 1


def test_replays_are_kept_until_a_recording_changes(
    orders: list[RunOrder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replay_detector("remembering", orders, "a", 36000.0, tmp_path / "out", "")

    def changed(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        raise UserError("replayed again")

    monkeypatch.setitem(DETECTORS, "remembering", Entry("remembering", "", changed))
    kept = replay_detector("remembering", orders, "a", 36000.0, tmp_path / "out", "")
    assert np.array_equal(kept.scores["run-5"], first.scores["run-5"])
    with pytest.raises(UserError, match="replayed again"):
        replay_detector("remembering", orders, "b", 36000.0, tmp_path / "out", "")


@pytest.mark.parametrize("name", [name for name in DETECTORS if name in DETECTORS.own])
def test_a_copy_of_a_detector_decides_as_the_detector_and_leaves_it_alone(name: str) -> None:
    frames = traffic()
    whole, branched = build(name, CORRIDOR), build(name, CORRIDOR)
    expected = [whole.step(frame) for frame in frames]
    for frame in frames[:25]:
        branched.step(frame)
    copy = deepcopy(branched)
    for detector in (copy, branched):  # the copy first: had it changed the original, that would now differ
        for frame, wanted in zip(frames[25:], expected[25:], strict=True):
            decision = detector.step(frame)
            assert np.array_equal(decision.score, wanted.score, equal_nan=True)
            assert np.array_equal(decision.alarm, wanted.alarm)
