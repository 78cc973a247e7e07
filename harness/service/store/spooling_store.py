"""A store that goes on where its database does not answer: what is to be stored waits in a spool, what is asked comes from memory.

    the database answers       every call is its call, and what it says is remembered
    it stops answering         frames, events, checkpoints and pushed batches go to the spool (on the disk when the call returns);
                               reads are answered from memory, or raise MachineError where memory does not hold all of the answer
    it answers again           the spool is played in, in order; only then it is asked again

Events that wait get the numbers that follow the last one. They keep them where this process is the only one that writes
(`alone`). Where others write too, a person's changes are refused while the database does not answer, and the service's events
are numbered when it does.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

from harness.records.folder_lock import lock_folder
from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.sources.reading import ReadingBatch
from harness.service.store.database_errors import NoAnswerError
from harness.service.store.event_rows import as_stored
from harness.service.store.lease import Lease
from harness.service.store.outage import TRY_AGAIN_S, Outage
from harness.service.store.spool_player import write_record
from harness.service.store.spool_records import SpooledRecord
from harness.service.store.sql_store import SqlStore
from harness.service.store.storable import check_event, check_text, check_time
from harness.service.store.store_reads import StoreReads
from harness.service.store.store_state import StoreState
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import LoopFrame


class SpoolingStore(StoreReads):
    """An `EventStore` around one on a database. `folder` is its spool's, `alone` as above; it has a thread while it waits."""

    def __init__(
        self,
        store: SqlStore,
        folder: Path,
        alone: bool = True,
        wall_clock: Callable[[], float] = time.time,
        try_again_s: float = TRY_AGAIN_S,
    ) -> None:
        """Play in what an earlier process left. Raises MachineError where the database does not answer at the start."""
        self._open = ExitStack()
        try:
            self._open.enter_context(lock_folder(folder))
        except UserError:
            raise UserError(f"the spool {folder} is another process's: does one of this site run already?") from None
        self._wall_clock = wall_clock
        try:
            outage = Outage(store, folder, alone, wall_clock, try_again_s)
            super().__init__(store, outage)
            self._open.callback(outage.close)
            outage.recover()
        except BaseException:
            self._open.close()
            raise

    def commit_frame(
        self,
        corridor: str,
        frame: LoopFrame,
        events: Sequence[Event],
        checkpoint: bytes | None = None,
        lease: Lease | None = None,
    ) -> list[StoredEvent]:
        """Store a frame, its events and a checkpoint, or let them wait together; return the events that are new."""
        check_text("name of a corridor", corridor)
        check_time("time_s of a frame", frame.time_s)
        stored = self._write(self._record(events, corridor=corridor, frame=frame, checkpoint=checkpoint, lease=lease))
        with self._outage.lock:
            self._outage.memory.add_frame(corridor, frame, checkpoint)
        return stored

    def append(
        self, events: Sequence[Event], version: int | None = None, lease: Lease | None = None
    ) -> list[StoredEvent]:
        """Store events that no frame brought, or let them wait; return those that are new."""
        return self._write(self._record(events, lease=lease), version) if events else []

    def journal(self, batch: ReadingBatch) -> int:
        """Keep a pushed batch, in the spool where the database does not answer; return its number, 0 in the spool."""
        record = SpooledRecord(self._wall_clock(), batch=batch, key=uuid4().hex)
        if not self._outage.is_on:
            try:
                return self._store.journal(batch, record.key)
            except NoAnswerError as error:
                self._outage.begin(error)
        self._write(record)
        return 0

    def keep_corridor(self, corridor: Corridor) -> None:
        """Keep the stations of a corridor, in the spool where the database does not answer."""
        self._write(SpooledRecord(self._wall_clock(), stations=corridor))

    def forget_journal(self, corridor: str, until_s: float) -> None:
        """Drop batches; while the database does not answer they stay, and the next call drops them too."""
        if not self._outage.is_on:
            self.ask(lambda store: store.forget_journal(corridor, until_s), lambda memory: None)

    def thin(self, corridor: str, before_s: float, every: int = 10) -> int:
        """Drop old frames; none while the database does not answer."""
        return self.ask(lambda store: store.thin(corridor, before_s, every), lambda memory: 0)

    def corridors(self) -> Mapping[str, Corridor]:
        """Return the corridors that were kept. Raises MachineError where the database does not answer."""
        return self._store.corridors()

    def state(self) -> StoreState:
        """Return how the store is."""
        return self._outage.state()

    def try_again(self) -> bool:
        """Ask the database now whether it answers, and play in what waits; return whether it has all."""
        return not self._outage.is_on or self._outage.try_again()

    def close(self) -> None:
        """Let the database and the spool go; what waits is played in by the next process."""
        self._open.close()
        self._store.close()

    def _record(self, events: Sequence[Event], **rest: Any) -> SpooledRecord:
        for event in events:
            check_event(event)
        return SpooledRecord(self._wall_clock(), tuple(as_stored(event) for event in events), **rest)

    def _write(self, record: SpooledRecord, version: int | None = None) -> list[StoredEvent]:
        while True:
            if not self._outage.is_on:
                try:
                    stored = write_record(self._store, record, version)
                except NoAnswerError as error:
                    self._outage.begin(error)
                else:
                    self._learn(stored)
                    return stored
            with self._outage.lock:
                if self._outage.is_on:
                    return self._outage.keep(record, version)

    def _learn(self, stored: Sequence[StoredEvent]) -> None:
        """Remember what was stored, and what other processes stored before it."""
        if not stored:
            return
        incidents: list[Incident | None] = []
        try:
            found = self._store.events_after(self._outage.memory.last_number)
            incidents = [self._store.incident(name) for name in {each.event.incident for each in found} - {""}]
        except NoAnswerError as error:
            found = list(stored)
            self._outage.begin(error)
        with self._outage.lock:
            self._outage.memory.add_events(found)
            for incident in incidents:
                if incident is not None:
                    self._outage.memory.put_incident(incident)
