"""The schema: made by migrations, alike to the tables, and no newer than this version."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from harness.service.store.database import Database
from harness.service.store.schema import MIGRATIONS
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import METADATA
from scenarios.errors import UserError


def test_migrations_make_the_tables_that_the_code_knows(empty_url: str) -> None:
    database = Database(empty_url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_a_database_of_a_newer_schema_is_refused_in_one_line(empty_url: str) -> None:
    Database(empty_url).close()
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(UserError, match=r"wanted a schema up to \d+, got 9999 \(was it written by a newer laneblock"):
        Database(empty_url)


def test_several_that_open_an_empty_database_at_once_make_it_once(empty_url: str) -> None:
    start = Barrier(4)

    def opened() -> int:
        start.wait()
        with closing(SqlStore(empty_url)) as store:
            return store.last_number()

    with ThreadPoolExecutor(4) as pool:
        assert [each.result() for each in [pool.submit(opened) for _ in range(4)]] == [0] * 4


def test_migrations_are_numbered_in_an_unbroken_line() -> None:
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name[:6] for name in files] == [f"r{number:04d}_" for number in range(1, len(files) + 1)]
