"""A fault detector that hides loops from incident detectors: built for a corridor, and carried to other processes."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.detector import Detector
from detectors.faults.fault_catalogue import FAULT_DETECTORS, build_fault_detector
from harness.records.run_order import CarriedMask
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at


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
        """A new one for a run on `corridor`. Raises UserError where its file is of another."""
        return build_fault_detector(self.name, corridor, self.file)


def carried(mask: FaultMask | None, corridors: Sequence[Corridor]) -> CarriedMask | None:
    """The mask with its file inside, tried on every corridor it is to watch. Raises UserError where it is of another."""
    if mask is None:
        return None
    for corridor in dict.fromkeys(corridors):
        try:
            mask.build(corridor)
        except UserError as error:
            raise at(f"--mask-faults {mask.text}", error) from None
    content = None if mask.file is None else base64.b64encode(mask.file.read_bytes()).decode("ascii")
    return CarriedMask(name=mask.name, file=content)


def unpacked(mask: CarriedMask | None, work: Path) -> FaultMask | None:
    """The mask with its file in the folder `work`. Raises UserError where what was carried is no file."""
    if mask is None:
        return None
    if mask.name not in FAULT_DETECTORS:
        raise UserError(f"mask: no fault detector {mask.name!r}; there are {', '.join(FAULT_DETECTORS)}")
    if mask.file is None:
        return FaultMask(mask.name, None)
    file = work / f"mask{FAULT_DETECTORS[mask.name].suffix}"
    try:
        file.write_bytes(base64.b64decode(mask.file, validate=True))
    except binascii.Error as error:
        raise UserError(f"mask {mask.name}: its file wants to be base64: {error}") from None
    return FaultMask(mask.name, file)
