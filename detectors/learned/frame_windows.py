"""The inputs of the learned detectors: the last frames as they are, with no model of the traffic between them.

Lane window, per lane of a section (trees): counts [per 30 s], occupancies and speeds of the lane and of those beside it, at
both stations, in the last four frames and as exponential means of 2, 5 and 15 minutes; the section's length and lanes.
Station window, per section (networks): flow and occupancy of the station upstream in the last five frames and of the one
downstream in the last three: the sixteen inputs of Cheu and Ritchie (1995). NaN where not known.
"""

import numpy as np

from detectors.classical.station_means import Past, station_means
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

FRAMES = 4
"""Last frames in a lane window. Chosen: two minutes of 30-s frames."""
MEMORIES_S = (120.0, 300.0, 900.0)
"""Time constants of the exponential means in a lane window, s. Chosen: shorter and longer than a queue takes to reach a station."""
UP_FRAMES, DOWN_FRAMES = 5, 3
"""Frames of the upstream and the downstream station in a station window (Cheu and Ritchie 1995)."""
COUNTED_S = 30.0
"""Time that a lane window's counts are per, s, whatever the period, so that one model serves all."""
FLOW_SCALE = 1000.0
"""Flows in a station window are in thousands of veh/h/lane, about as large as the occupancies."""
LANE_INPUTS = 2 * 6 * (FRAMES + len(MEMORIES_S)) + 2
STATION_INPUTS = 2 * (UP_FRAMES + DOWN_FRAMES)
"""Numbers in a lane window and in a station window."""


def nan_beside(values: Array) -> Array:
    """Return (S, L) the mean of the lanes beside each lane that report; NaN where none does."""
    padded = np.full((values.shape[0], values.shape[1] + 2), np.nan)
    padded[:, 1:-1] = values
    sides = np.stack([padded[:, :-2], padded[:, 2:]])
    known = np.isfinite(sides)
    lanes = known.sum(axis=0)
    return np.where(lanes > 0, np.where(known, sides, 0.0).sum(axis=0) / np.maximum(lanes, 1), np.nan)


class LaneWindow:
    """Lane windows (N, L, F), frame by frame."""

    def __init__(self, corridor: Corridor) -> None:
        self._per_30 = COUNTED_S / corridor.period_s
        self._past = Past(FRAMES)
        self._rates = [1 - np.exp(-corridor.period_s / memory) for memory in MEMORIES_S]
        self._means: list[Array] | None = None
        stations = corridor.stations
        lanes = np.array([[station.lanes] for station in stations[1:]], dtype=np.float64)
        length = np.diff([[station.position_m] for station in stations], axis=0)
        self._road = np.concatenate([length, lanes], axis=1)

    def step(self, frame: LoopFrame) -> Array:
        """Return the windows after `frame`."""
        own = (frame.count * self._per_30, frame.occupancy, frame.speed)
        now = np.stack([*own, *(nan_beside(values) for values in own)], axis=-1)  # (S, L, 6)
        self._past.add(now)
        before = [np.where(np.isnan(now), np.nan, now)] * len(self._rates) if self._means is None else self._means
        self._means = [
            np.where(np.isnan(mean), now, np.where(np.isnan(now), mean, mean + rate * (now - mean)))
            for mean, rate in zip(before, self._rates, strict=True)
        ]
        both = np.concatenate([*(self._past.ago(back) for back in range(FRAMES)), *self._means], axis=-1)
        road = np.broadcast_to(self._road[:, None], (*both[1:, :, 0].shape, 2))
        return np.concatenate([both[:-1], both[1:], road], axis=-1)


class StationWindow:
    """Station windows (N, 16), frame by frame."""

    def __init__(self, corridor: Corridor) -> None:
        self._period_s = corridor.period_s
        self._past = Past(max(UP_FRAMES, DOWN_FRAMES))

    def step(self, frame: LoopFrame) -> Array:
        """Return the windows after `frame`."""
        means = station_means(frame, self._period_s)
        self._past.add(np.stack([means.flow / FLOW_SCALE, means.occupancy], axis=-1))
        up = [self._past.ago(back)[:-1] for back in range(UP_FRAMES)]
        down = [self._past.ago(back)[1:] for back in range(DOWN_FRAMES)]
        return np.concatenate([*up, *down], axis=-1)
