"""Who changed what, and when: a row for each request that changed something, written before it is answered.

What a change did stands in the events; here stands that it was asked for, also where it makes no event. Readings are too many for a
row each: the first request of a sender in an hour stands for all of them.
"""

import threading
import time
from collections.abc import Callable

from harness.service.store.audit_rows import AuditRow, add_row, rows_before
from harness.service.store.database import Database

HOUR_S = 3600.0
LONGEST_PATH = 500
"""Characters of a path that are kept. Chosen: an incident's id is 200 at most."""


class AuditBook:
    """The audit of one database. Any thread may call it."""

    def __init__(self, database: Database, wall_clock: Callable[[], float] = time.time) -> None:
        self._database, self._wall_clock = database, wall_clock
        self._lock = threading.Lock()
        self._fed: dict[str, int] = {}

    def note(self, actor: str, method: str, path: str, status: int, request: str, each_hour: bool = False) -> None:
        """Write a row; `each_hour`: only the first of this actor in an hour. Raises MachineError."""
        wall_s = self._wall_clock()
        hour = int(wall_s // HOUR_S)
        if each_hour and self._fed.get(actor) == hour:
            return
        with self._database.writing() as connection:
            add_row(connection, AuditRow(wall_s, actor, method, path[:LONGEST_PATH], status, request))
        if each_hour:
            with self._lock:
                self._fed[actor] = hour

    def rows(self, before: int | None = None, limit: int = 100) -> list[AuditRow]:
        """Return rows with a lower number than `before`, the last first. Raises MachineError."""
        with self._database.reading() as connection:
            return rows_before(connection, before, limit)
