from dataclasses import replace
from pathlib import Path

import pytest

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.corridor_work import CorridorWork
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.live_service import LiveService
from harness.service.incidents.incident import State
from harness.service.incidents.incident_event import EventKind, StoredEvent
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.push_receipt import OverloadError
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.sql_store import SqlStore
from scenarios.errors import MachineError
from simulator.frame import LoopFrame
from tests.harness.made_traffic import ROAD
from tests.harness.service.corridors.played_frames import (
    ListSource,
    made_frames,
    service_on,
    stored_events,
    stored_times,
    wait_until,
)

SETUP = CorridorSetup(ROAD, (DetectorChoice("alarming"),))


def run_to_the_end(service: LiveService) -> None:
    service.start()
    wait_until(lambda: service.over)
    service.stop()


@pytest.fixture(scope="module")
def frames() -> list[LoopFrame]:
    return made_frames()


@pytest.fixture(scope="module")
def whole(frames: list[LoopFrame], tmp_path_factory: pytest.TempPathFactory, alarming: None) -> Path:
    """The database of a service that ran through all frames."""
    database = tmp_path_factory.mktemp("whole") / "live.db"
    run_to_the_end(service_on(database, [ListSource(frames)]))
    return database


def test_an_alarm_becomes_an_incident_that_is_cleared_and_every_frame_is_stored(
    tmp_path: Path, frames: list[LoopFrame]
) -> None:
    told: list[StoredEvent] = []
    run_to_the_end(service_on(tmp_path / "live.db", [ListSource(frames)], told=told))
    kinds = [event.kind for event in stored_events(tmp_path / "live.db")]
    assert (kinds[0], kinds[-1]) == (EventKind.OPENED, EventKind.CLEARED)
    assert [each.event for each in told] == stored_events(tmp_path / "live.db")
    assert stored_times(tmp_path / "live.db") == [frame.time_s for frame in frames]
    store = SqlStore(str(tmp_path / "live.db"))
    assert [each.state for each in store.incidents()] == [State.CLEARED]
    store.close()


@pytest.mark.parametrize("killed_after", [6, 7, 12, 30])
def test_a_service_that_is_killed_goes_on_with_the_same_events_and_asks_only_for_what_is_missing(
    tmp_path: Path, frames: list[LoopFrame], whole: Path, killed_after: int
) -> None:
    killed = ListSource(frames)
    killed.hold_at = frames[killed_after].time_s
    first = service_on(tmp_path / "killed.db", [killed])
    first.start()
    wait_until(lambda: first.works[ROAD.name].counts.frames == killed_after)
    # Nothing of `first` is stopped or kept: what a killed process leaves is its database.
    again = ListSource(frames)
    second = service_on(tmp_path / "killed.db", [again])
    run_to_the_end(second)
    assert again.asked == [frames[killed_after - 1].time_s]
    assert stored_events(tmp_path / "killed.db") == stored_events(whole)
    assert stored_times(tmp_path / "killed.db") == stored_times(whole)
    killed.stop()


def test_a_service_that_is_stopped_keeps_its_state_after_the_last_frame(
    tmp_path: Path, frames: list[LoopFrame]
) -> None:
    run_to_the_end(service_on(tmp_path / "live.db", [ListSource(frames[:11])]))
    store = SqlStore(str(tmp_path / "live.db"))
    kept = store.checkpoint(ROAD.name)
    store.close()
    assert kept is not None
    assert kept.time_s == frames[10].time_s


def pushed(frame: LoopFrame, lanes: range = range(3)) -> ReadingBatch:
    batch = frame_readings(ROAD, frame)
    return ReadingBatch(ROAD.name, tuple(each for each in batch.readings if each.lane in lanes))


def test_pushed_readings_that_were_accepted_make_their_frames_after_a_kill(
    tmp_path: Path, frames: list[LoopFrame]
) -> None:
    first = service_on(tmp_path / "live.db", [], [SETUP])
    first.start()
    for frame in frames[:12]:
        assert first.push([pushed(frame)]).accepted == 18
    first.push([pushed(frames[12], range(2))])  # a part of a frame
    wait_until(lambda: first.works[ROAD.name].counts.frames == 12)
    second = service_on(tmp_path / "live.db", [], [SETUP])
    second.start()
    second.push([pushed(frames[12], range(2, 3))])
    wait_until(lambda: stored_times(tmp_path / "live.db") == [frame.time_s for frame in frames[:13]])
    latest = second.latest_frame(ROAD.name)
    assert latest is not None
    assert latest.count.tolist() == frames[12].count.tolist()
    second.stop()


def test_pushed_readings_that_cannot_be_are_refused_in_words_and_the_others_taken(tmp_path: Path) -> None:
    service = service_on(tmp_path / "live.db", [], [SETUP])
    service.start()
    bad = Reading("s9", 0, 30.0, 1.0, 20.0, 0.1)
    receipt = service.push(
        [ReadingBatch(ROAD.name, (bad, bad._replace(station="s1"))), ReadingBatch("made rode", (bad,))]
    )
    assert (receipt.accepted, receipt.refused_count) == (1, 2)
    assert receipt.refused[0].startswith("unknown station 's9'")
    assert receipt.refused[1] == "no corridor 'made rode'; there are made road"
    service.stop()
    with pytest.raises(OverloadError, match="try again"):
        service.push([ReadingBatch(ROAD.name, (bad,))])


def test_more_pushed_readings_than_may_be_in_work_are_asked_to_wait(tmp_path: Path, frames: list[LoopFrame]) -> None:
    service = service_on(tmp_path / "live.db", [], [SETUP], DecidingSettings(most_pushed=1))
    service.start()
    journal = service.store.journal

    def slow(batch: ReadingBatch) -> int:
        with pytest.raises(OverloadError, match="too many readings"):
            service.push([pushed(frames[1])])
        return journal(batch)

    service.store.journal = slow  # type: ignore[method-assign]
    assert service.push([pushed(frames[0])]).accepted == 18
    service.stop()


def test_a_source_that_fails_is_told_and_tried_again_and_the_others_go_on(
    tmp_path: Path, frames: list[LoopFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.corridors.source_runner.FIRST_WAIT_S", 0.01)
    failing, other_road = ListSource(frames), replace(ROAD, name="other road")
    failing.fail[frames[20].time_s] = MachineError("the line is dead")
    other = ListSource(frames, other_road)
    other.name = "other"
    setups = [SETUP, replace(SETUP, corridor=other_road)]
    run_to_the_end(service_on(tmp_path / "live.db", [failing, other], setups))
    assert failing.asked[0] is None
    assert failing.asked[1] is None or failing.asked[1] <= frames[19].time_s
    for name in (ROAD.name, other_road.name):
        assert stored_times(tmp_path / "live.db", name) == [frame.time_s for frame in frames]


def test_a_correlation_that_fails_is_told_and_the_frames_are_stored(
    tmp_path: Path, frames: list[LoopFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    step = DetectingEngine.step

    def failing(engine: DetectingEngine, frame: LoopFrame) -> object:
        if frame.time_s == frames[20].time_s:
            raise KeyError("no such incident")
        return step(engine, frame)

    monkeypatch.setattr(DetectingEngine, "step", failing)
    run_to_the_end(service_on(tmp_path / "live.db", [ListSource(frames)]))
    (event,) = [each for each in stored_events(tmp_path / "live.db") if each.kind is EventKind.DETECTOR_FAILED]
    assert (event.time_s, event.data["error"]) == (frames[20].time_s, "KeyError: 'no such incident'")
    assert "no such incident" in (tmp_path / "failures" / event.data["traceback"]).read_text()
    assert stored_times(tmp_path / "live.db") == [frame.time_s for frame in frames]


def test_frames_shed_under_overload_are_those_of_the_less_important_corridor_and_are_told(
    tmp_path: Path, frames: list[LoopFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    low_road = replace(ROAD, name="low road")
    setups = [replace(SETUP, importance=2), replace(SETUP, corridor=low_road, importance=1)]
    service = service_on(tmp_path / "live.db", [], setups, DecidingSettings(most_waiting=8, threads=1))
    for frame in frames[:12]:  # before the pool begins: all of it waits
        for name in (ROAD.name, low_road.name):
            service.works[name].take(frame_readings(replace(ROAD, name=name), frame).readings)
    service.start()
    wait_until(lambda: service.backlog.idle(0.0))
    shed = sum(work.counts.shed for work in service.works.values())
    assert service.works[low_road.name].counts.shed == 11
    assert service.status()["frames_shed_total"] == shed
    service.stop()
    (event, *_) = [each for each in stored_events(tmp_path / "live.db") if each.corridor == low_road.name]
    assert event.kind is EventKind.FRAMES_SHED
    assert dict(event.data) == {"frames": 11, "from_s": frames[0].time_s, "to_s": frames[10].time_s}
    assert len(stored_times(tmp_path / "live.db", low_road.name)) == 1


def test_a_corridor_without_readings_is_told_blind_once_and_back_also_over_a_restart(
    tmp_path: Path, frames: list[LoopFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.corridors.live_service.LOOK_EVERY_S", 0.02)
    setup = replace(SETUP, silent_after_s=1.0)  # with less, a busy machine decides on the last frames too late
    first = service_on(tmp_path / "live.db", [], [setup])
    first.start()
    first.push([pushed(frame) for frame in frames[:6]])
    wait_until(lambda: first.silences[ROAD.name].blind_since_s is not None)
    assert first.status()["corridors"][ROAD.name]["blind_since_s"] == frames[5].time_s
    assert first.ready() == ["corridor made road: no readings"]
    first.stop()
    second = service_on(tmp_path / "live.db", [], [setup])
    second.start()
    assert second.status()["corridors"][ROAD.name]["blind_since_s"] == frames[5].time_s
    second.push([pushed(frames[6])])
    wait_until(lambda: len(second.store.events_after(0)) >= 2)
    second.stop()
    events = stored_events(tmp_path / "live.db")[:2]
    assert [(event.kind, event.data["since_s"], event.data["exercise"]) for event in events] == [
        (EventKind.SOURCE_SILENT, frames[5].time_s, setup.exercise),
        (EventKind.SOURCE_BACK, frames[5].time_s, setup.exercise),
    ]


def test_a_state_of_another_version_is_not_used_but_what_was_learned_is(
    tmp_path: Path, frames: list[LoopFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_the_end(service_on(tmp_path / "live.db", [ListSource(frames[:20])]))
    monkeypatch.setattr(DetectorChoice, "fingerprint", lambda choice: "another")
    run_to_the_end(service_on(tmp_path / "live.db", [ListSource(frames)]))
    assert stored_times(tmp_path / "live.db") == [frame.time_s for frame in frames]
    kinds = [event.kind for event in stored_events(tmp_path / "live.db")]
    assert kinds.count(EventKind.OPENED) == 1


def test_the_status_tells_what_pages_read(tmp_path: Path, frames: list[LoopFrame]) -> None:
    service = service_on(tmp_path / "live.db", [ListSource(frames)])
    service.start()
    wait_until(lambda: service.over)
    status = service.status()
    road = status["corridors"][ROAD.name]
    assert (status["frames_total"], status["readings_total"], status["incidents_total"]) == (40, 40 * 18, 1)
    assert (road["last_frame_s"], road["missing_loops"], road["loops"]) == (frames[-1].time_s, 0, 18)
    assert road["detectors"] == {"alarming": {"state": "ok", "since_s": None, "error": "", "failures": 0}}
    assert status["sources"]["list"]["state"] == "ended"
    assert status["store"] == {"state": "ok"}
    assert [each["incident"] for each in status["recent_alerts"]] == [
        "made-road-" + status["recent_alerts"][0]["incident"][10:]
    ]
    assert (road["blind_since_s"], road["blind_reason"]) == (frames[-1].time_s, "its source has ended")
    service.stop()


def test_a_corridor_that_cannot_be_packed_says_so_and_goes_on(
    tmp_path: Path, frames: list[LoopFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(engine: DetectingEngine) -> bytes:
        raise TypeError("cannot pickle a lock")

    monkeypatch.setattr(DetectingEngine, "pack", refuse)
    service = service_on(tmp_path / "live.db", [ListSource(frames)])
    run_to_the_end(service)
    work: CorridorWork = service.works[ROAD.name]
    assert work.error == "no checkpoint: TypeError: cannot pickle a lock"
    assert stored_times(tmp_path / "live.db") == [frame.time_s for frame in frames]
