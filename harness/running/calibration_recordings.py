"""Recordings as calibration takes them: with their known incidents, or alone where none are known."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from detectors.calibration.enough_data import named
from detectors.calibration.history_days import last_days
from harness.records.known_truth import KnownRun, read_known_run
from scenarios.errors import UserError
from simulator.recording.fault_log import read_faults
from simulator.recording.recording_folder import Recording, read_recording

CalibrationRecording = KnownRun | Recording
Read = Callable[[int, int], None]


def untold(done: int, of: int) -> None:
    """Tell nobody."""


def read_calibration_run(folder: Path) -> CalibrationRecording:
    """Return a recording with its known incidents, or the recording alone where none are known."""
    run = read_known_run(folder)
    return read_recording(folder) if run is None else run


def read_history(folders: Sequence[Path], days: int | None, read: Read = untold) -> tuple[Sequence[Any], list[str]]:
    """Return the recordings in `folders` with their known incidents, and their names; of the last `days` alone where given.

    `read` is told how many of the recordings are read, and of how many.
    """
    runs, names = list[CalibrationRecording](), [str(folder) for folder in folders]
    for done, folder in enumerate(folders, 1):
        runs.append(read_calibration_run(folder))
        read(done, len(folders))
    if days is None:
        return runs, names
    kept = last_days(runs, days)
    return [run for _, run in kept], [names[number] for number, _ in kept]


@contextmanager
def naming(names: Sequence[str]) -> Iterator[None]:
    """Add to a UserError which recordings were calibrated on."""
    try:
        yield
    except UserError as error:
        raise type(error)(f"{error} (calibrated on {named(names)})") from None


def refuse_faults(folders: Sequence[Path], runs: Sequence[CalibrationRecording]) -> None:
    """Raise UserError for a recording of faulty loops."""
    for folder, run in zip(folders, runs, strict=True):
        if read_faults(folder, run.corridor):
            raise UserError(f"{folder}: its loops have faults (faults.csv); name recordings of healthy loops")
