"""A service over a made road whose detector alarms when told to, its frames from a list, its store in a file."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path

import numpy as np

from detectors.detector import Decision
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.live_service import LiveService
from harness.service.corridors.source_runner import SourceSetup
from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading import ReadingBatch
from harness.service.store.sql_store import SqlStore
from harness.service.web.web_log import web_log
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from tests.harness.made_traffic import ROAD, frames_of, free_traffic

DEADLINE_S = 60.0
ALARMING = 11.0
"""A count of the first loop at which `Alarming` alarms."""


class Alarming:
    """Alarms in section 1 while the first loop counts ALARMING, and remembers nothing."""

    def __init__(self, corridor: Corridor) -> None:
        self._sections = corridor.sections

    def step(self, frame: LoopFrame) -> Decision:
        alarm = (np.arange(self._sections) == 1) & (frame.count[0, 0] == ALARMING)
        return Decision(frame.time_s, alarm.astype(np.float64), alarm)


def made_frames(frames: int = 40, alarm: range = range(10, 16)) -> list[LoopFrame]:
    count, speed = free_traffic(frames=frames)
    count[:, 0, 0] = 5.0
    count[alarm.start : alarm.stop, 0, 0] = ALARMING
    return list(frames_of(count, speed))


class ListSource:
    """Gives frames of a list, and `go_on` to hold it before one; `fail` raises once before a frame."""

    name = "list"
    repeats = True

    def __init__(self, frames: Sequence[LoopFrame], corridor: Corridor = ROAD) -> None:
        self.corridors = (corridor,)
        self._frames, self._stopped = frames, threading.Event()
        self.fail: dict[float, Exception] = {}
        self.hold_at: float | None = None
        self.go_on = threading.Event()
        self.asked: list[float | None] = []

    def batches(self, after_s: float | None) -> Iterator[ReadingBatch]:
        self.asked.append(after_s)
        for frame in self._frames:
            if after_s is not None and frame.time_s <= after_s:
                continue
            if frame.time_s == self.hold_at:
                self.go_on.wait(DEADLINE_S)
            if frame.time_s in self.fail:
                raise self.fail.pop(frame.time_s)
            if self._stopped.is_set():
                return
            yield frame_readings(self.corridors[0], frame)

    def stop(self) -> None:
        self._stopped.set()
        self.go_on.set()


def service_on(
    database: Path,
    sources: Sequence[ListSource],
    setups: Sequence[CorridorSetup] | None = None,
    settings: DecidingSettings | None = None,
    told: list[StoredEvent] | None = None,
    can_wait: bool = True,
) -> LiveService:
    publish: Callable[[Sequence[StoredEvent]], None] = (lambda events: None) if told is None else told.extend
    corridors = setups or [CorridorSetup(ROAD, (DetectorChoice("alarming"),))]
    return LiveService(
        corridors,
        [SourceSetup(source, tuple(each.name for each in source.corridors), can_wait) for source in sources],
        SqlStore(str(database)),
        settings or DecidingSettings(checkpoint_frames=7),
        publish,
        FailureLog(database.parent / "failures"),
        web_log(StringIO()),
    )


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is true; fail after a while."""
    deadline = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < deadline, "it has not become true"
        time.sleep(0.01)


def stored_events(database: Path) -> list[Event]:
    store = SqlStore(str(database))
    try:
        return [stored.event for stored in store.events_after(0, 10_000)]
    finally:
        store.close()


def stored_times(database: Path, corridor: str = ROAD.name) -> list[float]:
    store = SqlStore(str(database))
    try:
        return [frame.time_s for frame in store.frames(corridor)]
    finally:
        store.close()
