"""The database that workers share: a PostgreSQL server."""

from harness.service.store.database_url import database_url, shown
from harness.service.store.sql_store import SqlStore
from scenarios.errors import UserError


def open_shared(database: str) -> SqlStore:
    """Open the store that all workers write to. Raises UserError for a file, which other machines do not have; MachineError."""
    url = database_url(database)
    if url.drivername == "sqlite":
        raise UserError(
            'workers share a database: wanted database = "postgresql+psycopg://USER@HOST/NAME" under [store], '
            f"got the file {shown(url)}"
        )
    return SqlStore(database)
