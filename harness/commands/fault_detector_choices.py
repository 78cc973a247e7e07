"""The fault detectors that a command runs, each with its fitted file: checked before anything starts."""

from collections.abc import Sequence
from pathlib import Path

from detectors.faults.fault_catalogue import FAULT_DETECTORS
from harness.commands.file_options import existing_file
from harness.running.detector_names import check_given_once
from harness.running.fault_mask import FaultMask
from scenarios.errors import UserError
from scenarios.suggestion import likely


def fault_mask(text: str) -> FaultMask:
    """Return the mask given as NAME or NAME=FILE. Raises UserError, MissingFileError."""
    name, equals, _ = text.partition("=")
    ((known, file),) = chosen_fault_detectors([name], [text] if equals else [], "--mask-faults").items()
    return FaultMask(known, file)


def chosen_fault_detectors(
    names: Sequence[str], parameters: Sequence[str], option: str = "--parameters"
) -> dict[str, Path | None]:
    """Return the fault detectors named, each with its file from `NAME=FILE`; without names, those that need no file or have one.

    `parameters` follow `option`. Raises UserError for an unknown name, a missing or a superfluous file; MissingFileError.
    """
    check_given_once(names, "--detector")
    files: dict[str, Path] = {}
    for text in parameters:
        name, equals, file = text.partition("=")
        if not equals or name not in FAULT_DETECTORS:
            raise UserError(f"{option}: wanted NAME=FILE with NAME one of {', '.join(FAULT_DETECTORS)}, got {text!r}")
        if name in files:
            raise UserError(f"{option} for {name} is given twice")
        files[name] = existing_file(file, f"{option} {name}")
    chosen = list(names) or [
        name for name, entry in FAULT_DETECTORS.items() if name in files or entry.calibrate is None
    ]
    for name in chosen:
        if name not in FAULT_DETECTORS:
            known = ", ".join(FAULT_DETECTORS)
            raise UserError(f"no fault detector {name!r}; there are {known}{likely(name, FAULT_DETECTORS)}")
        if FAULT_DETECTORS[name].calibrate is not None and name not in files:
            raise UserError(f"{name} is fitted to a corridor: wanted {option} {name}=FILE (laneblock calibrate {name})")
    for name in files:
        if name not in chosen:
            raise UserError(f"{option} {name}: {name} does not run (add --detector {name}?)")
        if FAULT_DETECTORS[name].calibrate is None:
            raise UserError(f"{option} {name}: {name} takes no file")
    return {name: files.get(name) for name in chosen}
