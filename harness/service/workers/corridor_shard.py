"""One corridor that a worker holds: a `LiveService` of this corridor alone, fed by its stream, while the lease is its own.

    stream --> StreamSource --> LiveService (assembler, engine) --> FencedStore: frame, events, checkpoint, position, fence
                                                                       \\--> trim the stream, wake the front end

It begins anew from the store where it fails, and where readings come after its sources had ended.
"""

import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.live_service import LiveService
from harness.service.corridors.source_runner import SourceSetup
from harness.service.incidents.incident_event import StoredEvent
from harness.service.store.lease import Lease
from harness.service.store.sql_store import SqlStore
from harness.service.workers.commit_notice import CommitNotice
from harness.service.workers.fenced_store import FencedStore
from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.stream_ledger import StreamLedger, held_frames
from harness.service.workers.stream_source import StreamSource
from harness.service.workers.worker_timing import KEEP_POSITION_S
from scenarios.errors import MachineError, UserError, in_one_line

LOOK_S = 0.2
"""Time between two looks whether the corridor is to end, s. Chosen: it is given back that soon."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0
"""Time after a failure until the corridor begins anew, at first and at most, s. Chosen: doubled in between."""


@dataclass(frozen=True, slots=True)
class ShardTools:
    """What all corridors of a worker share."""

    store: SqlStore
    link: RedisLink
    streams: ReadingStreams
    settings: DecidingSettings
    failures: FailureLog
    log: FilteringBoundLogger


class CorridorShard:
    """Watches one corridor under one lease, in a thread of its own."""

    def __init__(self, setup: CorridorSetup, lease: Lease, tools: ShardTools) -> None:
        self.setup, self.lease, self._tools = setup, lease, tools
        self.name = setup.corridor.name
        self._log = tools.log.bind(corridor=self.name)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"corridor {self.name}", daemon=True)
        self._service: LiveService | None = None
        self._store: FencedStore | None = None
        self._lost = ""
        self.error = ""

    @property
    def ended(self) -> bool:
        """Whether it watches no more: nothing is written after that."""
        return self._thread.ident is not None and not self._thread.is_alive()

    @property
    def lost(self) -> bool:
        """Whether another worker has its lease."""
        return bool(self._lost)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Let it decide on what it has read, keep its state and end."""
        self._ending.set()

    def lose(self) -> None:
        """Let it end at once: the lease is another's."""
        self._lost = self._lost or f"the lease of {self.name} is another worker's"
        if self._store is not None:
            self._store.lose(self._lost)
        self._ending.set()

    def join(self, timeout_s: float) -> bool:
        """Wait until it has ended; return whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def report(self) -> Mapping[str, Any]:
        """Return its status as JSON: that of a service of this corridor alone; `waits_for`: why nothing is stored just now."""
        service, store = self._service, self._store
        try:
            told = {} if service is None else dict(service.status())
        except Exception as error:  # of what other threads change meanwhile; the next beat tells it
            self._log.warning("no status", error=in_one_line(error))
            told = {}
        return {**told, "error": self.error, "waits_for": "" if store is None else store.waits_for}

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._ending.is_set():
            try:
                self._watch()
                wait_s, self.error = FIRST_WAIT_S, ""
                continue
            except (UserError, MachineError) as error:
                self.error = str(error)
            except Exception as error:  # a bug in one corridor must not end the others
                self.error = in_one_line(error)
                self._log.error("a corridor failed", traceback=traceback.format_exc())
            self._log.warning("a corridor begins anew", error=self.error, wait_s=wait_s)
            self._ending.wait(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _watch(self) -> None:
        """Watch the corridor until it is to end, has lost its lease, or is to be read anew."""
        tools = self._tools
        ledger = StreamLedger(held_frames(self.setup.assembling, self.setup.corridor.period_s))
        store = FencedStore(tools.store, self.lease, ledger, self._ending, self._log)
        if self._lost:
            return
        source = StreamSource(
            self.setup, tools.streams, ledger, lambda: tools.store.stream_position(self.name), self._log
        )
        last_s = tools.store.last_frame_s(self.name)
        if last_s is not None:
            ledger.begin_after(last_s)
        notice = CommitNotice(tools.link, tools.streams, self.name, self._log)

        def publish(events: Sequence[StoredEvent]) -> None:
            notice.tell(store.position)

        service = LiveService(
            (self.setup,),
            (SourceSetup(source, (self.name,), can_wait=True),),
            store,
            replace(tools.settings, threads=1),
            publish,
            tools.failures,
            self._log,
        )
        self._store, self._service = store, service
        try:
            service.start()
            looks = 0
            while not self._ending.wait(LOOK_S) and not store.over and not source.has_more():
                looks += 1
                if looks % round(KEEP_POSITION_S / LOOK_S) == 0:
                    store.settle(self.name)
                    notice.tell(store.position)
        finally:
            service.stop()
            self._service = None
        if store.over and not self._ending.is_set():
            self._lost = store.over
            self._ending.set()
