"""A recording: a folder with the readings of one corridor's loops, and known incidents, that any tool can read and write.

    corridor.toml     name, period_s and [[station]] tables             (simulator.recording.corridor_file)
    loops.csv         or loops.csv.gz or loops.parquet, one of them     (loop_table, loop_columns)
    incidents.csv     only where incidents are known                    (simulator.recording.incident_log)

Conventions: times in s on one clock, `time_s` the end of an interval; positions in m downstream; lane 0 the rightmost
through lane; an empty field is not known. Files beside these are ignored.
"""

from dataclasses import dataclass
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import read_corridor, write_corridor
from simulator.recording.incident_log import RecordedIncident, read_incidents, write_incidents
from simulator.recording.loop_table import find_loops, read_loops, write_loops


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One corridor's `frames` in order of time, without absent ones, and its incidents.

    `incidents` is None where incidents are not known, empty where none happened.
    """

    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: tuple[RecordedIncident, ...] | None


def read_recording(folder: Path) -> Recording:
    """Return the recording in `folder`, checked.

    Raises MissingFileError where the folder or a necessary file is missing, UserError naming file, line and likely
    slip for anything that does not fit.
    """
    check_folder(folder)
    corridor = read_corridor(folder)
    frames = read_loops(find_loops(folder), corridor)
    incidents = read_incidents(folder, corridor, frames[0].time_s - corridor.period_s, frames[-1].time_s)
    return Recording(corridor, frames, incidents)


def check_folder(folder: Path) -> None:
    """Refuse a path that is not a recording's folder. Raises MissingFileError, UserError with the likely slip."""
    if not folder.exists():
        raise MissingFileError(f"{folder}: no such folder; a recording is a folder with corridor.toml and a loops file")
    if not folder.is_dir():
        raise UserError(f"{folder}: wanted a recording's folder, got a file (name the folder that holds it?)")
    if not (folder / "corridor.toml").exists() and (folder / "runs").is_dir():
        raise MissingFileError(f"{folder}: holds no recording itself (one of the folders in {folder / 'runs'}?)")


def write_recording(folder: Path, recording: Recording) -> None:
    """Write a recording, its loops as `loops.csv.gz`, into `folder` (made where it is missing).

    The corridor is written last: without it, what an interrupted writer left is no recording.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "corridor.toml").unlink(missing_ok=True)
    write_loops(folder / "loops.csv.gz", recording.corridor, recording.frames)
    if recording.incidents is not None:
        write_incidents(folder, recording.incidents)
    write_corridor(folder, recording.corridor)
