"""A recording as arrays on a regular clock: (T, S, L) readings, and which frames are free of known incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame, lanes_there
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import open_recording

BEFORE_ONSET_S = 600.0
"""Chosen: a logged onset is late by minutes; a simulated one is exact, and loses ten minutes."""
AFTER_CLEARANCE_S = 1800.0
"""Chosen: an hour's queue of one lane is gone by then. Frames after an incident that is not cleared are not used."""
MOST_FRAMES = 2_000_000
"""Chosen: a year of 20 s. A clock with a leap (seconds since 1970 in one row) would fill the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class StackedRecording:
    """Readings of one recording: `count`, `speed`, `occupancy` (T, S, L), NaN where unknown; `free` (T,): no incident is known.

    Frames that the file leaves out are there, unknown.
    """

    name: str
    corridor: Corridor
    count: Array
    speed: Array
    occupancy: Array
    free: Flags

    @property
    def free_hours(self) -> float:
        """Hours without a known incident."""
        return float(self.free.sum()) * self.corridor.period_s / 3600.0

    @property
    def lanes(self) -> Flags:
        """(S, L) flags of the lanes that exist."""
        return lanes_there(self.corridor)


def read_stacked(folder: Path) -> StackedRecording:
    """Return the recording in `folder`. Raises UserError, MissingFileError where it is none."""
    opened = open_recording(folder)
    return stacked(folder.name, opened.corridor, list(opened.frames), opened.incidents or ())


def stacked(
    name: str, corridor: Corridor, frames: Sequence[LoopFrame], incidents: Sequence[RecordedIncident] = ()
) -> StackedRecording:
    """Return frames as arrays on a regular clock."""
    times_s = np.array([frame.time_s for frame in frames])
    place = np.rint((times_s - times_s[0]) / corridor.period_s).astype(np.int64)
    length = int(place[-1]) + 1
    if length > MOST_FRAMES:
        raise UserError(f"{name}: it spans {length} periods of {corridor.period_s:g} s, wanted {MOST_FRAMES} at most")
    arrays = []
    for field in ("count", "speed", "occupancy"):
        values = np.full((length, len(corridor.stations), corridor.lanes), np.nan)
        values[place] = [getattr(frame, field) for frame in frames]
        arrays.append(values)
    clock_s = times_s[0] + corridor.period_s * np.arange(length)
    free = np.ones(length, dtype=np.bool_)
    for incident in incidents:
        over_s = incident.clearance_s + AFTER_CLEARANCE_S if np.isfinite(incident.clearance_s) else np.inf
        free &= (clock_s <= incident.onset_s - BEFORE_ONSET_S) | (clock_s > over_s)
    count, speed, occupancy = arrays
    return StackedRecording(name, corridor, count, speed, occupancy, free)
