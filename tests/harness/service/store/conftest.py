"""A store on each database: every test that takes `url` or `store` runs on SQLite and on PostgreSQL.

The tables are made once a session and emptied for every test.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from harness.service.store.spooling_store import SpoolingStore
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import METADATA, counters
from tests.harness.service.store.cut_database import NEVER_S, CutStore
from tests.harness.service.store.database_servers import postgresql_database, postgresql_url, quick_folder

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A database on the PostgreSQL server, for the session."""
    with postgresql_database() as name:
        yield name


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database without any table."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite:///{stack.enter_context(quick_folder()) / 'live.db'}"
        else:
            yield stack.enter_context(postgresql_url(request.getfixturevalue("postgresql")))


@pytest.fixture(scope="session", params=DATABASES)
def session_store(request: pytest.FixtureRequest) -> Iterator[tuple[str, SqlStore]]:
    """A store for all tests, and its URL."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{stack.enter_context(quick_folder()) / 'live.db'}"
        else:
            url = stack.enter_context(postgresql_url(request.getfixturevalue("postgresql")))
        store = SqlStore(url, wall_clock=lambda: 1000.0)
        stack.callback(store.close)
        yield url, store


@pytest.fixture
def store(session_store: tuple[str, SqlStore]) -> SqlStore:
    """A store without content; its wall clock stands at 1000 s."""
    with session_store[1].database.writing() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(delete(table))
        connection.execute(insert(counters).values(name="events", value=0))
    return session_store[1]


@pytest.fixture
def url(session_store: tuple[str, SqlStore], store: SqlStore) -> str:
    """The URL of a database without content."""
    return session_store[0]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for a database and a spool."""
    with quick_folder() as made:
        yield made


@pytest.fixture
def inner(folder: Path) -> CutStore:
    """A store that can be cut off."""
    return CutStore(str(folder / "live.db"))


@pytest.fixture
def spooling(inner: CutStore, folder: Path) -> Iterator[SpoolingStore]:
    """A store with a spool around `inner`; its wall clock stands at 2000 s."""
    with closing(SpoolingStore(inner, folder / "spool", wall_clock=lambda: 2000.0, try_again_s=NEVER_S)) as made:
        yield made
