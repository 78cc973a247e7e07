"""A database that can be cut off, as a server that is gone."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from harness.service.store.database import Database
from harness.service.store.database_errors import DiskFullError, NoAnswerError
from harness.service.store.sql_store import SqlStore


class CutDatabase(Database):
    """A database that answers unless `cut`; `cut_after_commit` loses the answer of the next commit, not the commit."""

    cut = full = cut_after_commit = False
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
