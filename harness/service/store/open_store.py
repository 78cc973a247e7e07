"""Open the store that a service writes to."""

from harness.service.store.event_store import EventStore
from scenarios.errors import MissingExtraError


def open_store(database: str) -> EventStore:
    """Open the database that a URL or the path of a SQLite file names; its schema is brought up to date.

    Raises UserError for what is no such URL and for a database of a newer laneblock, MachineError where it does not answer.
    """
    try:
        from harness.service.store.sql_store import SqlStore
    except ImportError as error:
        raise MissingExtraError(f'a store needs {error.name}: pip install "laneblock[serve]"') from None
    return SqlStore(database)
