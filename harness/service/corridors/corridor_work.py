"""One corridor at work: readings in, frames decided on and stored with their events, the state kept now and then.

    take(readings) --> Assembler --> frames --> FrameBacklog --> decide(frame) --> engine --> store --> publish

`take` may be called by any thread; `decide` is called by one at a time, which the backlog sees to.
"""

import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from structlog.typing import FilteringBoundLogger

from harness.service.assembling.assembler import Assembled, Assembler
from harness.service.assembling.facts import Fact
from harness.service.corridors.corridor_counts import CorridorCounts
from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.frame_backlog import FrameBacklog, Shed, Waiting
from harness.service.corridors.storing_frames import commit
from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.sources.reading import Reading
from harness.service.store.event_store import EventStore
from scenarios.errors import MachineError, UserError, in_one_line
from simulator.frame import LoopFrame

WARM_UP_S = 3600.0
"""Data time of stored frames that detectors of another version observe before they decide, s. Chosen: their windows are shorter."""
DAY_S = 86400.0
THIN_EVERY_S = 3600.0
"""Data time between two thinnings of stored frames, s. Chosen: each is a scan of an index."""
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
    ) -> None:
        self.setup, self.counts = setup, CorridorCounts()
        self.name = setup.corridor.name
        self._settings, self._store, self._backlog, self._publish = settings, store, backlog, publish
        self._failures = failures
        self._taking = threading.Lock()
        self._assembler = Assembler(setup.corridor, setup.assembling)
        self._engine = self._new_engine()
        self._since_checkpoint = 0
        self._thinned_s = -np.inf
        self._log = log.bind(corridor=self.name)
        self.latest: LoopFrame | None = None
        self.error = ""

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
        last_s = self._store.last_frame_s(self.name)
        if last_s is not None:
            self._restore(last_s)
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
        events = [self._jump_event(fact) for fact in waiting.item.facts]
        if shed is not None:
            events.append(self._shed_event(frame.time_s, shed))
        try:
            events += self._engine.step(frame)
            self.error = ""
        except Exception as error:  # the correlation; a detector's failure stays inside the engine
            events.append(self._broken(frame.time_s, error))
        decided_s = time.monotonic()
        self._since_checkpoint += 1
        state = self._packed() if self._since_checkpoint >= self._settings.checkpoint_frames else None
        stored = commit(self._store, self.name, frame, events, state, self._log)
        self.latest = frame
        self._publish(stored)
        self.counts.decided(frame, stored, decided_s - began_s, time.monotonic() - waiting.since_s, time.monotonic())
        if state is not None:
            self._tidy(frame.time_s)

    def checkpoint(self) -> None:
        """Keep the state after the last frame; called when nothing is decided on."""
        state = self._packed() if self.latest is not None and self._since_checkpoint else None
        if self.latest is not None and state is not None:
            commit(self._store, self.name, self.latest, (), state, self._log)

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

    def _restore(self, last_s: float) -> None:
        kept = self._store.checkpoint(self.name)
        if kept is not None:
            try:
                self._engine.unpack(kept.state)
            except UserError as error:
                self._begin_with(kept.state, last_s, error)
                return
        for frame in self._store.frames(self.name, None if kept is None else kept.time_s, last_s):
            self._engine.step(frame)  # its events are stored
            self._since_checkpoint += 1
            self.latest = frame
        if self.latest is None:
            self.latest = next(self._store.frames(self.name, np.nextafter(last_s, -np.inf), last_s), None)

    def _begin_with(self, state: bytes, last_s: float, why: UserError) -> None:
        """Begin with what another version has learned, on the frames that it saw last."""
        told = []
        try:
            told = self._engine.recall(state)
        except UserError as error:
            told = [str(error)]
        self._log.warning("the state is another version's: detectors begin anew", why=str(why), not_kept=told)
        for frame in self._store.frames(self.name, last_s - WARM_UP_S, last_s):
            self._engine.warm_up(frame)
            self.latest = frame
        self._since_checkpoint = self._settings.checkpoint_frames  # the old one is of no use

    def _new_engine(self) -> DetectingEngine:
        setup = self.setup
        watch = IncidentWatch(setup.corridor, setup.incidents, setup.guidance)

        def keep(name: str, time_s: float, text: str) -> str:
            return self._failures.keep(setup.corridor.name, name, time_s, text)

        return DetectingEngine(setup.corridor, setup.detectors, watch, keep)

    def _packed(self) -> bytes | None:
        try:
            state = self._engine.pack()
        except Exception as error:  # a plug-in's detector that holds what pickle refuses
            self.error = f"no checkpoint: {in_one_line(error)}"
            self._log.error("the state cannot be packed", error=in_one_line(error))
            self._since_checkpoint = 0
            return None
        self._since_checkpoint = 0
        return state

    def _broken(self, time_s: float, error: Exception) -> Event:
        """Begin anew with the last state that was stored; return what is told."""
        self.error = in_one_line(error)
        file = self._failures.keep(self.name, "incidents", time_s, "".join(traceback.format_exception(error)))
        self._log.error("deciding on a frame failed", time_s=time_s, error=self.error, traceback=file)
        self._engine = self._new_engine()
        try:
            kept = self._store.checkpoint(self.name)
            if kept is not None:
                self._engine.unpack(kept.state)
        except (UserError, MachineError) as lost:
            self._log.error("detectors begin with nothing", error=str(lost))
        data = {"detector": "incidents", "error": self.error, "traceback": file}
        note = f"deciding failed: {self.error}; nothing is known of this frame"
        return Event(
            f"{self.name}/failed/{time_s!r}", self.name, time_s, EventKind.DETECTOR_FAILED, note=note, data=data
        )

    def _tidy(self, time_s: float) -> None:
        late_s = self.setup.corridor.period_s if self.setup.assembling.stamp == "start" else 0.0
        try:
            self._store.forget_journal(self.name, time_s - late_s)
            if self._settings.keep_days is not None and time_s >= self._thinned_s + THIN_EVERY_S:
                self._store.thin(self.name, time_s - self._settings.keep_days * DAY_S)
                self._thinned_s = time_s
        except Exception as error:  # it is done again after the next checkpoint
            self._log.warning("old rows stay", error=in_one_line(error))

    def _jump_event(self, fact: Fact) -> Event:
        data = {"what": fact.kind.value, "from_s": fact.from_s, "to_s": fact.to_s}
        key = f"{self.name}/{EventKind.CLOCK_JUMPED.value}/{fact.time_s!r}/{fact.to_s!r}"
        return Event(key, self.name, fact.time_s, EventKind.CLOCK_JUMPED, note=fact.kind.value, data=data)

    def _shed_event(self, time_s: float, shed: Shed[ClosedFrame]) -> Event:
        self.counts.shed += shed.frames
        from_s, to_s = shed.first.frame.time_s, shed.last.frame.time_s
        data = {"frames": shed.frames, "from_s": from_s, "to_s": to_s}
        note = f"overload: {shed.frames} frames were not decided on"
        key = f"{self.name}/{EventKind.FRAMES_SHED.value}/{from_s!r}"
        return Event(key, self.name, time_s, EventKind.FRAMES_SHED, note=note, data=data)
