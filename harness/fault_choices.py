"""Which fault detectors a command runs, and the files they are fitted by."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.detector import Detector
from detectors.faults.catalogue import FAULT_DETECTORS, build_fault_detector
from harness.job import CarriedMask
from scenarios.corridor import Corridor
from scenarios.reading import is_file, is_folder, likely


@dataclass(frozen=True, slots=True)
class FaultMask:
    """The fault detector that hides loops from an incident detector, and the file it is fitted by."""

    name: str
    file: Path | None

    @property
    def text(self) -> str:
        """As it is written after --mask-faults."""
        return self.name if self.file is None else f"{self.name}={self.file}"

    def build(self, corridor: Corridor) -> Detector:
        """A new one for a run on `corridor`. Raises ValueError where its file is of another."""
        return build_fault_detector(self.name, corridor, self.file)


def fault_mask(text: str | None) -> FaultMask | None:
    """From NAME or NAME=FILE. Raises ValueError, FileNotFoundError as `chosen_fault_detectors` does."""
    if text is None:
        return None
    name, equals, _ = text.partition("=")
    ((known, file),) = chosen_fault_detectors([name], [text] if equals else [], "--mask-faults").items()
    return FaultMask(known, file)


def carried(mask: FaultMask | None, corridors: Sequence[Corridor]) -> CarriedMask | None:
    """The mask with its file inside, tried on every corridor it is to watch. Raises ValueError where it is of another."""
    if mask is None:
        return None
    for corridor in dict.fromkeys(corridors):
        try:
            mask.build(corridor)
        except ValueError as error:
            raise ValueError(f"--mask-faults {mask.text}: {error}") from None
    content = None if mask.file is None else base64.b64encode(mask.file.read_bytes()).decode("ascii")
    return CarriedMask(name=mask.name, file=content)


def unpacked(mask: CarriedMask | None, work: Path) -> FaultMask | None:
    """The mask with its file in the folder `work`. Raises ValueError where what was carried is no file."""
    if mask is None:
        return None
    if mask.name not in FAULT_DETECTORS:
        raise ValueError(f"mask: no fault detector {mask.name!r}; there are {', '.join(FAULT_DETECTORS)}")
    if mask.file is None:
        return FaultMask(mask.name, None)
    file = work / f"mask{FAULT_DETECTORS[mask.name].suffix}"
    try:
        file.write_bytes(base64.b64decode(mask.file, validate=True))
    except binascii.Error as error:
        raise ValueError(f"mask {mask.name}: its file wants to be base64: {error}") from None
    return FaultMask(mask.name, file)


def chosen_fault_detectors(
    names: Sequence[str], parameters: Sequence[str], option: str = "--parameters"
) -> dict[str, Path | None]:
    """The detectors named, each with its file from `NAME=FILE`; without names, those that want no file or have one.

    `parameters` were typed after `option`. Raises ValueError for a name there is none of, and for a file wanted or given in
    vain; FileNotFoundError.
    """
    files: dict[str, Path] = {}
    for text in parameters:
        name, equals, file = text.partition("=")
        if not equals or name not in FAULT_DETECTORS:
            raise ValueError(f"{option}: wanted NAME=FILE with NAME one of {', '.join(FAULT_DETECTORS)}, got {text!r}")
        if is_folder(Path(file)):
            raise ValueError(f"{option} {name}: wanted a file, got a folder: {file}")
        if not is_file(Path(file)):
            raise FileNotFoundError(f"{option} {name}: no such file: {file}")
        files[name] = Path(file)
    chosen = list(dict.fromkeys(names)) or [
        name for name, entry in FAULT_DETECTORS.items() if name in files or entry.calibrate is None
    ]
    for name in chosen:
        if name not in FAULT_DETECTORS:
            known = ", ".join(FAULT_DETECTORS)
            raise ValueError(f"no fault detector {name!r}; there are {known}{likely(name, FAULT_DETECTORS)}")
        if FAULT_DETECTORS[name].calibrate is not None and name not in files:
            raise ValueError(
                f"{name} is fitted to a corridor: wanted {option} {name}=FILE (laneblock calibrate {name})"
            )
    for name in files:
        if name not in chosen or FAULT_DETECTORS[name].calibrate is None:
            raise ValueError(f"{option} {name}: that detector takes no file here")
    return {name: files.get(name) for name in chosen}
