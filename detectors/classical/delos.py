"""DELOS, the Minnesota algorithm (Stephanedes and Chassiakos 1993): low-pass filtered spatial occupancy difference.

    dOCC(t)  = OCC(up) - OCC(down)
    after    = mean of dOCC over the last `after_s`          before = mean of dOCC over the `before_s` ahead of that
    OCCmax   = the larger of the two stations' mean occupancy over `before_s`
    congestion test   after / OCCmax >= Tc                   incident test   (after - before) / OCCmax >= Ti

The moving average is the low-pass filter (DELOS 1.1). The score is min(congestion / `congestion`, incident / `incident`),
so its threshold scales both tests together.
"""

from dataclasses import dataclass

import numpy as np

from detectors.classical.station_means import LEAST_OCCUPANCY, Past, station_means
from detectors.parameter_ranges import MemoryS, RatioThreshold
from detectors.threshold_detector import frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


@dataclass(frozen=True, slots=True)
class DelosParameters:
    """Windows after and before the change [s], and thresholds Tc `congestion` and Ti `incident` [shares of OCCmax]."""

    after_s: MemoryS = 180.0
    before_s: MemoryS = 300.0
    congestion: RatioThreshold = 0.5
    incident: RatioThreshold = 0.5


class Delos:
    """DELOS as a score per section."""

    def __init__(self, corridor: Corridor, parameters: DelosParameters) -> None:
        self._parameters, self._period_s = parameters, corridor.period_s
        self._after = frames_in(parameters.after_s, corridor.period_s)
        self._past = Past(self._after + frames_in(parameters.before_s, corridor.period_s))

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) how many times both tests' thresholds are exceeded; NaN where a window has a gap or is not full yet."""
        occupancy = station_means(frame, self._period_s).occupancy
        self._past.add(occupancy)
        if not self._past.full:
            return np.full(len(occupancy) - 1, np.nan)
        stacked = self._past.stacked
        difference = stacked[:, :-1] - stacked[:, 1:]
        after, before = difference[-self._after :].mean(axis=0), difference[: -self._after].mean(axis=0)
        station = stacked[: -self._after].mean(axis=0)
        most = np.maximum(np.maximum(station[:-1], station[1:]), LEAST_OCCUPANCY)
        congestion, incident = after / most, (after - before) / most
        parameters = self._parameters
        return np.asarray(np.minimum(congestion / parameters.congestion, incident / parameters.incident))
