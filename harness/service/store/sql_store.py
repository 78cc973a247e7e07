"""The store on SQLite and PostgreSQL: one transaction a call; here what writes, in `sql_reads` what reads."""

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.sources.reading import ReadingBatch
from harness.service.store import corridor_rows, event_rows, frame_rows, journal_rows, stream_rows
from harness.service.store.database import Database
from harness.service.store.lease import Lease
from harness.service.store.lease_table import LeaseTable, check_lease
from harness.service.store.sql_reads import SqlReads
from harness.service.store.storable import check_text, check_time
from harness.service.store.store_state import StoreState
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Follower = Callable[[Connection], None]
"""Called in the transaction of events that are stored, after them: what it writes is committed with them, or not at all."""


class SqlStore(SqlReads):
    """The `EventStore` on a database, opened by a URL or already open; `wall_clock` gives seconds since 1970 UTC.

    `follower`: writes what follows from events, in their transaction.
    """

    def __init__(
        self,
        database: str | Database,
        wall_clock: Callable[[], float] = time.time,
        follower: Follower | None = None,
    ) -> None:
        super().__init__(Database(database) if isinstance(database, str) else database)
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

    def journal(self, batch: ReadingBatch, key: str | None = None) -> int:
        """Keep a pushed batch until its frames are stored; return its number. One whose `key` is there is not kept again."""
        with self.database.writing() as connection:
            return journal_rows.store_batch(connection, batch, key)

    def forget_journal(self, corridor: str, until_s: float) -> None:
        """Drop batches whose stamps are all `until_s` or earlier."""
        with self.database.writing() as connection:
            journal_rows.forget_batches(connection, corridor, until_s)

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

    def state(self) -> StoreState:
        """Return how the store is: here everything is in the database, or the call failed."""
        return StoreState()

    def close(self) -> None:
        """Let the database go."""
        self.database.close()
