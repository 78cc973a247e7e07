"""All that the detector knows about a corridor's traffic after each frame; detection and training start from it."""

from dataclasses import dataclass

from detectors.sequential.lane_features import LaneFeatures
from detectors.sequential.read_only_arrays import ReadOnlyArrays
from detectors.sequential.stored_vehicles import StorageFilter, nothing_stored
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class CorridorStep(ReadOnlyArrays):
    """N sections of L lanes after one frame.

    `features` (N, L, F) and `judged` (N, L) lanes that can be judged, as in LaneStep; `stored` (N,) vehicles stored beyond
    normal; `rate` (N,) vehicles stored per frame; `between` (N, L) vehicles in each lane by density; `length_m` (N,).
    """

    time_s: float
    features: Array
    judged: Flags
    stored: Array
    rate: Array
    between: Array
    length_m: Array


class CorridorSteps:
    """Follows one corridor, frame by frame."""

    def __init__(self, corridor: Corridor) -> None:
        self._lanes = LaneFeatures(corridor)
        self.length_m = self._lanes.length_m
        self._filter = StorageFilter(self.length_m, corridor.period_s)
        self._stored = nothing_stored(corridor.sections)

    def step(self, frame: LoopFrame) -> CorridorStep:
        """Return what is known after `frame`."""
        lanes = self._lanes.step(frame)
        self._stored = stored = self._filter.step(
            self._stored, lanes.missing, lanes.expected, lanes.noise, lanes.excess
        )
        return CorridorStep(
            frame.time_s, lanes.features, lanes.judged, stored.stored, stored.rate, lanes.between, self.length_m
        )
