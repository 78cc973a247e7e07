"""What is read from a database: the half of the store on SQLite and PostgreSQL that changes nothing."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import StoredEvent
from harness.service.sources.reading import ReadingBatch
from harness.service.store import corridor_rows, event_rows, frame_rows, journal_rows, stream_rows
from harness.service.store.database import Database
from harness.service.store.event_store import Checkpoint
from harness.service.store.incident_json import incident_of
from harness.service.store.tables import events, incidents
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

FRAMES_AT_ONCE = 32
"""Frames, or batches, read in one query. Chosen: 4,000 stations of 4 lanes make 12 MiB of frames; fewer make more queries."""


class SqlReads:
    """The reading half of an `EventStore` on a database, one transaction a call."""

    def __init__(self, database: Database) -> None:
        self.database = database

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

    def frames_decided(self, corridor: str) -> int:
        """Return how many frames of a corridor were stored, those that were dropped since included."""
        with self.database.reading() as connection:
            return frame_rows.frames_decided(connection, corridor)

    def checkpoint(self, corridor: str) -> Checkpoint | None:
        """Return the last checkpoint of a corridor."""
        with self.database.reading() as connection:
            return frame_rows.read_checkpoint(connection, corridor)

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

    def stream_position(self, corridor: str) -> str | None:
        """Return the position in the stream of a corridor's readings after which they are to be read, None for its beginning."""
        with self.database.reading() as connection:
            return stream_rows.read_position(connection, corridor)

    def corridors(self) -> Mapping[str, Corridor]:
        """Return the corridors that were kept, by name."""
        with self.database.reading() as connection:
            return corridor_rows.read_corridors(connection)
