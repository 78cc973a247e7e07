"""A database that can be cut off, as a server that is gone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from harness.service.store.database import Database
from harness.service.store.database_errors import DiskFullError, NoAnswerError
from harness.service.store.event_store import EventStore
from harness.service.store.spooling_store import SpoolingStore
from harness.service.store.sql_store import SqlStore

NEVER_S = 1e6
"""Time between attempts of a spooling store that makes none by itself: tests say when."""


class CutDatabase(Database):
    """A database that answers unless `cut`; `cut_after_commit` loses the answer of the next commit, not the commit.

    It takes `slow_s` for a transaction that writes.
    """

    cut = full = cut_after_commit = False
    slow_s = 0.0
    transactions = 0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self._check()
        with super().reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self._check()
        if self.full:
            raise DiskFullError("the database has no room")
        with super().writing() as connection:
            yield connection
        time.sleep(self.slow_s)
        self.transactions += 1
        if self.cut_after_commit:
            self.cut = True
            self._check()

    def _check(self) -> None:
        if self.cut:
            raise NoAnswerError("the server is gone")


class CutStore(SqlStore):
    """A store on a database that can be cut off."""

    def __init__(self, url: str) -> None:
        super().__init__(url, wall_clock=lambda: 1000.0)
        self.database.close()
        self.database: CutDatabase = CutDatabase(url)


def cut(inner: CutStore) -> None:
    """Let the database not answer."""
    inner.database.cut = True


def back(inner: CutStore, spooling: SpoolingStore) -> None:
    """Let the database answer again, and all that waits be played in."""
    inner.database.cut = inner.database.full = inner.database.cut_after_commit = False
    assert spooling.try_again()


def numbered(store: EventStore) -> list[tuple[int, str]]:
    """Return the numbers and keys of all events."""
    return [(each.number, each.event.key) for each in store.events_after(0)]
