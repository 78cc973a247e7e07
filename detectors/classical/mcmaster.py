"""McMaster (Persaud and Hall 1989): a station is congested where flow and occupancy leave the uncongested regime.

    uncongested   flow >= `bound` x slope x OCC       slope: flow per occupancy in free flow, learned at the station [veh/h/lane]
    congestion at the upstream station, not downstream of it, lasting `persistence_s` --> incident in the section
    (recurrent congestion spreads from downstream: there the station downstream is congested too)

The slope is the station's own, a slow mean of flow / occupancy over frames within the uncongested regime and above
LEAST_OCCUPANCY, learned from earlier frames. The paper draws a curved lower bound by hand for each station; through the
origin it is this line. The score is how far below the line the station upstream lies,
    1 - flow / (slope x OCC),   less `downstream` x the same downstream, each where its OCC exceeds `critical`; else 0.
`bound` only chooses the frames in which the slope is learned; the threshold on the score bounds the regime.
"""

from dataclasses import dataclass

import numpy as np

from detectors.classical.station_means import LEAST_OCCUPANCY, Persistence, station_means
from detectors.parameter_ranges import FactorParameter, PersistenceS, Share
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

SLOPE_VPHPL = 16_000.0
"""Slope that a station starts with, veh/h/lane per unit of occupancy. Chosen: free flow of 100 km/h, vehicles of 6.3 m."""
MEMORY_S = 1800.0
"""Time constant of the slope's slow mean, s. Chosen; a shorter one lets congestion pull the slope down."""


@dataclass(frozen=True, slots=True)
class McMasterParameters:
    """`bound` of the uncongested regime, `critical` occupancy [share], weight `downstream`, persistence [s]."""

    bound: Share = 0.75
    critical: Share = 0.08
    downstream: FactorParameter = 1.0
    persistence_s: PersistenceS = 60.0


class McMaster:
    """McMaster as a score per section."""

    def __init__(self, corridor: Corridor, parameters: McMasterParameters) -> None:
        self._parameters, self._period_s = parameters, corridor.period_s
        self._slope = np.full(len(corridor.stations), SLOPE_VPHPL)
        self._persistence = Persistence(parameters.persistence_s, corridor.period_s)

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) how congested the station upstream is beyond the one downstream; NaN where a station is dead."""
        means, parameters = station_means(frame, self._period_s), self._parameters
        observed = means.flow / np.maximum(means.occupancy, LEAST_OCCUPANCY)
        below = 1.0 - observed / self._slope
        congested = np.where(means.occupancy > parameters.critical, np.maximum(below, 0.0), 0.0)
        free = (means.occupancy > LEAST_OCCUPANCY) & (below < 1.0 - parameters.bound)
        rate = self._period_s / MEMORY_S
        self._slope = np.where(free, self._slope + rate * (observed - self._slope), self._slope)
        score = np.maximum(congested[:-1] - parameters.downstream * congested[1:], 0.0)
        return self._persistence.least(np.where(np.isnan(below[:-1] + below[1:]), np.nan, score), 0.0)
