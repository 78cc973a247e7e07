"""The features of every lane of every section after each frame, relative to the site's normal.

    frame --> reading (frame_readings) --> vehicles expected from upstream (arrivals) --> sums over windows (window_sums)
          --> deviations, CUSUMs, speeds, densities (lane_deviations, lane_cusums, station_speeds)
          --> columns in the order of the table (lane_columns, lane_feature_table)
    the frame itself is learned as normal minutes later (site_learner)

Symbols and formulas: lane_feature_table.py. Nothing here is calibrated: what the features say together is learned by trees.
"""

from dataclasses import dataclass

import numpy as np

from detectors.sequential.arrivals import Expectation, expect
from detectors.sequential.feature_table import in_order
from detectors.sequential.frame_readings import Reading, lanes_of, read
from detectors.sequential.lane_columns import SPEED_S, LaneSignals, lane_columns
from detectors.sequential.lane_cusums import lost_flow, slowness
from detectors.sequential.lane_deviations import frame_quantities, speed_deviation
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.read_only_arrays import ReadOnlyArrays
from detectors.sequential.site_learner import SiteLearner
from detectors.sequential.site_normal import SiteObservation
from detectors.sequential.station_density import excess_between, vehicles_between
from detectors.sequential.station_speeds import StationSpeeds, follow
from detectors.sequential.window_sums import Windows
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class LaneStep(ReadOnlyArrays):
    """N sections of L lanes after one frame.

    `features` (N, L, F) in the order of LANE_NAMES; `judged` (N, L) lanes that both stations have and one of them reports;
    `expected`, `missing` (N,) vehicles expected downstream, and those of them that were not counted; `noise` (N,) variance
    of that count per expected vehicle; `excess`, `between` (N,), (N, L) vehicles beyond normal, and all vehicles, by density.
    """

    features: Array
    judged: Flags
    expected: Array
    missing: Array
    noise: Array
    excess: Array
    between: Array


class LaneFeatures:
    """Computes the features of one corridor, frame by frame; `length_m` (N,) of its sections."""

    def __init__(self, corridor: Corridor) -> None:
        self._has = lanes_of(corridor)
        self._period_s = corridor.period_s
        self.length_m: Array = np.diff([station.position_m for station in corridor.stations])
        self.site = SiteLearner(self._has, corridor.period_s)
        self._windows = Windows(corridor.period_s)
        self._speeds: StationSpeeds | None = None
        self._lost, self._slowed = np.zeros((2, *self._has[1:].shape))

    def step(self, frame: LoopFrame) -> LaneStep:
        """Return the features after `frame`."""
        has, windows = self._has, self._windows
        self.site.learn(self._lost)
        normal = self.site.normal
        reading = read(frame, has, normal.use)
        self._speeds = speeds = follow(self._speeds, reading, normal, self._period_s)
        windows.add({"vehicles": reading.vehicles, "total": reading.total})
        expected = expect(
            windows.all("vehicles"),
            windows.all("total"),
            reading.known,
            speeds.smoothed,
            self.length_m,
            self._period_s,
            normal,
        )
        windows.replace_newest(frame_quantities(reading, expected, normal))
        speed = {w: speed_deviation(windows, normal, w) for w in SPEED_S}
        self._lost = lost_flow(self._lost, reading, expected, normal)
        self._slowed = slowness(self._slowed, speed[30][1:], self._period_s)
        self.site.add(_observation(reading, expected))
        signals = LaneSignals(
            has, self.length_m, self._period_s, windows, normal, expected, speeds, speed, self._lost, self._slowed
        )
        features = np.empty((*self._lost.shape, len(LANE_NAMES)))
        for place, column in enumerate(in_order(lane_columns(signals), LANE_NAMES)):
            features[..., place] = column
        return LaneStep(
            features=features,
            judged=has[1:] & has[:-1] & (reading.known[1:] | reading.known[:-1]),
            expected=expected.total,
            missing=expected.total - reading.total[1:],
            noise=normal.noise_total,
            excess=excess_between(windows, reading, normal, self.length_m, self._period_s),
            between=vehicles_between(windows, normal, self.length_m),
        )


def _observation(reading: Reading, expected: Expectation) -> SiteObservation:
    """Return what the frame will teach; of mixing only the lanes that report at both stations."""
    both = np.isfinite(reading.count[1:] - expected.lane) & reading.known[:-1]
    return SiteObservation(
        reading,
        expected.passed,
        expected.lane,
        expected.total,
        np.where(both, expected.own - expected.even, np.nan),
        np.where(both, reading.count[1:] - expected.even, np.nan),
    )
