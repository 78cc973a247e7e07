"""Which fault detectors a command runs, and the files they are fitted by."""

from collections.abc import Sequence
from pathlib import Path

from detectors.faults.fault_catalogue import FAULT_DETECTORS
from harness.running.fault_mask import FaultMask
from scenarios.errors import MissingFileError, UserError
from scenarios.files.toml_file import is_file, is_folder
from scenarios.suggestion import likely


def fault_mask(text: str | None) -> FaultMask | None:
    """From NAME or NAME=FILE. Raises UserError, MissingFileError as `chosen_fault_detectors` does."""
    if text is None:
        return None
    name, equals, _ = text.partition("=")
    ((known, file),) = chosen_fault_detectors([name], [text] if equals else [], "--mask-faults").items()
    return FaultMask(known, file)


def chosen_fault_detectors(
    names: Sequence[str], parameters: Sequence[str], option: str = "--parameters"
) -> dict[str, Path | None]:
    """The detectors named, each with its file from `NAME=FILE`; without names, those that want no file or have one.

    `parameters` were typed after `option`. Raises UserError for a name there is none of, and for a file wanted or given in
    vain; MissingFileError.
    """
    files: dict[str, Path] = {}
    for text in parameters:
        name, equals, file = text.partition("=")
        if not equals or name not in FAULT_DETECTORS:
            raise UserError(f"{option}: wanted NAME=FILE with NAME one of {', '.join(FAULT_DETECTORS)}, got {text!r}")
        if is_folder(Path(file)):
            raise UserError(f"{option} {name}: wanted a file, got a folder: {file}")
        if not is_file(Path(file)):
            raise MissingFileError(f"{option} {name}: no such file: {file}")
        files[name] = Path(file)
    chosen = list(dict.fromkeys(names)) or [
        name for name, entry in FAULT_DETECTORS.items() if name in files or entry.calibrate is None
    ]
    for name in chosen:
        if name not in FAULT_DETECTORS:
            known = ", ".join(FAULT_DETECTORS)
            raise UserError(f"no fault detector {name!r}; there are {known}{likely(name, FAULT_DETECTORS)}")
        if FAULT_DETECTORS[name].calibrate is not None and name not in files:
            raise UserError(f"{name} is fitted to a corridor: wanted {option} {name}=FILE (laneblock calibrate {name})")
    for name in files:
        if name not in chosen or FAULT_DETECTORS[name].calibrate is None:
            raise UserError(f"{option} {name}: that detector takes no file here")
    return {name: files.get(name) for name in chosen}
