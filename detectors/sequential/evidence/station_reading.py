"""A frame as the hypotheses see it: masked loops are not known, speeds and flows of stations over a minute or some.

Conventions: S stations, L lanes; NaN means not known. A station with a lane that is not known has no sound total.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from detectors.lane_order import summed
from detectors.read_only_arrays import ReadOnlyArrays
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags, LoopFrame

SPEED_S = 60.0
"""Window of speeds and densities, s. Chosen: a frame alone is noisy at night, two minutes are late."""
FLOW_S = 180.0
"""Memory of the flow that lane shares are looked up at, s. Chosen: shorter follows the noise of single frames."""


@dataclass(frozen=True, slots=True, eq=False)
class StationReading(ReadOnlyArrays):
    """The readings of S stations after a frame of `dt_s`.

    `count` (S, L) NaN where not known; `known` (S, L); `vehicles` (S, L), 0 where not known; `total` (S,) of the known lanes;
    `sound` (S,) every lane is known; `lane_speed` (S, L), `speed` (S,) [m/s] over SPEED_S, NaN where nobody was timed;
    `flow` (S,) over FLOW_S and `minute_flow` (S,) over SPEED_S [veh/h/lane of known lanes]; `lane_flow` (S, L) [veh/h].
    """

    time_s: float
    dt_s: float
    count: Array
    known: Flags
    vehicles: Array
    total: Array
    sound: Flags
    lane_speed: Array
    speed: Array
    flow: Array
    minute_flow: Array
    lane_flow: Array


class StationReader:
    """Reads the frames of one corridor, with lanes `has` (S, L)."""

    def __init__(self, has: Flags, period_s: float) -> None:
        self._has, self._period_s = has, period_s
        self._minute: deque[tuple[Array, Array, Array, Flags]] = deque(maxlen=frames_in(SPEED_S, period_s))
        self._flow: Array = np.full(len(has), np.nan)

    def read(self, frame: LoopFrame) -> StationReading:
        """Return the reading of `frame`."""
        count = np.where(self._has, frame.count, np.nan)
        known = np.isfinite(count)
        vehicles = np.where(known, count, 0.0)
        timed = np.where(known & np.isfinite(frame.speed), vehicles, 0.0)
        metres = timed * np.where(timed > 0, frame.speed, 0.0)
        self._minute.append((vehicles, timed, metres, known))
        counted, timed_60, metres_60 = (summed(each[k] for each in self._minute) for k in range(3))
        seen = summed(each[3] for each in self._minute)
        lane_flow = np.where(seen > 0, counted / np.maximum(seen, 1), np.nan) * 3600 / self._period_s
        minute_flow = _ratio(counted.sum(axis=1), seen.sum(axis=1)) * 3600 / self._period_s
        newest = _ratio(vehicles.sum(axis=1), known.sum(axis=1)) * 3600 / self._period_s
        share = 1 - np.exp(-self._period_s / FLOW_S)
        flow = np.where(
            np.isnan(self._flow), newest, self._flow + share * np.where(np.isnan(newest), 0.0, newest - self._flow)
        )
        self._flow = flow
        return StationReading(
            frame.time_s,
            self._period_s,
            count,
            known,
            vehicles,
            vehicles.sum(axis=1),
            np.asarray((known | ~self._has).all(axis=1)),
            _ratio(metres_60, timed_60),
            _ratio(metres_60.sum(axis=1), timed_60.sum(axis=1)),
            flow,
            minute_flow,
            lane_flow,
        )

    def forget(self) -> None:
        """Forget the last minutes, after a gap."""
        self._minute.clear()
        self._flow = np.full(len(self._has), np.nan)


def _ratio(over: Array, under: Array) -> Array:
    """Return over / under, NaN where under is 0."""
    return np.where(under > 0, over / np.where(under > 0, under, 1.0), np.nan)
