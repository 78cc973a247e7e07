"""Recordings from the Portland I-205 files of 2011: one per direction and contiguous run of rows.

Conventions: those of the files are in `portland_files` and `portland_stations`. A recording's clock counts
seconds from the midnight before its first row, `time_s` at the end of the period, so time_s / 3600 is the hour of day.
Occupancy is not known. Only rows 20 s apart belong to one run; runs shorter than `MINIMUM_S` become no folder.

Incidents are known where every station of a direction is labelled (the northern one): an empty list for the other
would say that nothing happened at stations that nobody labelled. A label names a station, all its lanes and a time, not what
happened: the incident stands at the station in every labelled lane, and where both directions are labelled, in both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.field_units import DAY_S
from simulator.formats.portland_files import ARCHIVE, TABLES, PortlandDirection, PortlandSource, read_source
from simulator.formats.portland_stations import PERIOD_S
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording

MINIMUM_S = 1200
"""Shortest recording. Chosen: detectors that learn the traffic of the hour need some minutes."""
_LONGEST_GAP_S = 6 * 3600
"""Labels before and after a gap of rows are one event up to this gap. Chosen: longer than the gaps within an incident."""


@dataclass(frozen=True, slots=True)
class PortlandEvent:
    """A labelled event at station `station` of a direction, from `onset_s` to `clearance_s` on the files' clock [s]."""

    station: int
    lanes: tuple[int, ...]
    onset_s: float
    clearance_s: float


@dataclass(frozen=True, slots=True)
class PortlandRun:
    """Rows `first` to `last` - 1 that follow one another, starting at `start_s` on the files' clock."""

    first: int
    last: int
    start_s: int

    @property
    def length_s(self) -> int:
        """Length of the run [s]."""
        return (self.last - self.first) * PERIOD_S

    @property
    def midnight_s(self) -> int:
        """The zero of the recording's clock, on the files' clock [s]."""
        return self.start_s // DAY_S * DAY_S

    @property
    def day(self) -> str:
        """Day and time at which the run starts: part of its folder's name."""
        return f"{datetime(1970, 1, 1) + timedelta(seconds=self.start_s):%Y-%m-%d-%H%M%S}"


def describe(source: Path) -> str | None:
    """Return a phrase where `source` is a folder with the names of these files, else None."""
    named = all((source / name).is_file() for name in (ARCHIVE, *TABLES))
    return "Portland I-205, 2011: lane detectors, 20 s" if named else None


def read(folder: Path) -> FieldRecordings:
    """Return the recordings of the files in `folder`. Raises as `portland_files.read_source` does, and as `recordings_of`."""
    return recordings_of(read_source(folder))


def recordings_of(source: PortlandSource) -> FieldRecordings:
    """Return a recording per direction and run of at least `MINIMUM_S`. Raises UserError where no run is long enough."""
    every = contiguous_runs(source)
    kept = [run for run in every if run.length_s >= MINIMUM_S]
    if not kept:
        raise UserError(f"no run of rows lasts {MINIMUM_S // 60} min, got {len(every)} shorter ones")
    short_s = sum(run.length_s for run in every) - sum(run.length_s for run in kept)
    short = f"{len(every) - len(kept)} runs shorter than {MINIMUM_S // 60} min left out ({short_s / 3600:.1f} h)"
    return FieldRecordings(_recordings(source, kept), short)


def _recordings(source: PortlandSource, kept: list[PortlandRun]) -> Iterator[tuple[str, Recording]]:
    for direction in source.directions:
        noted = labelled_events(source, direction) if direction.labelled.all() else None
        for run in kept:
            yield f"{direction.name}-{run.day}", _recording(source, direction, run, noted)


def contiguous_runs(source: PortlandSource) -> list[PortlandRun]:
    """Return all contiguous runs of rows, in order of time."""
    breaks = np.flatnonzero(np.diff(source.start_s) != PERIOD_S) + 1
    ends = [0, *breaks.tolist(), len(source.start_s)]
    return [PortlandRun(a, b, int(source.start_s[a])) for a, b in pairwise(ends)]


def labelled_events(source: PortlandSource, direction: PortlandDirection) -> list[PortlandEvent]:
    """Return the labelled events of a direction by time: consecutive rows with a label at one station, over gaps under 6 h."""
    found = []
    for station in range(len(direction.corridor.stations)):
        rows = np.flatnonzero(direction.event[:, station].any(axis=1))
        apart = (np.diff(rows) > 1) | (np.diff(source.start_s[rows]) > _LONGEST_GAP_S)
        for part in np.split(rows, np.flatnonzero(apart) + 1):
            if part.size:
                lanes = np.flatnonzero(direction.event[part, station].any(axis=0))
                onset_s, last_s = source.start_s[part[[0, -1]]].tolist()
                found.append(PortlandEvent(station, tuple(lanes.tolist()), onset_s, last_s + PERIOD_S))
    return sorted(found, key=lambda event: (event.onset_s, event.station))


def _recording(
    source: PortlandSource, direction: PortlandDirection, run: PortlandRun, noted: list[PortlandEvent] | None
) -> Recording:
    blank = np.full(direction.count.shape[1:], np.nan)
    ends_s = (source.start_s - run.midnight_s + PERIOD_S).tolist()
    frames = tuple(
        LoopFrame(float(ends_s[k]), direction.count[k], direction.speed[k], blank) for k in range(run.first, run.last)
    )
    incidents = None
    if noted is not None:
        end_s = run.start_s + run.length_s
        incidents = tuple(
            RecordedIncident(
                event.onset_s - run.midnight_s,
                event.clearance_s - run.midnight_s,
                direction.corridor.stations[event.station].position_m,
                event.lanes,
            )
            for event in noted
            if event.onset_s < end_s and event.clearance_s > run.start_s
        )
    return Recording(direction.corridor, frames, incidents)
