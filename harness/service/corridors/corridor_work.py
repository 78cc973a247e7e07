"""One corridor at work: readings in, frames decided on, stored with their events and told, the state kept now and then.

    take(readings) --> Assembler --> frames --> FrameBacklog --> decide(frame) --> engine --> store --> publish --> checkpoint

`take` may be called by any thread; `decide` is called by one at a time, which the backlog sees to.
"""

import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from harness.service.assembling.assembler import Assembled, Assembler
from harness.service.assembling.facts import Fact
from harness.service.corridors.corridor_checkpoints import CorridorCheckpoints
from harness.service.corridors.corridor_counts import CorridorCounts
from harness.service.corridors.corridor_events import clock_jumped, deciding_failed, frames_shed
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.failed_watch import FailedWatch
from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.frame_backlog import FrameBacklog, Shed, Waiting
from harness.service.corridors.storing_frames import commit
from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.sources.reading import Reading
from harness.service.store.event_store import EventStore
from scenarios.errors import in_one_line
from simulator.frame import LoopFrame

Publish = Callable[[Sequence[StoredEvent]], None]


@dataclass(frozen=True, slots=True, eq=False)
class ClosedFrame:
    """A frame to be decided on, and what was found about clocks before it."""

    frame: LoopFrame
    facts: tuple[Fact, ...] = ()


Backlog = FrameBacklog[ClosedFrame]


class CorridorWork:
    """Watches one corridor: the same readings give the same frames and events, before and after a crash."""

    def __init__(
        self,
        setup: CorridorSetup,
        settings: DecidingSettings,
        store: EventStore,
        backlog: Backlog,
        publish: Publish,
        failures: FailureLog,
        log: FilteringBoundLogger,
        checkpoint_begins_at: int = 0,
    ) -> None:
        self.setup, self.counts = setup, CorridorCounts()
        self.name = setup.corridor.name
        self._store, self._backlog, self._publish = store, backlog, publish
        self._failures, self._failed = failures, FailedWatch(setup)
        self._taking = threading.Lock()
        self._assembler = Assembler(setup.corridor, setup.assembling)
        self._engine = self._new_engine()
        self._log = log.bind(corridor=self.name)
        self._checkpoints = CorridorCheckpoints(setup, settings, store, self._log, checkpoint_begins_at)
        self.latest: LoopFrame | None = None
        self._broke = ""

    @property
    def error(self) -> str:
        """What is wrong with it, "" where nothing is: deciding on the last frame failed, or its state cannot be kept."""
        return self._broke or self._checkpoints.error

    @property
    def engine(self) -> DetectingEngine:
        """Its detectors."""
        return self._engine

    @property
    def assembler(self) -> Assembler:
        """What its readings are put together in."""
        return self._assembler

    @property
    def buffered_readings(self) -> int:
        """Readings that wait for their frame to close."""
        with self._taking:
            return self._assembler.buffered_readings

    def resume(self) -> None:
        """Go on where the store ends: decide again on frames after the last checkpoint. Pushed readings are to be taken again."""
        self._failed.resume(self._store)
        last_s = self._store.last_frame_s(self.name)
        if last_s is not None:
            self.latest = self._checkpoints.restore(self._engine, last_s)
            self._assembler.begin_after(last_s)

    def take(self, readings: Iterable[Reading]) -> None:
        """Take readings; frames that close wait to be decided on."""
        now_s = time.monotonic()
        with self._taking:
            self.counts.took(now_s)
            self._wait(self._assembler.add(readings), now_s)

    def finish(self) -> None:
        """Close all frames: its sources have ended."""
        with self._taking:
            self._wait(self._assembler.finish(), time.monotonic())

    def decide(self, waiting: Waiting[ClosedFrame], shed: Shed[ClosedFrame] | None) -> None:
        """Decide on a frame, store it with its events, and tell them. Never raises: what fails is told."""
        frame, began_s = waiting.item.frame, time.monotonic()
        events = [clock_jumped(self.name, fact) for fact in waiting.item.facts]
        if shed is not None:
            self.counts.shed += shed.frames
            from_s, to_s = shed.first.frame.time_s, shed.last.frame.time_s
            events.append(frames_shed(self.name, frame.time_s, shed.frames, from_s, to_s))
        try:
            events += self._engine.step(frame)
            events += self._failed.look(frame.time_s, self._engine.health)
            self._broke = ""
        except Exception as error:  # the correlation; a detector's failure stays inside the engine
            events.append(self._broken(frame.time_s, error))
        decided_s = time.monotonic()
        stored = commit(self._store, self.name, frame, events, None, self._log)
        self.latest = frame
        self._publish(stored)
        self.counts.decided(frame, stored, decided_s - began_s, time.monotonic() - waiting.since_s, time.monotonic())
        self._checkpoints.decided(self._engine, frame, self._backlog.waiting > 0)

    def checkpoint(self) -> None:
        """Keep the state after the last frame; called when nothing is decided on."""
        self._checkpoints.finish(self._engine, self.latest)

    def tell(self, kind: EventKind, time_s: float, key: str, note: str, data: dict[str, object]) -> None:
        """Store and publish an event that no frame brought."""
        event = Event(f"{self.name}/{kind.value}/{key}", self.name, time_s, kind, note=note, data=data)
        try:
            self._publish(self._store.append((event,)))
        except Exception as error:  # it is a message: the corridor goes on without it
            self._log.error("an event could not be stored", kind=kind.value, error=in_one_line(error))

    def _wait(self, done: Assembled, now_s: float) -> None:
        facts = tuple(done.facts)
        for frame in done.frames:
            self._backlog.put(self.name, ClosedFrame(frame, facts), now_s)
            facts = ()

    def _new_engine(self) -> DetectingEngine:
        setup = self.setup
        watch = IncidentWatch(setup.corridor, setup.incidents, setup.guidance)

        def keep(name: str, time_s: float, text: str) -> str:
            return self._failures.keep(setup.corridor.name, name, time_s, text)

        return DetectingEngine(setup.corridor, setup.detectors, watch, keep)

    def _broken(self, time_s: float, error: Exception) -> Event:
        """Begin anew with the last state that was stored; return what is told."""
        self._broke = in_one_line(error)
        file = self._failures.keep(self.name, "incidents", time_s, "".join(traceback.format_exception(error)))
        self._log.error("deciding on a frame failed", time_s=time_s, error=self._broke, traceback=file)
        self._engine = self._new_engine()
        self._checkpoints.recall(self._engine)
        return deciding_failed(self.name, time_s, self._broke, file)
