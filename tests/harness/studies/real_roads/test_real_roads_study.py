"""A comparison on made roads: what is found, what is false, and what is kept from one command to the next."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType
from typing import Any

import numpy as np
import pytest

from detectors.catalogue import DETECTORS
from detectors.detector import Detector
from harness.running.process_pool import ProcessPool
from harness.running.road_recordings import Road, roads_of
from harness.studies.real_roads import road_replays
from harness.studies.real_roads.real_roads_study import RealRoads, compare_on_roads
from harness.studies.real_roads.road_replays import HandOver, RoadReplay, begin_anew, replay_roads, watch_road
from scenarios.errors import UserError
from simulator.recording.recording_folder import OpenRecording, Recording, open_recording, write_recording
from tests.harness.made_traffic import ROAD, frames_of, free_traffic


def test_incident_that_a_detector_sees_is_found_and_the_rest_is_neutral(real_roads: RealRoads) -> None:
    score = real_roads.scores["made road", "california7"]
    assert (score.dr.part, score.dr.whole) == (1, 1)
    (found,) = score.incidents
    assert (found.recording, found.trace, found.located) == ("day-10", "queue", True)
    assert 0 <= found.alarm_s - found.first_trace_s <= 300
    assert score.false_alarms.events == 0
    assert {alarm.kind for alarm in score.alarms} <= {"detection", "neutral"}


def test_alarms_at_random_are_false_but_for_those_in_the_extent(real_roads: RealRoads) -> None:
    score = real_roads.scores["other <road>", "coin"]
    assert score.false_alarms.events == len(score.alarms) > 0
    assert score.section_hours == pytest.approx(4 * 2.0)
    mine = real_roads.scores["made road", "coin"]
    assert mine.section_hours < 2 * 5 * 2.0


def test_roads_say_what_is_not_known_and_what_is_not_sound(real_roads: RealRoads) -> None:
    first, second = real_roads.notices
    assert "other <road>: the incidents of 1 of 1 recordings are not known" in first
    assert "other <road>: 2 of 4 sections lie beside a loop that is dead" in second


def test_replays_are_kept(made_recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roads = roads_of([made_recordings / "day-2"])
    first = list(replay_roads(roads, ["snd"], tmp_path, 1))

    def again(*arguments: object) -> None:
        raise AssertionError("replayed again")

    monkeypatch.setattr(road_replays, "process_pool", again)
    # As in another process, where the function of that name is another object.
    same = FunctionType(begin_anew.__code__, begin_anew.__globals__, begin_anew.__name__)
    ((_, _, kept),) = replay_roads(roads, ["snd"], tmp_path, 1, same)
    ((_, _, made),) = first
    assert isinstance(kept, RoadReplay)
    assert isinstance(made, RoadReplay)
    assert np.array_equal(kept.alarms[0], made.alarms[0])
    with pytest.raises(AssertionError, match="replayed again"):
        list(replay_roads(roads, ["california7"], tmp_path, 1))


def keep_data(before: Detector, after: Detector) -> None:
    """Hand nothing over, as a function that might."""


@pytest.mark.parametrize(("hand_over", "again"), [(begin_anew, [False, True]), (keep_data, [True, True])])
def test_interrupted_road_goes_on_with_the_next_recording_unless_something_is_handed_over(
    made_recordings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hand_over: HandOver,
    again: list[bool],
) -> None:
    """Interrupted while the second of two recordings is replayed."""
    (road, _) = roads_of([made_recordings])
    ((_, _, wanted),) = replay_roads([road], ["snd"], tmp_path / "whole", 1, hand_over)
    assert isinstance(wanted, RoadReplay)
    shutil.copytree(tmp_path / "whole", tmp_path, dirs_exist_ok=True)
    second = tmp_path / "replays" / "1-snd" / f"{road.folders[1].name}.npz"
    second.unlink()
    opened: list[Path] = []

    def noted(folder: Path) -> OpenRecording:
        opened.append(folder)
        return open_recording(folder)

    monkeypatch.setattr(road_replays, "open_recording", noted)
    monkeypatch.setattr(road_replays, "process_pool", _here)
    ((_, _, got),) = replay_roads([road], ["snd"], tmp_path, 1, hand_over)
    assert isinstance(got, RoadReplay)
    for wanted_arrays, got_arrays in ((wanted.times_s, got.times_s), (wanted.alarms, got.alarms)):
        for one, other in zip(wanted_arrays, got_arrays, strict=True):
            assert np.array_equal(one, other)
    assert [folder in opened[2:] for folder in road.folders] == again  # all are opened once, for their digests
    assert second.is_file()


@contextmanager
def _here(jobs: int) -> Iterator[ProcessPool]:
    """A pool that works in this process."""
    with TemporaryDirectory() as folder:
        yield ProcessPool(Inline(), Path(folder))  # type: ignore[arg-type]  # it does what is used of an executor


class Inline:
    """Does work as it is submitted."""

    def submit(self, work: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Do it."""
        done: Future[Any] = Future()
        done.set_result(work(*arguments))
        return done


def test_detector_of_one_recording_hands_over_to_the_next_in_order_of_time(made_recordings: Path) -> None:
    handed: list[tuple[Detector, Detector]] = []
    (road, _) = roads_of([made_recordings])
    watch_road(road, "snd", lambda before, after: handed.append((before, after)))
    assert len(handed) == 1
    assert handed[0][0] is not handed[0][1]


def test_detector_that_fails_is_left_out_with_its_reason(
    made_recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[str] = []

    def fail(road: Road, name: str, *others: object) -> RoadReplay:
        if name == "snd":
            failed.append(road.name)
            raise RuntimeError("broke")
        return RoadReplay((np.array([30.0, 60.0]),), (np.zeros((2, 5), dtype=np.bool_),))

    monkeypatch.setattr(road_replays, "watch_road", fail)
    roads = roads_of([made_recordings / "day-2"])
    found = compare_on_roads(roads, ["snd", "california7"], tmp_path, 1, 1.0, lambda what, done, of: None)
    assert found.detectors == ("california7",)
    assert found.left_out["snd"].startswith("failed on made road: ")
    assert "broke" in found.left_out["snd"]


def test_unknown_detector_is_refused(made_recordings: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="did you mean 'snd'"):
        compare_on_roads(roads_of([made_recordings]), ["sndd"], tmp_path, 1, 1.0, lambda what, done, of: None)
    assert "sndd" not in DETECTORS


def test_detector_that_lacks_what_it_needs_is_left_out_and_not_scored(tmp_path: Path) -> None:
    count, speed = free_traffic(2)
    blank = np.full_like(count, np.nan)
    frames = tuple(
        replace(frame, speed=unknown, occupancy=unknown)
        for frame, unknown in zip(frames_of(count, speed), blank, strict=True)
    )
    write_recording(tmp_path / "counts", Recording(ROAD, frames, ()))
    found = compare_on_roads(
        roads_of([tmp_path / "counts"]), ["snd", "coin"], tmp_path / "out", 1, 1.0, lambda what, done, of: None
    )
    assert found.detectors == ("coin",)
    assert found.left_out == {
        "snd": "not judged on made road: 100 % of decisions without occupancy, or count and speed"
    }
