"""Open a store: for a service, with a spool, or for a tool that only looks."""

from pathlib import Path
from typing import TYPE_CHECKING

from harness.service.store.event_store import EventStore
from scenarios.errors import MissingExtraError

if TYPE_CHECKING:
    from harness.service.store.sql_store import Follower, SqlStore

SPOOL = ".spool"
"""What follows the name of a SQLite file in the name of its spool's folder."""
SERVER_SPOOL = Path("laneblock.spool")
"""The spool's folder of a store on a server, in the folder that the service was started in."""


def open_store(
    database: str, spool: Path | None = None, alone: bool = True, follower: "Follower | None" = None
) -> EventStore:
    """Open the store of a service; its schema is brought up to date, and what waits in its spool is played in.

    `database`: a URL or the path of a SQLite file. `spool`: the folder for what waits while the database does not answer; None:
    beside the SQLite file, or SERVER_SPOOL. Each process needs its own. `alone`: no other process writes (`spooling_store`).
    `follower` as in `SqlStore`. Raises UserError for what is no such URL, a database of a newer laneblock and a spool in use,
    MachineError where nothing answers.
    """
    store = open_database(database)
    store.follower = follower
    from harness.service.store.spooling_store import SpoolingStore

    try:
        return SpoolingStore(store, spool or spool_of(database), alone)
    except BaseException:
        store.close()
        raise


def open_database(database: str) -> "SqlStore":
    """Open the store on a database without a spool. Raises as `open_store` does."""
    try:
        from harness.service.store.sql_store import SqlStore
    except ImportError as error:
        raise MissingExtraError(f'a store needs {error.name}: pip install "laneblock[serve]"') from None
    return SqlStore(database)


def spool_of(database: str) -> Path:
    """Return the folder of the spool where none is named.

    >>> str(spool_of("sqlite:///live.db")), str(spool_of("postgresql://host/laneblock"))
    ('live.db.spool', 'laneblock.spool')
    """
    from harness.service.store.database_url import database_url

    url = database_url(database)
    return Path(f"{url.database}{SPOOL}") if url.drivername == "sqlite" else SERVER_SPOOL
