"""Servers for tests of workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.service.workers.redis_link import RedisLink
from tests.harness.service.store.database_servers import quick_folder
from tests.harness.service.workers.redis_servers import OwnRedis, opened_link, redis_url


@pytest.fixture
def link() -> Iterator[RedisLink]:
    """A Redis with nothing in it."""
    with redis_url() as url, opened_link(url) as found:
        yield found


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    """A Redis that is not started yet, and ends with the test."""
    with quick_folder() as folder:
        server = OwnRedis(folder)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory."""
    with quick_folder() as found:
        yield found
