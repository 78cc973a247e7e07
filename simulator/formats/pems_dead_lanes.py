"""Lanes of PeMS that count nothing for hours while others of their station count: dead, and unknown."""

from collections import Counter

import numpy as np

from simulator.formats.day_readings import DayReadings
from simulator.frame import Flags

DEAD_S = 7200.0
"""Chosen: at night a lane may be empty for an hour while its neighbours are not."""


def forget_dead(readings: DayReadings, left_out: Counter[str]) -> None:
    """Make unknown what a lane says while it counts nothing for `DEAD_S` and another lane of its station counts."""
    least = int(DEAD_S / readings.corridor.period_s)
    count, occupancy = readings.values[..., 0], readings.values[..., 2]
    nothing: Flags = (count == 0) & ~(occupancy > 0)
    others: Flags = np.asarray((count > 0).any(axis=2))
    for station, lane in np.argwhere(nothing.sum(axis=0) >= least).tolist():
        quiet = nothing[:, station, lane] | ~readings.there[:, station, lane]
        edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
        for start, end in edges.reshape(-1, 2).tolist():
            silent = nothing[start:end, station, lane]
            if silent.sum() >= least and (others[start:end, station] & silent).sum() >= least / 2:
                readings.values[start:end, station, lane] = np.nan
                left_out[f"readings of lanes dead for {DEAD_S / 3600:g} h or more"] += int(silent.sum())
