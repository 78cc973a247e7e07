"""What the status tells of a corridor: how many, how fast, how late. Written by one thread at a time, read by any."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.service.incidents.incident_event import EventKind, StoredEvent
from simulator.frame import LoopFrame

LATEST = 500
"""Frames whose times are kept for the percentiles. Chosen: four hours of 30-s frames."""


@dataclass(slots=True)
class CorridorCounts:
    """Counts since the service started; `took_s`, `decided_s`: of the last readings and frame, on a clock that never goes back."""

    frames: int = 0
    opened: int = 0
    shed: int = 0
    took_s: float | None = None
    decided_s: float | None = None
    decided_wall_s: float | None = None
    step_s: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))
    late_s: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))
    alerts: deque[StoredEvent] = field(default_factory=lambda: deque(maxlen=LATEST))

    def took(self, now_s: float) -> None:
        """Note that readings came."""
        self.took_s = now_s

    def decided(
        self, frame: LoopFrame, stored: Sequence[StoredEvent], step_s: float, late_s: float, now_s: float
    ) -> None:
        """Note a frame that was decided on in `step_s`, stored `late_s` after its last reading."""
        self.frames += 1
        opened = [each for each in stored if each.event.kind is EventKind.OPENED]
        self.opened += len(opened)
        self.alerts.extend(opened)
        self.decided_s, self.decided_wall_s = now_s, time.time()
        self.step_s.append(step_s)
        self.late_s.append(late_s)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which a share of the values lies; None where there are none.

    >>> percentile([4.0, 1.0, 2.0, 3.0], 0.5), percentile([], 0.5)
    (3.0, None)
    """
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else None
