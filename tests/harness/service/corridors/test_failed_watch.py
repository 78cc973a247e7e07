"""A corridor none of whose detectors decides is told once, after a while, and its end once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, Entry
from detectors.detector import Decision, Detector
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.failed_watch import FAILED_FOR_S, FailedWatch
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from tests.harness.made_traffic import ROAD
from tests.harness.service.corridors.played_frames import ListSource, made_frames, service_on, stored_events, wait_until
from tests.harness.service.store.database_servers import quick_folder

SETUP = CorridorSetup(ROAD, ())
SINCE_S = 600.0


def health(*blind_since_s: float | None) -> list[dict[str, object]]:
    """How detectors are, each blind since a time, or deciding."""
    return [{"name": str(k), "deciding": each is None, "blind_since_s": each} for k, each in enumerate(blind_since_s)]


def told(watch: FailedWatch, steps: Sequence[tuple[float, list[dict[str, object]]]]) -> list[Event]:
    """What is told over some frames."""
    return [event for time_s, how in steps for event in watch.look(time_s, how)]


def test_a_failure_of_all_is_told_once_and_its_end_once() -> None:
    frames = [(SINCE_S + 30.0 * k, health(SINCE_S, SINCE_S - 300.0)) for k in range(10)]
    events = told(FailedWatch(SETUP), [*frames, (900.0, health(SINCE_S, None)), (930.0, health(None, None))])
    assert [(event.kind, event.time_s, event.data["since_s"]) for event in events] == [
        (EventKind.DETECTORS_FAILED, SINCE_S + FAILED_FOR_S, SINCE_S),
        (EventKind.DETECTORS_BACK, 900.0, SINCE_S),
    ]


def test_a_failure_that_mends_itself_and_one_of_several_detectors_call_nobody() -> None:
    short = [(SINCE_S, health(SINCE_S)), (SINCE_S + 30.0, health(None))]
    one_of_two = [(SINCE_S + 30.0 * k, health(SINCE_S, None)) for k in range(20)]
    assert told(FailedWatch(SETUP), [*short, *one_of_two]) == []


def test_a_restart_tells_the_same_failure_no_second_time_and_its_end_all_the_same() -> None:
    with quick_folder() as folder:
        store = SqlStore(str(folder / "live.db"))
        first = FailedWatch(SETUP)
        store.append(first.look(SINCE_S + FAILED_FOR_S, health(SINCE_S)))
        second = FailedWatch(SETUP)
        second.resume(store)
        assert second.look(SINCE_S + FAILED_FOR_S + 30.0, health(SINCE_S)) == []
        (back,) = second.look(900.0, health(None))
        assert (back.kind, back.data["since_s"]) == (EventKind.DETECTORS_BACK, SINCE_S)
        store.close()


class Broken:
    """A detector that raises on every frame."""

    def step(self, frame: LoopFrame) -> Decision:
        raise ZeroDivisionError("no such count")


def test_a_running_service_tells_that_all_its_detectors_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        return Broken()

    monkeypatch.setitem(DETECTORS, "broken", Entry("broken", "fails", build, module=__name__))
    frames = made_frames()
    setup = CorridorSetup(ROAD, (DetectorChoice("broken"),), exercise=True)
    service = service_on(tmp_path / "live.db", [ListSource(frames)], [setup])
    service.start()
    wait_until(lambda: service.over)
    service.stop()
    first_s = frames[0].time_s
    assert [(event.kind, event.time_s) for event in stored_events(tmp_path / "live.db")] == [
        (EventKind.DETECTOR_FAILED, first_s),
        (EventKind.DETECTORS_FAILED, first_s + FAILED_FOR_S),
    ]
    assert stored_events(tmp_path / "live.db")[1].data == {"since_s": first_s, "exercise": True}
