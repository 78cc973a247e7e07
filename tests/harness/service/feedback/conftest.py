"""A store for tests of feedback."""

from collections.abc import Iterator

import pytest

from harness.service.store.sql_store import SqlStore
from tests.harness.service.store.database_servers import quick_folder


@pytest.fixture
def store() -> Iterator[SqlStore]:
    """A store without content, on SQLite."""
    with quick_folder() as folder:
        opened = SqlStore(str(folder / "live.db"))
        yield opened
        opened.close()
