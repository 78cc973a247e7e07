"""The corridor of the I-24 radar stations, from the markers of their files."""

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor, Station
from scenarios.run_labels import MILE_M
from simulator.frame import Array

PERIOD_S = 30.0
_MARKERS_PER_MILE = 100
"""Markers that agree to 0.01 mi are one place."""


def i24_corridor(markers: NDArray[np.int64], lanes: int, direction: str) -> tuple[Corridor, dict[int, int]]:
    """Return the corridor of stations at the markers (in 0.01 mi) in downstream order, and each marker's station."""
    ordered = np.unique(markers).tolist()
    if direction == "W":
        ordered.reverse()
    stations = tuple(
        Station(f"MM{marker / _MARKERS_PER_MILE:.{2 if marker % 10 else 1}f}", position_m(marker, ordered[0]), lanes)
        for marker in ordered
    )
    return Corridor(f"I-24 {direction}", PERIOD_S, stations), {marker: k for k, marker in enumerate(ordered)}


def marker_of(miles: Array) -> NDArray[np.int64]:
    """Return mile markers as whole numbers of 0.01 mi."""
    return np.rint(miles * _MARKERS_PER_MILE).astype(np.int64)


def position_m(marker: int, first: int) -> float:
    """Return the distance between two markers [m], to 0.1 m: finer than the markers."""
    return round(abs(marker - first) / _MARKERS_PER_MILE * MILE_M, 1)
