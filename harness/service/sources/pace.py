"""Pace of a played source: data time against wall time, and a wait that ends when the source is stopped."""

import math
import threading
import time

from scenarios.errors import UserError

AS_FAST_AS_POSSIBLE = math.inf


def read_pace(text: str) -> float:
    """Return a pace from a text: data seconds per wall second, or `max`. Raises UserError.

    >>> read_pace("20"), read_pace("max")
    (20.0, inf)
    """
    if text.strip().lower() == "max":
        return AS_FAST_AS_POSSIBLE
    try:
        return check_pace(float(text))
    except ValueError:
        raise UserError(f"pace: wanted a number of data seconds per second over 0, or max, got {text[:60]!r}") from None


def check_pace(pace: float) -> float:
    """Return a pace that is possible. Raises UserError."""
    if not pace > 0:
        raise UserError(f"pace: wanted a number of data seconds per second over 0, got {pace:g}")
    return pace


class Pacer:
    """Waits until wall time has come as far as data time, from the first moment waited for."""

    def __init__(self, pace: float, stopped: threading.Event) -> None:
        self._pace, self._stopped = pace, stopped
        self._first: tuple[float, float] | None = None

    def wait_until(self, time_s: float) -> bool:
        """Wait until it is time for data of `time_s`; return whether the source goes on, False where it was stopped."""
        if self._first is None:
            self._first = (time_s, time.monotonic())
        first_s, started_s = self._first
        remaining_s = started_s + (time_s - first_s) / self._pace - time.monotonic()
        return not (self._stopped.wait(remaining_s) if remaining_s > 0 else self._stopped.is_set())
