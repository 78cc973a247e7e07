"""Readings put into the streams by the front end, and how many of them their workers have not read yet."""

import contextlib
import threading
import time
from collections import deque
from dataclasses import dataclass

from harness.service.sources.reading import ReadingBatch
from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.stream_entry import order_of
from scenarios.errors import MachineError

LOOK_S = 0.05
"""Time between two questions how far a corridor is read, s. Chosen: a source that waits goes on that soon."""


@dataclass(frozen=True, slots=True)
class _Added:
    number: str
    readings: int
    added_s: float


class StreamFeed:
    """Adds to the streams; counts what this process added and no worker has read. Raises MachineError without Redis."""

    def __init__(self, streams: ReadingStreams) -> None:
        self._streams = streams
        self._lock = threading.Lock()
        self._unread: dict[str, deque[_Added]] = {}
        self._asked_s: dict[str, float] = {}
        self._unread_readings: dict[str, int] = {}

    def add(self, batch: ReadingBatch) -> None:
        """Add a batch; it is in Redis on return."""
        added = _Added(self._streams.add(batch), len(batch.readings), time.monotonic())
        with self._lock:
            self._unread.setdefault(batch.corridor, deque()).append(added)
            self._unread_readings[batch.corridor] = self._unread_readings.get(batch.corridor, 0) + added.readings

    def unread(self, corridor: str) -> tuple[int, int]:
        """Return how many batches, and readings, of a corridor wait in its stream to be read."""
        with self._lock:
            waiting = self._unread.get(corridor)
            if not waiting:
                return 0, 0
            ask = time.monotonic() >= self._asked_s.get(corridor, 0.0) + LOOK_S
        if ask:
            until, left = order_of(self._streams.read_until(corridor)), self._streams.waiting(corridor)
            with self._lock:
                self._asked_s[corridor] = time.monotonic()
                # What a Redis without memory has lost is not waited for.
                while waiting and (order_of(waiting[0].number) <= until or len(waiting) > left):
                    self._unread_readings[corridor] -= waiting.popleft().readings
        with self._lock:
            return len(waiting), self._unread_readings[corridor]

    def oldest_age_s(self, corridor: str) -> float:
        """Return for how long the oldest unread batch has waited; 0 where none waits, the last that was known without Redis."""
        with contextlib.suppress(MachineError):
            self.unread(corridor)
        with self._lock:
            waiting = self._unread.get(corridor)
            return time.monotonic() - waiting[0].added_s if waiting else 0.0
