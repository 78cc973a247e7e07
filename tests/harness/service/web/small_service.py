"""A small running service around a real store: what is pushed is a frame at once, and a slow lane opens an incident.

`python -m tests.harness.service.web.small_service STORE PORT` serves it until it is killed.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from harness.service.incidents.incident_event import Event, EventKind
from harness.service.sources.push_receipt import OverloadError, PushReceipt
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.event_store import EventStore
from harness.service.store.open_store import open_store
from harness.service.web.event_broadcast import EventBroadcast
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

ROAD = "A4 east"
CORRIDOR = Corridor(
    ROAD, 30.0, tuple(Station(f"km {place / 1000:.1f}", place, 3) for place in np.arange(0.0, 8000.0, 800.0).tolist())
)
FREE_MPS, SLOW_MPS = 30.0, 5.0
OPENED: dict[str, Any] = {
    "detector": "sequential",
    "joined_by": ["california"],
    "kind": "lanes blocked",
    "kind_rule": "lanes estimated to be blocked, and the road is not closed",
    "kind_values": {"lanes blocked": 1.0, "lanes": 3.0},
    "severity": "high",
    "severity_score": 0.74,
    "severity_parts": {"posterior": 0.98, "lanes blocked": 0.33, "queue": 0.4, "growth": 0.6},
    "section": 4,
    "sections": [3, 4],
    "position_m": 3550.0,
    "lanes": [1],
    "onset_s": 570.0,
    "confidence": 0.98,
    "queue_veh": 34.0,
    "tail_m": 2700.0,
    "evidence": "speed at km 3.2 fell from 29 to 4 m/s while it stayed at 30 m/s at km 4.0",
    "actions": ["Look at a camera", "Send a patrol", "Warn drivers upstream by variable message signs"],
    "silenced_by": "",
    "exercise": True,
}


class SmallService:
    """A service for tests; `trouble` can be set, and `publish` is what a frame wakes."""

    def __init__(self, store: EventStore) -> None:
        self.broadcast = EventBroadcast()
        self.corridors: Mapping[str, Corridor] = {ROAD: CORRIDOR}
        self.renew(store)

    def renew(self, store: EventStore) -> None:
        """Begin anew with another store."""
        self.store = store
        self.not_ready: list[str] = []
        self.retry_after_s: float | None = None
        self.told: dict[str, Any] = {}
        self._latest: LoopFrame | None = None
        for self._latest in store.frames(ROAD):
            pass

    def push(self, batches: Sequence[ReadingBatch]) -> PushReceipt:
        """Make a frame of each batch of the known road."""
        if self.retry_after_s is not None:
            raise OverloadError(self.retry_after_s)
        accepted, refused = 0, []
        for batch in batches:
            if batch.corridor != ROAD:
                refused.append(f"corridor {batch.corridor!r} is not watched")
                continue
            accepted += len(batch.readings)
            frame = frame_of(batch)
            slow = np.argwhere(frame.speed < SLOW_MPS)
            self.frame(frame, [opened(frame.time_s, int(slow[0][0]), int(slow[0][1]))] if len(slow) else [])
        return PushReceipt(accepted, tuple(refused), len(refused))

    def frame(self, frame: LoopFrame, events: Sequence[Event] = ()) -> None:
        """Store a frame and its events, and tell."""
        stored = self.store.commit_frame(ROAD, frame, events)
        self._latest = frame
        self.broadcast.publish(stored)

    def latest_frame(self, corridor: str) -> LoopFrame | None:
        """The last frame."""
        return self._latest

    def status(self) -> Mapping[str, Any]:
        """The status, with what a test has set."""
        last_s = self._latest.time_s if self._latest else None
        road: dict[str, Any] = {
            "last_frame_s": last_s,
            "last_frame_wall_s": time.time(),
            "behind_s": 0.0,
            "blind_since_s": None,
            "loops": 30,
            "missing_loops": 0,
            "silent_stations": [],
            "detectors": {"sequential": {"state": "ok", "since_s": 0.0}},
            "exercise": True,
            "time_zone": None,
        }
        return {
            "uptime_s": 12.0,
            "frames_total": 3,
            "readings_total": 90,
            "store": {"state": "ok"},
            "corridors": {ROAD: {**road, **self.told}},
        }

    def ready(self) -> Sequence[str]:
        """What a test has set."""
        return self.not_ready


def frame_of(batch: ReadingBatch) -> LoopFrame:
    """A frame of a batch; what it lacks is not known."""
    names = [station.name for station in CORRIDOR.stations]
    count, speed, occupancy = (np.full((len(names), CORRIDOR.lanes), np.nan) for _ in range(3))
    for reading in batch.readings:
        place = names.index(reading.station), reading.lane
        count[place], speed[place], occupancy[place] = reading.count_veh, reading.speed_mps, reading.occupancy
    return LoopFrame(batch.readings[0].time_s, count, speed, occupancy)


def free_frame(time_s: float, slow: Mapping[tuple[int, int], float] | None = None) -> LoopFrame:
    """A frame of free traffic, slow at some stations and lanes."""
    shape = (len(CORRIDOR.stations), CORRIDOR.lanes)
    speed = np.full(shape, FREE_MPS)
    for place, value in (slow or {}).items():
        speed[place] = value
    return LoopFrame(time_s, np.full(shape, 10.0), speed, np.full(shape, 0.1))


def batch_of(frame: LoopFrame) -> ReadingBatch:
    """The readings of a frame."""
    return ReadingBatch(
        ROAD,
        tuple(
            Reading(
                station.name,
                lane,
                frame.time_s,
                *(float(each[place, lane]) for each in (frame.count, frame.speed, frame.occupancy)),
            )
            for place, station in enumerate(CORRIDOR.stations)
            for lane in range(station.lanes)
        ),
    )


def opened(time_s: float, section: int = 4, lane: int = 1, /, **data: Any) -> Event:
    """The event that opens an incident; its id is made of road and time, as the service's are."""
    values = {**OPENED, "section": section, "sections": [section], "lanes": [lane]}
    return event(
        EventKind.OPENED, f"{ROAD}/{time_s:.0f}", time_s, **{**values, "position_m": 800.0 * section + 350.0, **data}
    )


def event(kind: EventKind, incident: str, time_s: float, /, **data: Any) -> Event:
    """An event that a frame brings."""
    return Event(f"{incident} {kind} {time_s:.0f}", ROAD, time_s, kind, incident, data=data)


@contextmanager
def serving(service: SmallService, settings: WebSettings, log: TextIO | None = None) -> Iterator[str]:
    """The address of a running server."""
    server = PageServer(create_app(service, settings, service.broadcast, log), settings)
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


def main() -> None:
    """Serve a store until killed."""
    service = SmallService(open_store(sys.argv[1]))
    settings = WebSettings(port=int(sys.argv[2]), heartbeat_s=1.0)
    with serving(service, settings) as address:
        Path(sys.argv[3]).write_text(address, encoding="utf-8")
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
