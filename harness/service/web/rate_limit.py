"""A limit on how much each sender may do per second; thread-safe, and bounded itself."""

import threading
import time
from collections.abc import Callable

MOST_SENDERS = 10_000
"""Senders remembered. Chosen: with more, all are forgotten at once, which lets each begin anew."""


class RateLimit:
    """A bucket for each sender: it fills at `per_s` and holds `burst`. What is spent may exceed what is in it, once."""

    def __init__(self, per_s: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_s(self, sender: str) -> float:
        """Return after how many seconds a sender may go on, 0 for now."""
        with self._lock:
            level = self._level(sender)
        return 0.0 if level > 0 else (1.0 - level) / self._per_s

    def spend(self, sender: str, amount: float) -> None:
        """Take an amount from a sender's bucket."""
        with self._lock:
            level = self._level(sender)
            if len(self._buckets) >= MOST_SENDERS:
                self._buckets.clear()
            self._buckets[sender] = (level - amount, self._clock())

    def _level(self, sender: str) -> float:
        level, then = self._buckets.get(sender, (self._burst, 0.0))
        return min(self._burst, level + (self._clock() - then) * self._per_s)
