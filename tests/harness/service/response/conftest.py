"""Databases: what takes `empty_url` runs on SQLite (None: a file of its own) and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.harness.service.store.database_servers import postgresql_database, postgresql_url


@pytest.fixture(scope="session")
def response_database() -> Iterator[str]:
    """A database on the PostgreSQL server, for the session."""
    with postgresql_database("response") as name:
        yield name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The URL of an empty database, None for a new file."""
    if request.param == "sqlite":
        yield None
        return
    with postgresql_url(request.getfixturevalue("response_database")) as url:
        yield url
