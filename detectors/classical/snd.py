"""Standard normal deviate (Dudek, Messer and Nuckles 1974): how far a station's occupancy is from its last minutes.

    SND(t) = (x(t) - mean of x over the last `memory_s`) / standard deviation of x over them

x is the occupancy upstream of the section (its rise) and, with the sign turned, downstream of it (its fall); the score is the
larger rise or fall, least of the last `persistence_s` (the paper's successive intervals). The current frame is not in its own
mean. The standard deviation is at least LEAST_SD.
"""

from dataclasses import dataclass

import numpy as np

from detectors.classical.station_means import Past, Persistence, station_means
from detectors.parameter_ranges import FactorParameter, MemoryS, PersistenceS
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

LEAST_SD = 0.01
"""Least standard deviation, share of occupancy. Chosen; a smaller one turns the noise of a quiet station into deviates."""


@dataclass(frozen=True, slots=True)
class SndParameters:
    """Memory of mean and standard deviation [s], how long the deviate must last [s], and the weight `fall` of a fall downstream."""

    memory_s: MemoryS = 300.0
    persistence_s: PersistenceS = 60.0
    fall: FactorParameter = 0.5


class Snd:
    """The standard normal deviate as a score per section."""

    def __init__(self, corridor: Corridor, parameters: SndParameters) -> None:
        self._parameters, self._period_s = parameters, corridor.period_s
        self._memory = Past(max(2, round(parameters.memory_s / corridor.period_s)))
        self._persistence = Persistence(parameters.persistence_s, corridor.period_s)

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) deviates of the section's stations; NaN while the memory fills or has a gap."""
        occupancy = station_means(frame, self._period_s).occupancy
        deviate = np.full(len(occupancy), np.nan)
        if self._memory.full:
            stacked = self._memory.stacked
            deviate = (occupancy - stacked.mean(axis=0)) / np.maximum(stacked.std(axis=0, ddof=1), LEAST_SD)
        self._memory.add(occupancy)
        return self._persistence.least(np.maximum(deviate[:-1], -self._parameters.fall * deviate[1:]), np.nan)
