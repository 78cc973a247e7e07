"""Pushes let in: no more readings at a time than the service can hold; who comes when it is full is told to come again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harness.service.sources.push_receipt import OverloadError

AGAIN_S = 5.0
"""When a push that finds no room is to be tried again, s. Chosen: what is being kept is in the store by then."""


class PushGate:
    """Lets pushes in while fewer than `most` readings are being kept; `total`: readings that came in. Any thread may use it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock, self._inside = threading.Lock(), 0
        self.total = 0

    @contextmanager
    def let_in(self, readings: int) -> Iterator[None]:
        """Hold room for a push; one alone always has room, however large it is. Raises OverloadError where there is none."""
        with self._lock:
            if self._inside and self._inside + readings > self._most:
                raise OverloadError(AGAIN_S)
            self._inside += readings
        try:
            yield
        finally:
            with self._lock:
                self._inside -= readings
                self.total += readings
