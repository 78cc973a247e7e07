"""The front end of a service whose corridors are watched by workers: page, API and sources, and no detector.

    sources, pushes --> StreamFeed --> Redis stream of each corridor --> workers --> table of events --> page, API

It is what pages ask (`harness.service.web.service_view.ServiceView`). What is accepted is in Redis: as safe as that keeps it.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.corridor_work import Publish
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.push_checks import PushChecks
from harness.service.corridors.source_runner import SourceRunner, SourceSetup, all_ended, stop_runners
from harness.service.sources.push_receipt import OverloadError, PushReceipt
from harness.service.sources.reading import ReadingBatch
from harness.service.store.event_store import EventStore
from harness.service.store.lease_table import LeaseTable
from harness.service.workers.front_status import FrontStatus
from harness.service.workers.latest_frames import LatestFrames
from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.stream_feed import LOOK_S, StreamFeed
from harness.service.workers.wake_up import WakeListener
from harness.service.workers.worker_timing import AGAIN_S
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, in_one_line
from simulator.frame import LoopFrame

MOST_UNREAD = 16
"""Batches of a source that can wait that lie unread in a stream. Chosen: workers read 8 at once, and are never idle."""
RETRY_S = 5.0
"""When to push again where Redis does not answer, or too much lies unread, s. Chosen: a server is back in seconds."""
LOOK_FOR_END_S = 0.5
END_S = 10.0
"""Time for a source to end, s. Chosen; what it had not given is given again after the next start, or by its sender."""


class FrontEnd:
    """Feeds the streams and tells pages what workers found, until it is stopped."""

    def __init__(
        self,
        corridors: Sequence[CorridorSetup],
        sources: Sequence[SourceSetup],
        store: EventStore,
        settings: DecidingSettings,
        publish: Publish,
        leases: LeaseTable,
        link: RedisLink,
        log: FilteringBoundLogger,
    ) -> None:
        self._setups = {setup.corridor.name: setup for setup in corridors}
        self._store, self._link, self._settings, self._log = store, link, settings, log
        self._streams = ReadingStreams(link)
        self._feed = StreamFeed(self._streams)
        self._checks = PushChecks(corridors)
        self._frames = LatestFrames(store)
        self._runners = [SourceRunner(setup, self._take, self._after(setup), log) for setup in sources]
        self._publish = publish
        self._listener = WakeListener(link, self._woken, log)
        self._watcher = threading.Thread(target=self._watch, name="ends of sources", daemon=True)
        self._stopping = threading.Event()
        self._started = False
        self._status = FrontStatus(self._setups, self._runners, store, leases, link, self._feed)

    @property
    def store(self) -> EventStore:
        """Where events and incidents are."""
        return self._store

    @property
    def corridors(self) -> Mapping[str, Corridor]:
        """The corridors that workers watch, by name."""
        return {name: setup.corridor for name, setup in self._setups.items()}

    def start(self) -> None:
        """Begin; whatever does not answer yet is waited for."""
        self._listener.start()
        self._watcher.start()
        for runner in self._runners:
            runner.start()
        self._started = True
        self._log.info("started", corridors=len(self._setups), sources=len(self._runners), redis=self._link.name)

    def stop(self) -> None:
        """End; workers go on with what is in the streams. Closes the store."""
        self._stopping.set()
        stop_runners(self._runners, END_S, self._log)
        self._listener.stop()
        if self._watcher.ident is not None:
            self._watcher.join(END_S)
        self._store.close()
        self._log.info("stopped")

    def push(self, batches: Sequence[ReadingBatch]) -> PushReceipt:
        """Take readings; returns when they are in Redis. Raises OverloadError where it does not answer, or too much is unread."""
        if not self._started or self._stopping.is_set():
            raise OverloadError(1.0)
        good, refused, told = self._checks.sort_out(batches)
        try:
            for batch in good:
                unread = self._feed.unread(batch.corridor)[1]
                if unread and unread + len(batch.readings) > self._settings.most_pushed:
                    raise OverloadError(RETRY_S)
            for batch in good:
                self._feed.add(batch)
        except MachineError as error:
            raise OverloadError(RETRY_S, str(error)) from error
        accepted = sum(len(batch.readings) for batch in good)
        self._status.pushed(accepted)
        return PushReceipt(accepted, told, refused)

    def latest_frame(self, corridor: str) -> LoopFrame | None:
        """Return the last frame that was decided on."""
        return self._frames.of(corridor) if corridor in self._setups else None

    def status(self) -> Mapping[str, Any]:
        """Return the status as JSON: of this process, and what workers told."""
        return self._status.as_json(self._started)

    def ready(self) -> Sequence[str]:
        """Return what keeps the service from its work, in words; empty where it is ready."""
        return self._status.what_is_missing(self._started)

    def _woken(self, corridor: str) -> None:
        self._frames.outdate(corridor)
        self._publish(())

    def _take(self, batch: ReadingBatch, setup: SourceSetup) -> bool:
        """Add a batch of a source, waiting for Redis, and for room; return false where the service ends."""
        if batch.corridor not in self._setups:
            return not self._stopping.is_set()
        while not self._stopping.is_set():
            try:
                entries, readings = self._feed.unread(batch.corridor)
                is_full = entries >= MOST_UNREAD if setup.can_wait else readings > self._settings.most_pushed
                if not is_full:
                    self._feed.add(batch)
                    return True
                self._stopping.wait(LOOK_S)
            except MachineError:  # the status says so
                self._stopping.wait(AGAIN_S)
        return False

    def _after(self, setup: SourceSetup) -> Callable[[], float | None]:
        def after_s() -> float | None:
            """The data time from which a source that repeats is to give its readings.

            What its streams hold need not come again, but for the last of it, which may have come in part: what is older than the
            allowed lateness would be late anyway.
            """
            ends: list[float] = []
            for name in setup.corridors:
                known = [end for end in (self._store.last_frame_s(name), self._streamed_s(name)) if end is not None]
                if not known:
                    return None
                ends.append(max(known))
            return min(ends, default=None)

        return after_s

    def _streamed_s(self, corridor: str) -> float | None:
        newest_s, setup = self._streams.newest_stamp_s(corridor), self._setups[corridor]
        if newest_s is None:
            return None
        return newest_s - setup.assembling.allowed_lateness_s - 2 * setup.corridor.period_s

    def _watch(self) -> None:
        """Tell workers where the sources of a corridor have ended."""
        told: set[str] = set()
        while not self._stopping.wait(LOOK_FOR_END_S):
            for name in self._setups:
                runners = [runner for runner in self._runners if name in runner.setup.corridors]
                if name in told or not all_ended(runners):
                    continue
                try:
                    self._streams.add_end(name)
                    told.add(name)
                except MachineError as error:
                    self._log.warning("the end of sources is not told yet", corridor=name, error=in_one_line(error))
