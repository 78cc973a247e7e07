"""The store on SQLite and PostgreSQL: one class, one transaction a call."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.sources.reading import ReadingBatch
from harness.service.store import corridor_rows, event_rows, frame_rows, journal_rows, stream_rows
from harness.service.store.database import Database
from harness.service.store.event_store import Checkpoint
from harness.service.store.incident_json import incident_of
from harness.service.store.lease import Lease
from harness.service.store.lease_table import LeaseTable, check_lease
from harness.service.store.storable import check_text, check_time
from harness.service.store.store_state import StoreState
from harness.service.store.tables import events, incidents
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

FRAMES_AT_ONCE = 32
"""Frames, or batches, read in one query. Chosen: 4,000 stations of 4 lanes make 12 MiB of frames; fewer make more queries."""

Follower = Callable[[Connection], None]
"""Called in the transaction of events that are stored, after them: what it writes is committed with them, or not at all."""


class SqlStore:
    """The `EventStore` on a database, opened by a URL or already open; `wall_clock` gives seconds since 1970 UTC.

    `follower`: writes what follows from events, in their transaction.
    """

    def __init__(
        self,
        database: str | Database,
        wall_clock: Callable[[], float] = time.time,
        follower: Follower | None = None,
    ) -> None:
        self.database = Database(database) if isinstance(database, str) else database
        self.leases = LeaseTable(self.database)
        self._wall_clock = wall_clock
        self.follower = follower

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
        """Store a frame, its events and a checkpoint in one transaction; return the events that are new.

        Given a `lease`, raises LeaseLostError, and stores nothing, where another worker has taken it. `position`: where in
        the stream of readings a worker reads on. `wall_s`: when it happened, where that is not now.
        """
        wall_s = self._wall_clock() if wall_s is None else wall_s
        check_text("name of a corridor", corridor)
        check_time("time_s of a frame", frame.time_s)
        with self.database.writing() as connection:
            if lease is not None:
                check_lease(connection, lease)
            frame_rows.store_frame(connection, corridor, frame)
            if checkpoint is not None:
                frame_rows.store_checkpoint(connection, corridor, frame.time_s, checkpoint, wall_s)
            if position is not None:
                stream_rows.store_position(connection, corridor, position)
            return self._store_events(connection, events, wall_s, None)

    def append(
        self,
        events: Sequence[Event],
        version: int | None = None,
        lease: Lease | None = None,
        wall_s: float | None = None,
    ) -> list[StoredEvent]:
        """Store events that no frame brought, in one transaction; return those that are new. `wall_s` as in `commit_frame`."""
        wall_s = self._wall_clock() if wall_s is None else wall_s
        with self.database.writing() as connection:
            if lease is not None:
                check_lease(connection, lease)
            return self._store_events(connection, events, wall_s, version)

    def _store_events(
        self, connection: Connection, events: Sequence[Event], wall_s: float, version: int | None
    ) -> list[StoredEvent]:
        stored = event_rows.store_events(connection, events, wall_s, version)
        if stored and self.follower is not None:
            self.follower(connection)
        return stored

    def events_after(self, number: int, limit: int = 1000) -> list[StoredEvent]:
        """Return up to `limit` events after the one with this number, in order."""
        wanted = select(events).where(events.c.number > number).order_by(events.c.number).limit(limit)
        with self.database.reading() as connection:
            return event_rows.stored_events(connection.execute(wanted))

    def last_number(self) -> int:
        """Return the number of the last event, 0 where there is none."""
        with self.database.reading() as connection:
            return event_rows.last_number(connection)

    def incident(self, incident: str) -> Incident | None:
        """Return an incident by its id."""
        with self.database.reading() as connection:
            return event_rows.read_incident(connection, incident)

    def incidents(self, corridor: str | None = None, open_only: bool = False, limit: int = 200) -> list[Incident]:
        """Return incidents, those opened last first."""
        wanted = select(incidents.c.body)
        if corridor is not None:
            wanted = wanted.where(incidents.c.corridor == corridor)
        if open_only:
            wanted = wanted.where(incidents.c.is_open)
        wanted = wanted.order_by(incidents.c.opened_s.desc(), incidents.c.opened_number.desc()).limit(limit)
        with self.database.reading() as connection:
            return [incident_of(body) for body in connection.execute(wanted).scalars()]

    def incident_ids(self) -> list[str]:
        """Return the ids of all incidents in the order in which they were opened."""
        with self.database.reading() as connection:
            return list(connection.execute(select(incidents.c.id).order_by(incidents.c.opened_number)).scalars())

    def timeline(self, incident: str) -> list[StoredEvent]:
        """Return the events of an incident, in order."""
        with self.database.reading() as connection:
            return event_rows.incident_events(connection, incident)

    def frames(self, corridor: str, after_s: float | None = None, until_s: float | None = None) -> Iterator[LoopFrame]:
        """Yield stored frames that end later than `after_s` and not later than `until_s`, in order."""
        while True:
            with self.database.reading() as connection:
                found = frame_rows.read_frames(connection, corridor, after_s, until_s, FRAMES_AT_ONCE)
            yield from found
            if len(found) < FRAMES_AT_ONCE:
                return
            after_s = found[-1].time_s

    def corridors_with_frames(self) -> list[str]:
        """Return the names of the corridors of which there are frames."""
        with self.database.reading() as connection:
            return frame_rows.corridors_with_frames(connection)

    def last_frame_s(self, corridor: str) -> float | None:
        """Return the end of the last stored frame."""
        with self.database.reading() as connection:
            return frame_rows.last_frame_s(connection, corridor)

    def checkpoint(self, corridor: str) -> Checkpoint | None:
        """Return the last checkpoint of a corridor."""
        with self.database.reading() as connection:
            return frame_rows.read_checkpoint(connection, corridor)

    def journal(self, batch: ReadingBatch, key: str | None = None) -> int:
        """Keep a pushed batch until its frames are stored; return its number. One whose `key` is there is not kept again."""
        with self.database.writing() as connection:
            return journal_rows.store_batch(connection, batch, key)

    def journaled(self, corridor: str) -> Iterator[ReadingBatch]:
        """Yield the batches of a corridor that are kept, in the order in which they came."""
        after = 0
        while True:
            with self.database.reading() as connection:
                found = journal_rows.read_batches(connection, corridor, after, FRAMES_AT_ONCE)
            yield from (batch for _, batch in found)
            if len(found) < FRAMES_AT_ONCE:
                return
            after = found[-1][0]

    def forget_journal(self, corridor: str, until_s: float) -> None:
        """Drop batches whose stamps are all `until_s` or earlier."""
        with self.database.writing() as connection:
            journal_rows.forget_batches(connection, corridor, until_s)

    def stream_position(self, corridor: str) -> str | None:
        """Return the position in the stream of a corridor's readings after which they are to be read, None for its beginning."""
        with self.database.reading() as connection:
            return stream_rows.read_position(connection, corridor)

    def keep_position(self, corridor: str, position: str, lease: Lease) -> None:
        """Store a position without a frame. Raises LeaseLostError where another worker has taken the lease."""
        with self.database.writing() as connection:
            check_lease(connection, lease)
            stream_rows.store_position(connection, corridor, position)

    def thin(self, corridor: str, before_s: float, every: int = 10) -> int:
        """Drop frames that end before `before_s`, but every `every`-th and those after the last checkpoint; return how many."""
        with self.database.writing() as connection:
            return frame_rows.thin_frames(connection, corridor, before_s, every)

    def keep_corridor(self, corridor: Corridor) -> None:
        """Keep the stations of a corridor beside its frames."""
        with self.database.writing() as connection:
            corridor_rows.store_corridor(connection, corridor)

    def corridors(self) -> Mapping[str, Corridor]:
        """Return the corridors that were kept, by name."""
        with self.database.reading() as connection:
            return corridor_rows.read_corridors(connection)

    def state(self) -> StoreState:
        """Return how the store is: here everything is in the database, or the call failed."""
        return StoreState()

    def close(self) -> None:
        """Let the database go."""
        self.database.close()
