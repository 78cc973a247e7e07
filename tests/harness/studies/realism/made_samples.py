"""Recordings of known statistics, as arrays: counts, speeds and occupancies from laws that a test states."""

from collections.abc import Sequence

import numpy as np

from harness.studies.realism.clean_sample import CleanSample, clean_sample
from harness.studies.realism.stacked_recording import StackedRecording
from scenarios.corridor import Corridor, Station
from simulator.frame import Array

PERIOD_S = 30.0


def road(stations: int = 3, lanes: int = 3, spacing_m: float = 600.0, period_s: float = PERIOD_S) -> Corridor:
    """A corridor of equal sections."""
    return Corridor("made", period_s, tuple(Station(f"S{s}", spacing_m * s, lanes) for s in range(stations)))


def recording(
    corridor: Corridor, count: Array, speed: Array | float = 28.0, occupancy: Array | float = 0.08
) -> StackedRecording:
    """A recording of (T, S, L) counts without incidents; no speed where no vehicle passed.

    Speeds differ by a nanometre a second from frame to frame: equal readings are those of a stuck loop.
    """
    speeds = (
        np.broadcast_to(np.asarray(speed, dtype=float), count.shape) + 1e-9 * (np.arange(len(count)) % 2)[:, None, None]
    )
    return exactly(corridor, count, speeds, occupancy)


def exactly(corridor: Corridor, count: Array, speed: Array, occupancy: Array | float = 0.08) -> StackedRecording:
    """A recording with just these readings."""
    speeds = np.where(count > 0, np.broadcast_to(np.asarray(speed, dtype=float), count.shape), np.nan)
    held = np.broadcast_to(np.asarray(occupancy, dtype=float), count.shape).copy()
    return StackedRecording("made", corridor, count.astype(float), speeds, held, np.ones(len(count), dtype=np.bool_))


def sample(*recordings: StackedRecording) -> CleanSample:
    """The recordings as one sample."""
    return clean_sample("made", recordings)


def poisson(mean: Sequence[float] | float, frames: int, corridor: Corridor, seed: int = 1) -> Array:
    """(T, S, L) Poisson counts with these means by lane."""
    shape = (frames, len(corridor.stations), corridor.lanes)
    return np.random.default_rng(seed).poisson(np.broadcast_to(np.asarray(mean, dtype=float), shape)).astype(float)
