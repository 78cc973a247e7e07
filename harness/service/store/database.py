"""A database as the store uses it: transactions that survive a crash, errors that say whose fault they are.

SQLite: WAL, so that readers never wait; a committed transaction is on the disk (`synchronous=FULL`); writers of this process
queue for a lock, those of others for SQLite's. PostgreSQL: READ COMMITTED, so a statement after a lock sees what its last
holder committed; a server that does not answer is given up after CONNECT_TIMEOUT_S or SILENT_TIMEOUT_MS, and a transaction in
which its process does nothing for PAUSE_MS is ended: others wait for the locks that it holds.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Double, Engine, create_engine, event, literal_column, text

from harness.service.store.database_errors import translated
from harness.service.store.database_url import database_url, shown
from harness.service.store.schema import upgrade
from scenarios.errors import MissingExtraError

RETRY_S = 0.02
"""Time between two tries to switch a database that others switch, s. Chosen: it takes them milliseconds."""
LOCK_PATIENCE_S = 10.0
"""Time to wait for another process that writes into the SQLite file. Chosen: thinning takes a second."""
CONNECT_TIMEOUT_S = 5
"""Time to wait for a PostgreSQL server to take a connection. Chosen: longer, and frames queue up behind it."""
SILENT_TIMEOUT_MS = 10_000
"""Time after which a server that acknowledges nothing is given up. Chosen: as CONNECT_TIMEOUT_S, with a slow network in mind."""
PAUSE_MS = 10_000
"""Time that a transaction may do nothing, ms. Chosen: as SILENT_TIMEOUT_MS; longer, and a process that stands still (SIGSTOP, a
virtual machine that is moved) keeps all others from writing; shorter, and a busy machine loses transactions."""
CONNECTIONS, MORE_CONNECTIONS = 5, 35
"""Connections kept, and more under load. Chosen: 40 are the threads of the web server."""
MIGRATION_LOCK = 0x6C616E65
"""Key of PostgreSQL's advisory lock under which the schema is upgraded. Chosen: any number, always the same."""


class Database:
    """An opened database with the schema of this version. Any thread may use it."""

    def __init__(self, url: str) -> None:
        """Open a database and bring its schema up to date. Raises UserError and MachineError."""
        where = database_url(url)
        self.name = shown(where)
        self.is_sqlite = where.drivername == "sqlite"
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        self._engine = _sqlite(where) if self.is_sqlite else _postgresql(where)
        clock = (
            "(julianday('now') - 2440587.5) * 86400.0" if self.is_sqlite else "extract(epoch FROM clock_timestamp())"
        )
        self.now_s: ColumnElement[float] = literal_column(clock, Double)
        """The database's clock in a statement, s since 1970 UTC."""
        try:
            with self.writing() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                upgrade(connection, self.name)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that reads. Raises MachineError where the database does not answer."""
        with translated(self.name), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that is committed at the end of the block, or not at all.

        On SQLite it is the only one that writes. Raises MachineError where the database does not answer.
        """
        with (
            translated(self.name),
            self._turn,
            self._engine.connect() as connection,
            connection.execution_options(writes=True).begin(),
        ):
            yield connection

    def close(self) -> None:
        """Let all connections go."""
        self._engine.dispose()


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        connect_args={"timeout": LOCK_PATIENCE_S},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late: see `begin`
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch a database to its write-ahead log. SQLite itself does not wait for others that switch a new one at the same time."""
    until_s = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until_s:
                raise
            time.sleep(RETRY_S)


def _postgresql(url: URL) -> Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise MissingExtraError('a store on PostgreSQL needs psycopg: pip install "laneblock[postgres]"') from None
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": SILENT_TIMEOUT_MS,
            "application_name": "laneblock",
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # not by the URL's `options`, which poolers refuse
        connection.execute(f"SET idle_in_transaction_session_timeout = {PAUSE_MS}")
        connection.commit()

    return engine
