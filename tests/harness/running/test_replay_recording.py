"""A replay keeps what scoring reads and writes the rest as it comes; its errors name the recording, and stay what they are."""

import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import DETECTORS
from detectors.catalogue_entry import Entry
from detectors.detector import Decision, Detector
from harness.records.decisions import read_estimates
from harness.running.feed_detector import collect
from harness.running.replay_recording import build_detector, replay_recording
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError
from simulator.frame import Array, LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import read_recording

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"


@pytest.mark.parametrize("error", [UserError("no such lane"), PluginError("detector 'theirs' failed")])
def test_an_error_of_the_user_or_of_a_plug_in_names_the_recording(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        raise error

    monkeypatch.setitem(DETECTORS, "theirs", Entry("theirs", "", build))
    with pytest.raises(type(error), match=f"{GOLDEN}: {error}"):
        replay_recording("one", GOLDEN, "theirs", None)


def test_a_bug_stays_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setitem(DETECTORS, "theirs", Entry("theirs", "", build))
    with pytest.raises(ValueError, match=r"^operands") as raised:
        replay_recording("one", GOLDEN, "theirs", None)
    assert not isinstance(raised.value, UserError)


@pytest.mark.parametrize("detector", ["sheu2004", "sequential"])
def test_all_estimates_are_in_the_file_and_those_of_the_score_are_kept(tmp_path: Path, detector: str) -> None:
    run, decisions, _ = replay_recording("one", GOLDEN, detector, None, estimates_file=tmp_path / "e.csv.gz")
    recording = read_recording(GOLDEN)
    alone, rows = collect(
        build_detector(detector, recording.corridor, None, None), recording.frames, recording.corridor
    )
    np.testing.assert_array_equal(decisions.score, alone.score)
    assert rows is not None
    assert run.estimates is not None
    assert repr(read_estimates(tmp_path / "e.csv.gz")) == repr(rows)
    assert 0 < len(run.estimates) <= len(rows)


def test_a_detector_without_estimates_leaves_no_file(tmp_path: Path) -> None:
    run, _, _ = replay_recording("one", GOLDEN, "silent", None, estimates_file=tmp_path / "e.csv.gz")
    assert run.estimates is None
    assert not list(tmp_path.iterdir())


def test_a_wrong_row_late_in_the_recording_is_named_once_and_leaves_no_estimates(tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    recording = read_recording(GOLDEN)
    write_corridor(folder, recording.corridor)
    lasts_s = recording.frames[-1].time_s - recording.frames[0].time_s + recording.corridor.period_s
    often = (replace(frame, time_s=frame.time_s + k * lasts_s) for k in range(6) for frame in recording.frames)
    write_loops(folder / "loops.csv", recording.corridor, often)
    with (folder / "loops.csv").open("a", encoding="utf-8") as loops:
        loops.write("99999,S0,0,1,14,20\n")
    with pytest.raises(UserError) as raised:
        replay_recording("one", folder, "sequential", None, estimates_file=tmp_path / "out" / "e.csv.gz")
    assert str(raised.value).startswith(f"{folder / 'loops.csv'}, line ")
    assert str(raised.value).count(str(folder)) == 1
    assert not list((tmp_path / "out").iterdir())


def test_the_share_of_the_recording_is_told() -> None:
    told: list[float] = []
    replay_recording("one", GOLDEN, "silent", None, show=told.append)
    assert told
    assert told == sorted(told)
    assert told[-1] <= 1.0


class Keeper:
    """Counts the frames it was given that are still in memory."""

    def __init__(self, corridor: Corridor) -> None:
        self.sections = corridor.sections
        self.given: list[weakref.ref[Array]] = []
        self.most = 0

    def step(self, frame: LoopFrame) -> Decision:
        self.given.append(weakref.ref(frame.count))
        self.most = max(self.most, sum(array() is not None for array in self.given))
        return Decision(frame.time_s, np.zeros(self.sections), np.zeros(self.sections, dtype=np.bool_))


def test_frames_do_not_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Keeper] = []

    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        built.append(Keeper(corridor))
        return built[-1]

    monkeypatch.setitem(DETECTORS, "keeper", Entry("keeper", "", build))
    run, _, _ = replay_recording("one", GOLDEN, "keeper", None)
    assert len(built[0].given) == len(run.times_s) > 10
    assert built[0].most <= 3
