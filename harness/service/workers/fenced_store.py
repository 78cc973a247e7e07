"""A store for one corridor of a worker: every frame goes with its lease and its position in the stream, or not at all.

Where the database does not answer, a call waits until it does: readings stay in the stream meanwhile. Once a call failed for
good (another worker has the lease, or this one ends) nothing is stored any more: a frame stored after one that was not would
move the position over the readings of the lost one.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from structlog.typing import FilteringBoundLogger

from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.store.lease import Lease, LeaseLostError
from harness.service.store.sql_store import SqlStore
from harness.service.workers.stream_ledger import StreamLedger
from harness.service.workers.worker_timing import AGAIN_S
from scenarios.errors import MachineError
from simulator.frame import LoopFrame

Answer = TypeVar("Answer")


class FencedStore(SqlStore):
    """The store that a corridor of a worker writes to; `shared` is the worker's, `lease` that of the corridor."""

    def __init__(
        self,
        shared: SqlStore,
        lease: Lease,
        ledger: StreamLedger,
        ending: threading.Event,
        log: FilteringBoundLogger,
    ) -> None:
        super().__init__(shared.database)
        self._lease, self._ledger, self._ending, self._log = lease, ledger, ending, log
        self._one_at_a_time = threading.RLock()
        self.over = ""
        self.waits_for = ""
        self.position: str | None = None

    def commit_frame(
        self,
        corridor: str,
        frame: LoopFrame,
        events: Sequence[Event],
        checkpoint: bytes | None = None,
        lease: Lease | None = None,
        position: str | None = None,
        wall_s: float | None = None,
    ) -> list[StoredEvent]:
        """Store a frame with its events, checkpoint and position. Raises MachineError once nothing is stored any more."""

        def write() -> list[StoredEvent]:
            known = self._ledger.position_with(frame.time_s)
            stored = super(FencedStore, self).commit_frame(
                corridor, frame, events, checkpoint, self._lease, known, wall_s
            )
            self._ledger.committed(frame.time_s)
            self.position = known if known is not None else self.position
            return stored

        return self._until_done(write)

    def append(
        self,
        events: Sequence[Event],
        version: int | None = None,
        lease: Lease | None = None,
        wall_s: float | None = None,
    ) -> list[StoredEvent]:
        """Store events that no frame brought."""
        return self._until_done(lambda: super(FencedStore, self).append(events, version, self._lease, wall_s))

    def settle(self, corridor: str) -> None:
        """Store the position where it moved without a frame."""
        with self._one_at_a_time:
            known = self._ledger.now()
            if known is None or known == self.position or self.over:
                return
            try:
                self.keep_position(corridor, known, self._lease)
                self.position = known
            except LeaseLostError as error:
                self.lose(str(error))
            except MachineError as error:  # the next look does it
                self._log.warning("a position is not stored", error=str(error))

    def lose(self, why: str) -> None:
        """Store nothing any more."""
        self.over = self.over or why

    def close(self) -> None:
        """Leave the database open: it is the worker's."""

    def _until_done(self, write: Callable[[], Answer]) -> Answer:
        with self._one_at_a_time:
            while not self.over:
                try:
                    done = write()
                except LeaseLostError as error:
                    self.lose(str(error))
                except MachineError as error:
                    if not self.waits_for:
                        self._log.warning("the database does not answer: the corridor waits", error=str(error))
                    self.waits_for = str(error)
                    if self._ending.wait(AGAIN_S):
                        self.lose(f"ended while {error}")
                else:
                    self.waits_for = ""
                    return done
        raise MachineError(f"{self.over}: what is not stored is decided on again, from the stream")
