"""California algorithms #7 and #8 (Payne and Tignor 1978): occupancies of two neighbouring stations, by a decision tree.

    OCCDF  = OCC(up) - OCC(down)                          spatial difference
    OCCRDF = OCCDF / OCC(up)                              relative spatial difference
    DOCC   = OCC(down)
    DOCCTD = (DOCC(t - 2 min) - DOCC(t)) / DOCC(t - 2 min)   relative temporal difference downstream, #8's compression wave

    #7  incident where OCCDF >= T1, OCCRDF >= T2 and DOCC <= T3, lasting `persistence_s`.
        Of the family's ten it replaces the temporal test of the basic algorithm by DOCC (Payne and Tignor 1978, fig. 5).
    #8  as #7, but suppressed for five minutes at a station where a compression wave has passed:
        DOCC >= T5 with DOCCTD < T4.

The score is min(OCCDF / T1, OCCRDF / T2) where the other conditions hold, so its threshold scales T1 and T2 together.
Occupancies are shares (0 to 1); Payne and Tignor give per cent.
"""

from dataclasses import dataclass

import numpy as np

from detectors.classical.station_means import LEAST_DIVISOR, Past, Persistence, station_means
from detectors.parameter_ranges import PersistenceS, RatioThreshold, RelativeChange, Share
from detectors.threshold_detector import frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

NO_EVIDENCE = 0.0
"""Score where a condition fails."""
LOOK_BACK_S = 120.0
"""Time over which an occupancy's change is taken, s (Payne and Tignor 1978: two minutes)."""
SUPPRESS_S = 300.0
"""Time for which a compression wave suppresses a station, s (Payne and Tignor 1978: five minutes)."""


@dataclass(frozen=True, slots=True)
class California7Parameters:
    """T1 `difference`, T2 `relative`, T3 `downstream` [share of occupancy], and how long both must last."""

    difference: RatioThreshold = 0.08
    relative: RatioThreshold = 0.5
    downstream: Share = 0.15
    persistence_s: PersistenceS = 60.0


@dataclass(frozen=True, slots=True)
class California8Parameters(California7Parameters):
    """Those of #7, and of the compression wave: T5 `wave` [share], T4 `wave_change` (a fall is positive)."""

    wave: Share = 0.3
    wave_change: RelativeChange = -0.3


class California7:
    """#7 as a score per section."""

    def __init__(self, corridor: Corridor, parameters: California7Parameters) -> None:
        self._parameters = parameters
        self._period_s = corridor.period_s
        self._persistence = Persistence(parameters.persistence_s, corridor.period_s)

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) how many times T1 and T2 are exceeded, the least of the persistence; NaN where a station is dead."""
        occupancy = station_means(frame, self._period_s).occupancy
        parameters, up, down = self._parameters, occupancy[:-1], occupancy[1:]
        difference = up - down
        relative = difference / np.maximum(up, LEAST_DIVISOR)
        exceeded = np.minimum(difference / parameters.difference, relative / parameters.relative)
        exceeded = np.where(down <= parameters.downstream, np.maximum(exceeded, NO_EVIDENCE), NO_EVIDENCE)
        return self._persistence.least(np.where(np.isnan(difference), np.nan, exceeded), NO_EVIDENCE)


class CompressionWaves:
    """Whether a compression wave passed the station downstream of each section in the last SUPPRESS_S."""

    def __init__(self, corridor: Corridor, least: float, change: float) -> None:
        self._least, self._change, self._period_s = least, change, corridor.period_s
        self._past = Past(1 + frames_in(LOOK_BACK_S, corridor.period_s))
        self._quiet_s = np.zeros(corridor.sections)

    def step(self, occupancy: Array) -> Flags:
        """Return (N,) whether a wave suppresses each section, after the stations' occupancies (S,) of a frame."""
        self._past.add(occupancy)
        before = self._past.oldest
        change = (before - occupancy) / np.maximum(before, LEAST_DIVISOR)
        wave = (occupancy >= self._least) & (change < self._change)
        self._quiet_s = np.where(wave[1:], SUPPRESS_S, np.maximum(self._quiet_s - self._period_s, 0.0))
        return np.asarray(self._quiet_s > 0)


class California8:
    """#8 as a score per section."""

    def __init__(self, corridor: Corridor, parameters: California8Parameters) -> None:
        self._seven = California7(corridor, parameters)
        self._period_s = corridor.period_s
        self._waves = CompressionWaves(corridor, parameters.wave, parameters.wave_change)

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) the score of #7, 0 while a compression wave is passing."""
        score = self._seven.score(frame)
        passing = self._waves.step(station_means(frame, self._period_s).occupancy)
        return np.where(passing & np.isfinite(score), NO_EVIDENCE, score)
