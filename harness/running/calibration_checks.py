"""What may be calibrated, and how a history is used; a calibration that is not possible is refused before anything is run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.catalogue import DETECTORS
from detectors.faults.fault_catalogue import FAULT_DETECTORS
from harness.running.detector_versions import versions_at
from harness.running.normal_kind import NormalKind
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError

CALIBRATED = tuple(name for name, entry in DETECTORS.items() if entry.calibrate is not None)
FITTED = tuple(name for name, entry in FAULT_DETECTORS.items() if entry.calibrate is not None)


@dataclass(frozen=True, slots=True)
class HistoryChoices:
    """How a history is used: its last days alone (None: all), the kind of normal, whether the parameters of the file that is
    replaced are chosen anew instead of kept, and whether a detector that is trained keeps what it was trained to where it can, so
    that its thresholds alone are new."""

    last_days: int | None = None
    normal: NormalKind = NormalKind.NONE
    retune: bool = True
    keep_trained: bool = False


ALL_ANEW = HistoryChoices()
"""A calibration on all recordings, as on a battery: parameters are chosen, and no normal is learned."""


def check_calibration(
    detector: str,
    battery: str | None,
    folders: Sequence[Path],
    recordings: bool,
    out: Path | None,
    choices: HistoryChoices = ALL_ANEW,
) -> None:
    """Raise UserError or MissingFileError for a calibration that is not possible, before anything is run."""
    if detector not in (*CALIBRATED, *FITTED):
        known = detector in DETECTORS or detector in FAULT_DETECTORS
        why = "has nothing to calibrate" if known else "is no detector"
        raise UserError(f"{detector!r} {why}; wanted one of: {', '.join((*CALIBRATED, *FITTED))}")
    if battery is not None and folders:
        raise UserError("--battery and --recordings: wanted one of them, got both")
    if battery is None and folders and not recordings:
        raise UserError(f"{folders[0]}: for recordings use --recordings {folders[0]} ..., for a battery --battery NAME")
    if battery is None and not folders:
        raise UserError("wanted --battery NAME or --recordings FOLDER..., got neither")
    _check_choices(detector, battery, choices)
    if out is not None and out.is_dir():
        raise UserError(f"--out {out}: wanted a file, got a folder (did you mean {out / default_file(detector)}?)")
    for folder in folders:
        if not folder.exists():
            raise MissingFileError(f"--recordings: no such folder: {folder}")


def _check_choices(detector: str, battery: str | None, choices: HistoryChoices) -> None:
    """Raise UserError for choices of a history where there is none, or where they mean nothing."""
    if choices.last_days is not None and (battery is not None or detector in FITTED):
        why = "a battery has no last days" if battery is not None else f"{detector} is fitted to all recordings"
        raise UserError(f"--last-days {choices.last_days}: {why} (name the days: --recordings FOLDER...)")
    if choices.normal in (NormalKind.DAY, NormalKind.WEEK):
        if battery is not None:
            raise UserError(
                f"--normal {choices.normal}: a normal is learned on a site's history (--recordings), not on a battery"
            )
        if detector in FITTED or not DETECTORS[detector].holds_normal or DETECTORS.package(detector) is not None:
            raise UserError(
                f"--normal {choices.normal}: the file of {detector} has no place for a normal (--normal none)"
            )


def check_replaced(detector: str, file: Path) -> None:
    """Raise UserError for a file of laneblock's own detector that cannot become a new version of what is there, before any work."""
    if detector in DETECTORS and DETECTORS.package(detector) is None:
        versions_at(file, detector)


def check_one_corridor(detector: str, corridors: Sequence[Corridor]) -> None:
    """Raise UserError for a battery of several roads, because a fault detector is fitted to one."""
    names = list(dict.fromkeys(corridor.name for corridor in corridors))
    if len(names) > 1:
        raise UserError(
            f"{detector} is fitted to one corridor, and the battery has {len(names)}: {', '.join(names)} "
            "(name the runs of one of them: --recordings FOLDER...)"
        )


def default_file(detector: str) -> Path:
    """Return the file that a calibration of `detector` is written to where none is named."""
    entries = FAULT_DETECTORS if detector in FAULT_DETECTORS else DETECTORS
    return Path(f"{detector}{entries[detector].suffix}")
