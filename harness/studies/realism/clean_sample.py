"""Recordings of one road, their faulty readings and known incidents hidden: what all other statistics are measured on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.studies.realism.frame_windows import weighted_speed
from harness.studies.realism.loop_faults import LoopFaults, find_faults, free_speed
from harness.studies.realism.stacked_recording import StackedRecording
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags

CONGESTED_SHARE = 0.6
"""Share of the free speed below which a station is congested."""


@dataclass(frozen=True, slots=True, eq=False)
class CleanSample:
    """Recordings of one road without incidents and faulty readings (both NaN); `free_mps` (S,): free speeds."""

    name: str
    corridor: Corridor
    pieces: tuple[StackedRecording, ...]
    faults: tuple[LoopFaults, ...]
    free_mps: Array

    @property
    def hours(self) -> float:
        """Hours without a known incident."""
        return sum(piece.free_hours for piece in self.pieces)

    @property
    def lanes(self) -> Flags:
        """(S, L) flags of the lanes that exist."""
        return self.pieces[0].lanes


def clean_sample(name: str, recordings: Sequence[StackedRecording]) -> CleanSample:
    """Return the recordings as one sample."""
    faults = tuple(find_faults(each) for each in recordings)
    pieces = tuple(_clean(each, found) for each, found in zip(recordings, faults, strict=True))
    speeds = np.concatenate([weighted_speed(each.count, each.speed, axis=2) for each in pieces])
    return CleanSample(name, recordings[0].corridor, pieces, faults, free_speed(speeds))


def _clean(recording: StackedRecording, found: LoopFaults) -> StackedRecording:
    hidden = found.faulty | ~recording.free[:, np.newaxis, np.newaxis]
    count, speed, occupancy = (
        np.where(hidden, np.nan, each) for each in (recording.count, recording.speed, recording.occupancy)
    )
    return replace(recording, count=count, speed=speed, occupancy=occupancy)
