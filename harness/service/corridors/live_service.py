"""The running service: sources in threads of their own, corridors decided on by a small pool, silence watched, pushes taken.

    source threads, pushes --> CorridorWork.take --> FrameBacklog --> pool --> CorridorWork.decide --> store, publish

It is what pages ask (`harness.service.web.service_view.ServiceView`).
"""

import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.corridor_work import Backlog, CorridorWork, Publish
from harness.service.corridors.deciding_pool import DecidingPool
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.frame_backlog import FrameBacklog
from harness.service.corridors.push_checks import PushChecks
from harness.service.corridors.push_gate import PushGate
from harness.service.corridors.service_status import service_status, what_is_missing
from harness.service.corridors.silence_watch import SilenceWatch
from harness.service.corridors.source_runner import SourceRunner, SourceSetup, all_ended, stop_runners
from harness.service.sources.push_receipt import OverloadError, PushReceipt
from harness.service.sources.reading import ReadingBatch
from harness.service.store.event_store import EventStore
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

LEAST_WAITING = 4
"""Frames of one corridor that may wait, of a source that can wait. Chosen: enough that the pool is never idle."""
DRAIN_S = 20.0
"""Time for what waits to be decided on at the end, s. Chosen; what is left is decided on after the next start."""
LOOK_EVERY_S = 1.0
"""Time between two looks for silent corridors, s. Chosen: a silence is told in minutes."""


class LiveService:
    """Watches corridors until it is stopped."""

    def __init__(
        self,
        corridors: Sequence[CorridorSetup],
        sources: Sequence[SourceSetup],
        store: EventStore,
        settings: DecidingSettings,
        publish: Publish,
        failures: FailureLog,
        log: FilteringBoundLogger,
    ) -> None:
        importance = {setup.corridor.name: setup.importance for setup in corridors}
        self._backlog: Backlog = FrameBacklog(importance, max(settings.most_waiting, LEAST_WAITING * len(corridors)))
        self._store = store
        # In turn: the checkpoints of many corridors in one frame would hold up the next.
        every = settings.checkpoint_frames
        self.works = {
            setup.corridor.name: CorridorWork(
                setup, settings, store, self._backlog, publish, failures, log, k * every // len(corridors)
            )
            for k, setup in enumerate(corridors)
        }
        self._checks, self.pushes = PushChecks(corridors), PushGate(settings.most_pushed)
        self.silences = {name: SilenceWatch(work) for name, work in self.works.items()}
        self.runners = [SourceRunner(each, self._take, partial(self._after_s, each.corridors), log) for each in sources]
        self.pulled = frozenset(name for setup in sources for name in setup.corridors)
        self._pool = DecidingPool(settings.threads, self._backlog, self.works, log)
        self._watcher = threading.Thread(target=self._watch, name="silence", daemon=True)
        self._stopping = threading.Event()
        self._finished: set[str] = set()
        self.began_s, self.started = time.monotonic(), False
        self._log = log

    @property
    def store(self) -> EventStore:
        """Where events and incidents are."""
        return self._store

    @property
    def backlog(self) -> Backlog:
        """The frames that wait."""
        return self._backlog

    @property
    def corridors(self) -> Mapping[str, Corridor]:
        """The corridors it watches, by name."""
        return {name: work.setup.corridor for name, work in self.works.items()}

    def start(self) -> None:
        """Go on where the store ends, then let sources begin. Raises what the store raises."""
        self._pool.start()
        for name, work in self.works.items():
            work.resume()
            for batch in self._store.journaled(name):
                if not self._wait_for_room(name):
                    return
                work.take(batch.readings)
            self.silences[name].resume(self._store)
        self.started = True
        for runner in self.runners:
            runner.start()
        self._watcher.start()
        self._log.info("started", corridors=len(self.works), sources=len(self.runners))

    def stop(self) -> None:
        """End: sources first, then what waits is decided on, and the state of every corridor is kept. Closes the store."""
        self._stopping.set()
        stop_runners(self.runners, DRAIN_S, self._log)
        drained = self._backlog.idle(DRAIN_S)
        self._backlog.close()
        self._pool.join(DRAIN_S)
        if self._watcher.ident is not None:
            self._watcher.join(DRAIN_S)
        for work in self.works.values():
            work.checkpoint()
        self._store.close()
        self._log.info("stopped", all_decided=drained)

    @property
    def over(self) -> bool:
        """Whether all sources have ended and all their frames are decided on."""
        return all_ended(self.runners) and self._finished >= self.pulled and self._backlog.idle(0.0)

    def push(self, batches: Sequence[ReadingBatch]) -> PushReceipt:
        """Take readings; returns when they are safe. Raises OverloadError."""
        if not self.started or self._stopping.is_set():
            raise OverloadError(1.0)
        with self.pushes.let_in(sum(len(batch.readings) for batch in batches)):
            return self._journaled(batches)

    def latest_frame(self, corridor: str) -> LoopFrame | None:
        """Return the last frame that was decided on."""
        work = self.works.get(corridor)
        return None if work is None else work.latest

    def status(self) -> Mapping[str, Any]:
        """Return the status as JSON."""
        return service_status(self)

    def ready(self) -> Sequence[str]:
        """Return what keeps the service from its work, in words; empty where it is ready."""
        return what_is_missing(self)

    def ended(self, corridor: str) -> bool:
        """Return whether no more readings come for a corridor."""
        return all_ended([runner for runner in self.runners if corridor in runner.setup.corridors])

    def _journaled(self, batches: Sequence[ReadingBatch]) -> PushReceipt:
        good, refused, told = self._checks.sort_out(batches)
        for batch in good:
            self._store.journal(batch)
            self.works[batch.corridor].take(batch.readings)
        return PushReceipt(sum(len(batch.readings) for batch in good), told, refused)

    def _take(self, batch: ReadingBatch, setup: SourceSetup) -> bool:
        """Take a batch of a source, waiting for room where it can; return false where the service ends."""
        work = self.works.get(batch.corridor)
        if work is None:
            return not self._stopping.is_set()
        if setup.can_wait and not self._wait_for_room(batch.corridor):
            return False
        if not setup.source.repeats:
            self._store.journal(batch)
        work.take(batch.readings)
        return True

    def _wait_for_room(self, corridor: str) -> bool:
        while not self._backlog.wait_for_room(corridor, LEAST_WAITING, LOOK_EVERY_S):
            if self._stopping.is_set():
                return False
        return True

    def _after_s(self, corridors: Sequence[str]) -> float | None:
        """Return the data time up to which all of these have frames, None where one has none."""
        ends = [self._store.last_frame_s(name) for name in corridors]
        return None if not ends or None in ends else min(end for end in ends if end is not None)

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            for name, silence in self.silences.items():
                ended = self.ended(name)
                if ended and name not in self._finished:
                    self.works[name].finish()
                    self._finished.add(name)
                try:
                    silence.look(ended)
                except Exception:
                    self._log.exception("silence cannot be watched", corridor=name)
