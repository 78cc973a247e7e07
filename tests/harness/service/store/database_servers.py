"""Empty databases for tests: a SQLite file, or a schema of its own on the PostgreSQL server of the development machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

SERVER = os.environ.get("LANEBLOCK_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
"""The server; its databases are made and dropped by tests."""
_schemas, _databases = count(), count()


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Yield a folder in memory where the system has one, else on the disk: no test loses power, and fsync is slow."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="laneblock-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def postgresql_database(purpose: str = "test") -> Iterator[str]:
    """Yield the name of a database that exists for this block; skip the test where there is no server."""
    name = f"laneblock_{purpose}_{os.getpid()}_{next(_databases)}"
    try:
        connection = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL server: {str(error).splitlines()[0]}")
    with connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield name
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgresql_url(database: str) -> Iterator[str]:
    """Yield the URL of an empty schema in a database; all is dropped after the block."""
    name = f"schema_{next(_schemas)}"
    with psycopg.connect(f"{SERVER}/{database}", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        try:
            options = (
                f"-csearch_path%3D{name}%20-csynchronous_commit%3Doff"  # no test lets the server's machine lose power
            )
            yield f"{SERVER.replace('postgresql:', 'postgresql+psycopg:')}/{database}?options={options}"
        finally:
            connection.execute(f"DROP SCHEMA {name} CASCADE")
