"""Records written to the database, at once or when it answers again; nothing twice, since frames, events and batches have keys."""

from collections.abc import Callable
from dataclasses import replace

from harness.service.incidents.incident_event import StoredEvent
from harness.service.store.database_errors import NoAnswerError
from harness.service.store.lease import LeaseLostError
from harness.service.store.spool_records import SpooledRecord
from harness.service.store.sql_store import SqlStore
from scenarios.errors import MachineError, UserError, in_one_line


def write_record(store: SqlStore, record: SpooledRecord, version: int | None = None) -> list[StoredEvent]:
    """Make the call that a record stands for, with the wall time at which it was made; return the events that are new."""
    if record.batch is not None:
        store.journal(record.batch, record.key)
        return []
    if record.stations is not None:
        store.keep_corridor(record.stations)
        return []
    if record.frame is None:
        return store.append(record.events, version, record.lease, wall_s=record.wall_s)
    return store.commit_frame(
        record.corridor, record.frame, record.events, record.checkpoint, record.lease, wall_s=record.wall_s
    )


def play_record(store: SqlStore, record: SpooledRecord, refuse: Callable[[SpooledRecord, str], None]) -> None:
    """Write a record that has waited. What the database refuses goes to `refuse` with the reason. Raises NoAnswerError.

    The records of a worker whose lease another has taken are dropped: its successor decides on these frames.
    """
    try:
        write_record(store, record)
    except (NoAnswerError, LeaseLostError) as error:
        if isinstance(error, NoAnswerError):
            raise
    except UserError as error:
        _play_in_parts(store, record, refuse, str(error))
    except Exception as error:  # a bug must not keep what comes after it from the database
        refuse(record, in_one_line(error))


def _play_in_parts(
    store: SqlStore, record: SpooledRecord, refuse: Callable[[SpooledRecord, str], None], reason: str
) -> None:
    """Write a frame by itself, and each event by itself; somebody else may have closed an incident meanwhile."""
    if record.frame is None and len(record.events) <= 1:
        refuse(record, reason)
        return
    alone = replace(record, frame=None, checkpoint=None, events=())
    parts = [replace(alone, events=(event,)) for event in record.events]
    if record.frame is not None:
        parts.append(replace(record, events=()))
    for part in parts:
        try:
            write_record(store, part)
        except (NoAnswerError, LeaseLostError) as error:
            if isinstance(error, NoAnswerError):
                raise
        except (UserError, MachineError) as error:
            refuse(part, str(error))
