"""APID, the All Purpose Incident Detection algorithm (Masters, Lam and Wong 1991): California tests by level of flow.

    heavy flow   (OCC(up) > `heavy`)                     OCCDF >= T1 and OCCRDF >= T2
    medium flow  (`light` < OCC(up) <= `heavy`)          OCCRDF >= T3 and SPDTDF >= T4: the relative fall of the mean speed
                                                         upstream over two minutes
    light flow   (OCC(up) <= `light`)                    no detection: chance passes the tests too often

Tests must hold for `persistence_s`, and are suppressed for five minutes by a compression wave downstream (as in California #8).
Both apply at either level here; the paper names them for heavy flow.
The score is the least ratio of a test's value to its threshold at that level; a threshold on it scales them together.
"""

from dataclasses import dataclass

import numpy as np

from detectors.classical.california import LOOK_BACK_S, NO_EVIDENCE, CompressionWaves
from detectors.classical.station_means import LEAST_DIVISOR, LEAST_SPEED_MPS, Past, Persistence, station_means
from detectors.parameter_ranges import PersistenceS, RatioThreshold, RelativeChange, Share
from detectors.threshold_detector import frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


@dataclass(frozen=True, slots=True)
class ApidParameters:
    """Levels `light`, `heavy` [share of occupancy], thresholds T1 to T4 and the compression wave."""

    light: Share = 0.05
    heavy: Share = 0.15
    difference: RatioThreshold = 0.08
    relative_heavy: RatioThreshold = 0.4
    relative_medium: RatioThreshold = 0.5
    speed_fall: RatioThreshold = 0.2
    persistence_s: PersistenceS = 60.0
    wave: Share = 0.3
    wave_change: RelativeChange = -0.3


class Apid:
    """APID as a score per section."""

    def __init__(self, corridor: Corridor, parameters: ApidParameters) -> None:
        self._parameters, self._period_s = parameters, corridor.period_s
        self._persistence = Persistence(parameters.persistence_s, corridor.period_s)
        self._speed = Past(1 + frames_in(LOOK_BACK_S, corridor.period_s))
        self._waves = CompressionWaves(corridor, parameters.wave, parameters.wave_change)

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) how many times the level's thresholds are exceeded; NaN where a station is dead."""
        means, parameters = station_means(frame, self._period_s), self._parameters
        self._speed.add(means.speed)
        up, down = means.occupancy[:-1], means.occupancy[1:]
        difference = up - down
        relative = difference / np.maximum(up, LEAST_DIVISOR)
        before = self._speed.oldest[:-1]
        fall = np.nan_to_num((before - means.speed[:-1]) / np.maximum(before, LEAST_SPEED_MPS))
        heavy = np.minimum(difference / parameters.difference, relative / parameters.relative_heavy)
        medium = np.minimum(relative / parameters.relative_medium, fall / parameters.speed_fall)
        exceeded = np.where(up > parameters.heavy, heavy, np.where(up > parameters.light, medium, NO_EVIDENCE))
        exceeded = np.where(np.isnan(difference), np.nan, np.maximum(exceeded, NO_EVIDENCE))
        lasting = self._persistence.least(exceeded, NO_EVIDENCE)
        return np.where(self._waves.step(means.occupancy) & np.isfinite(lasting), NO_EVIDENCE, lasting)
