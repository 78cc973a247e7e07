"""The last committed frame of each corridor, read from the store when a wake-up or a while says that there may be a newer one."""

import math
import threading
import time

from harness.service.store.event_store import EventStore
from scenarios.errors import MachineError
from simulator.frame import LoopFrame

OLD_S = 5.0
"""Time after which a frame is asked for without a wake-up, s. Chosen: wake-ups are lost only while Redis is gone."""


class LatestFrames:
    """Last frames of corridors. Any thread may use it."""

    def __init__(self, store: EventStore) -> None:
        self._store, self._lock = store, threading.Lock()
        self._known: dict[str, LoopFrame | None] = {}
        self._asked_s: dict[str, float] = {}

    def of(self, corridor: str) -> LoopFrame | None:
        """Return the last frame of a corridor, None before the first; what was known last where the store does not answer."""
        with self._lock:
            known = self._known.get(corridor)
            if time.monotonic() < self._asked_s.get(corridor, -math.inf) + OLD_S:
                return known
            self._asked_s[corridor] = time.monotonic()
        try:
            last_s = self._store.last_frame_s(corridor)
            if last_s is not None and (known is None or last_s > known.time_s):
                known = next(iter(self._store.frames(corridor, math.nextafter(last_s, -math.inf), last_s)), known)
        except MachineError:
            return known
        with self._lock:
            self._known[corridor] = known
        return known

    def outdate(self, corridor: str) -> None:
        """Ask the store at the next question."""
        with self._lock:
            self._asked_s.pop(corridor, None)
