"""The mask, a fault detector that hides loops from incident detectors: built for a corridor, packed for another process."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.detector import Detector
from detectors.faults.fault_catalogue import FAULT_DETECTORS, build_fault_detector, fault_fingerprint
from harness.records.run_order import PackedMask
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at


@dataclass(frozen=True, slots=True)
class FaultMask:
    """The name of a fault detector that hides loops, and the file that fits it to a corridor."""

    name: str
    file: Path | None

    @property
    def text(self) -> str:
        """The mask as typed after --mask-faults."""
        return self.name if self.file is None else f"{self.name}={self.file}"

    @property
    def fingerprint(self) -> str:
        """Its fingerprint, at the aim that `build` uses."""
        return fault_fingerprint(self.name, self.file)

    def build(self, corridor: Corridor) -> Detector:
        """Return a new fault detector for a run on `corridor`. Raises UserError where the file fits another corridor."""
        return build_fault_detector(self.name, corridor, self.file)


def pack_mask(mask: FaultMask, corridors: Sequence[Corridor]) -> PackedMask:
    """Return the mask with its file's content, built once for every corridor. Raises UserError where one does not fit."""
    for corridor in dict.fromkeys(corridors):
        try:
            mask.build(corridor)
        except UserError as error:
            raise at(f"--mask-faults {mask.text}", error) from None
    content = None if mask.file is None else base64.b64encode(mask.file.read_bytes()).decode("ascii")
    return PackedMask(name=mask.name, file=content)


def unpack_mask(mask: PackedMask, work: Path) -> FaultMask:
    """Return the mask with its content as a file in the folder `work`. Raises UserError where name or content is wrong."""
    if mask.name not in FAULT_DETECTORS:
        raise UserError(f"mask: no fault detector {mask.name!r}; there are {', '.join(FAULT_DETECTORS)}")
    content = mask.content
    if content is None:
        return FaultMask(mask.name, None)
    file = work / f"mask{FAULT_DETECTORS[mask.name].suffix}"
    file.write_bytes(content)
    return FaultMask(mask.name, file)
