"""A recording: a folder with the readings of one corridor's loops, and known incidents, that any tool can read and write.

    corridor.toml     name, period_s and [[station]] tables             (simulator.recording.corridor_file)
    loops.csv         or loops.csv.gz or loops.parquet, one of them     (loop_table, loop_columns)
    incidents.csv     only where incidents are known                    (simulator.recording.incident_log)

Conventions: times in s on one clock, `time_s` the end of an interval; positions in m downstream; lane 0 the outermost
through lane; an empty field is not known. Files beside these are ignored.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import check_names, read_corridor, write_corridor
from simulator.recording.incident_log import IncidentLog, RecordedIncident, read_incidents, write_incidents
from simulator.recording.loop_table import find_loops, stream_loops, unwatched, write_loops
from simulator.recording.not_a_recording import file_slip


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One corridor's `frames` in order of time, without absent ones, and its incidents; they may be made as they are read.

    `incidents` is None where incidents are not known, empty where none happened.
    """

    corridor: Corridor
    frames: Sequence[LoopFrame]
    incidents: tuple[RecordedIncident, ...] | None


class RecordedFrames:
    """The frames in a recording's folder: each iteration reads them again, one by one, and checks them as they come.

    Raises UserError naming file, line and likely slip when a row that does not fit is reached. `show` is told the share read.
    """

    def __init__(self, loops: Path, corridor: Corridor, log: IncidentLog | None, show: Callable[[float], None]) -> None:
        self._loops, self._corridor, self._log, self._show = loops, corridor, log, show

    def __iter__(self) -> Iterator[LoopFrame]:
        first_s = None
        for frame in stream_loops(self._loops, self._corridor, self._show):
            first_s = frame.time_s if first_s is None else first_s
            yield frame
        if self._log is not None and first_s is not None:
            self._log.check_times(first_s - self._corridor.period_s, frame.time_s)


@dataclass(frozen=True, slots=True, eq=False)
class OpenRecording:
    """A recording whose frames stay in its file: what is in memory does not grow with its length."""

    corridor: Corridor
    frames: RecordedFrames
    incidents: tuple[RecordedIncident, ...] | None

    @property
    def span_s(self) -> tuple[float, float]:
        """The recording's start and end; all of it is read and checked. Raises UserError."""
        first_s, last_s = math.inf, -math.inf
        for frame in self.frames:
            first_s, last_s = min(first_s, frame.time_s), frame.time_s
        return first_s - self.corridor.period_s, last_s


def open_recording(folder: Path, show: Callable[[float], None] = unwatched) -> OpenRecording:
    """Return the recording in `folder`, its frames yet to be read and checked; `show` is told the share that has been read.

    Raises MissingFileError where the folder or a necessary file is missing, UserError naming file, line and likely
    slip for a corridor or incidents that do not fit.
    """
    check_folder(folder)
    corridor = read_corridor(folder)
    loops = find_loops(folder)
    log = read_incidents(folder, corridor)
    return OpenRecording(corridor, RecordedFrames(loops, corridor, log, show), None if log is None else log.incidents)


def read_recording(folder: Path) -> Recording:
    """Return the recording in `folder`, checked, with all its frames in memory. Raises as `open_recording` and its frames do."""
    opened = open_recording(folder)
    return Recording(opened.corridor, tuple(opened.frames), opened.incidents)


def check_folder(folder: Path) -> None:
    """Refuse a path that is not a recording's folder. Raises MissingFileError, UserError with the likely slip."""
    if not folder.exists():
        raise MissingFileError(f"{folder}: no such folder; a recording is a folder with corridor.toml and a loops file")
    if not folder.is_dir():
        raise UserError(f"{folder}: wanted a recording's folder, got a file{file_slip(folder)}")
    if not (folder / "corridor.toml").exists() and (folder / "runs").is_dir():
        raise MissingFileError(f"{folder}: holds no recording itself (one of the folders in {folder / 'runs'}?)")


def write_recording(
    folder: Path, recording: Recording, write: Callable[[Path, Corridor, Iterable[LoopFrame]], None] = write_loops
) -> None:
    """Write a recording, its loops as `loops.csv.gz`, into `folder` (made where it is missing); `write` writes the loops.

    The loops get their name when they are whole, and the corridor is written last: without it, what an interrupted writer left
    is no recording. A recording that was there stays until then. Raises UserError for names that no file can have; nothing is
    written then.
    """
    check_names(recording.corridor)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / ".loops.part.csv.gz"
    try:
        write(part, recording.corridor, recording.frames)
        (folder / "corridor.toml").unlink(missing_ok=True)
        part.replace(folder / "loops.csv.gz")
        if recording.incidents is not None:
            write_incidents(folder, recording.incidents)
        write_corridor(folder, recording.corridor)
    finally:
        part.unlink(missing_ok=True)
        if made and not any(folder.iterdir()):
            folder.rmdir()
