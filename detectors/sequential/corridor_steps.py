"""The state of a corridor after each frame: features of every lane relative to the site's normal, and vehicles in it.

    frame --> reading (frame_readings) --> vehicles expected from upstream (arrivals) --> sums over windows (window_sums)
          --> deviations, CUSUMs, speeds, densities (lane_deviations, lane_cusums, station_speeds)
          --> columns in the order of the table (lane_columns, lane_feature_table)
          --> vehicles in each lane of each section (vehicles_between)
    the frame itself is learned as normal minutes later (site_learner)

Detection and training both start here. Symbols and formulas: lane_feature_table.py. Nothing here is calibrated: trees learn what
the features say together.
"""

from dataclasses import dataclass

import numpy as np

from detectors.feature_table import in_table_order
from detectors.lane_order import filled
from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.arrivals import Expectation, expected_arrivals
from detectors.sequential.frame_readings import Reading, existing_lanes, read_frame
from detectors.sequential.lane_columns import SPEED_S, LaneSignals, lane_columns
from detectors.sequential.lane_cusums import lost_flow, slowness
from detectors.sequential.lane_deviations import frame_quantities, speed_deviation
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.lane_features import Features, LaneFeatures
from detectors.sequential.site_learner import SiteLearner
from detectors.sequential.site_normal import SiteObservation
from detectors.sequential.station_speeds import StationSpeeds, next_speeds
from detectors.sequential.vehicles_between import vehicles_between
from detectors.sequential.window_sums import Windows
from detectors.site_memory import Memory, part_of, prefixed
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class CorridorStep(ReadOnlyArrays):
    """N sections of L lanes after one frame.

    `features` (N, L, F) in the order of LANE_NAMES; `judged` (N, L) lanes that both stations have and one of them reports;
    `between` (N, L) vehicles in each lane by density; `length_m` (N,).
    """

    time_s: float
    features: Features
    judged: Flags
    between: Array
    length_m: Array


class CorridorSteps:
    """Follows one corridor, frame by frame; `length_m` (N,) of its sections."""

    def __init__(self, corridor: Corridor) -> None:
        self._has = existing_lanes(corridor)
        self._period_s = corridor.period_s
        self.length_m: Array = np.diff([station.position_m for station in corridor.stations])
        self.site = SiteLearner(self._has, corridor.period_s)
        self._windows = Windows(corridor.period_s)
        self._speeds: StationSpeeds | None = None
        self._lost, self._slowed = filled(2, self._has[1:].shape)

    def step(self, frame: LoopFrame) -> CorridorStep:
        """Return what is known after `frame`."""
        has, windows = self._has, self._windows
        self.site.learn(self._lost)
        normal = self.site.normal
        reading = read_frame(frame, has, normal.use)
        self._speeds = speeds = next_speeds(self._speeds, reading, normal, self._period_s)
        windows.add({"vehicles": reading.vehicles, "total": reading.total})
        expected = expected_arrivals(
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
        features = LaneFeatures(in_table_order(lane_columns(signals), LANE_NAMES), self._lost.shape[1])
        return CorridorStep(
            frame.time_s,
            features,
            judged=has[1:] & has[:-1] & (reading.known[1:] | reading.known[:-1]),
            between=vehicles_between(windows, normal.speed, self.length_m),
            length_m=self.length_m,
        )

    def memory(self) -> dict[str, Array]:
        """Return the site's normal and the stations' free speeds."""
        free = np.zeros(len(self._has)) if self._speeds is None else self._speeds.free.copy()
        return {**prefixed("site", self.site.memory()), "free": free}

    def recall(self, memory: Memory) -> None:
        """Begin with the normal and the free speeds of `memory`."""
        self.site.recall(part_of("site", memory))
        free = memory["free"]
        self._speeds = StationSpeeds(np.full(len(free), np.nan), free)


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
