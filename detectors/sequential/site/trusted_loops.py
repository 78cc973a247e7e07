"""Which loops are believed in a frame: all but those that are faulty now, and those that fail chronically."""

import numpy as np

from detectors.loop_health import LoopHealth
from detectors.sequential.site.chronic_faults import ChronicFaults
from detectors.site_memory import Memory, part_of, prefixed
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


class TrustedLoops:
    """Judges the loops of one corridor, first of all; with `judging` false it believes every loop."""

    def __init__(self, corridor: Corridor, judging: bool = True) -> None:
        self._health = LoopHealth(corridor)
        self._chronic = ChronicFaults((len(corridor.stations), corridor.lanes))
        self._period_s, self._judging = corridor.period_s, judging

    def masked(self, frame: LoopFrame) -> Flags:
        """Return the loops (S, L) whose readings of `frame` are not believed."""
        if not self._judging:
            return np.zeros(frame.count.shape, dtype=np.bool_)
        faulty = self._health.step(frame).faulty
        return self._chronic.step(faulty, np.isfinite(frame.count), self._period_s)

    def memory(self) -> dict[str, Array]:
        """Return what is known of the loops."""
        return {**prefixed("health", self._health.memory()), **prefixed("chronic", self._chronic.memory())}

    def recall(self, memory: Memory) -> None:
        """Begin with what is known of the loops."""
        self._health.recall(part_of("health", memory))
        self._chronic.recall(part_of("chronic", memory))


def believed(frame: LoopFrame, masked: Flags) -> LoopFrame:
    """Return the frame without the readings of the loops `masked` (S, L)."""
    if not masked.any():
        return frame
    count, speed, occupancy = (np.where(masked, np.nan, each) for each in (frame.count, frame.speed, frame.occupancy))
    return LoopFrame(frame.time_s, count, speed, occupancy)
