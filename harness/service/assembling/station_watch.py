"""Which stations are silent, found frame by frame. The same frames give the same facts, so a corridor may keep it in its state.

A station is silent in a frame in which none of its loops has a known value. Frames in which nothing at all is known are the
source's silence and say nothing about stations.
"""

import math
from collections.abc import Collection

import numpy as np

from harness.service.assembling.facts import Fact, FactKind
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


class StationWatch:
    """Tells a station that is silent for `silent_after_s` or longer, and its return. Can be pickled with a corridor's state."""

    def __init__(self, corridor: Corridor, silent_after_s: float = 300.0) -> None:
        stations = len(corridor.stations)
        self._names = [station.name for station in corridor.stations]
        self._frames = max(1, math.ceil(silent_after_s / corridor.period_s))
        self._silent_for = np.zeros(stations, dtype=np.int64)
        self._since_s = np.full(stations, np.nan)
        self._period_s = corridor.period_s

    @property
    def silent(self) -> Collection[str]:
        """Names of the stations that have been told silent, downstream."""
        return [self._names[station] for station in np.flatnonzero(self._silent_for >= self._frames)]

    def step(self, frame: LoopFrame) -> list[Fact]:
        """Take the next frame; return which stations are silent now, or back."""
        known = ~(np.isnan(frame.count) & np.isnan(frame.speed) & np.isnan(frame.occupancy)).all(axis=1)
        if not known.any():
            return []
        back = known & (self._silent_for >= self._frames)
        begin = ~known & (self._silent_for == 0)
        self._since_s[begin] = frame.time_s - self._period_s
        self._silent_for = np.where(known, 0, self._silent_for + 1)
        silent = self._silent_for == self._frames
        kinds = ((FactKind.STATION_SILENT, silent), (FactKind.STATION_BACK, back))
        return [
            Fact(kind, frame.time_s, self._names[station], from_s=float(self._since_s[station]))
            for kind, found in kinds
            for station in np.flatnonzero(found)
        ]
