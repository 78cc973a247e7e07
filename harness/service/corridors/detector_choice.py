"""A detector as a corridor is set up with it: its name, its parameters, what hides faulty loops from it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from detectors.catalogue import DEFAULT_AIM, DETECTORS, build, fingerprint
from detectors.detector import Detector
from detectors.fault_masking import masked
from harness.records.detector_code import detector_code_digest
from harness.running.fault_mask import FaultMask
from harness.running.run_defaults import DEFAULT_DETECTOR
from scenarios.corridor import Corridor


@dataclass(frozen=True, slots=True)
class DetectorChoice:
    """A detector of the catalogue; `parameters`: its file, None for what it ships with; `aim`: false alarms per corridor-day.

    `mask`: the fault detector that hides faulty loops, None for none.
    """

    name: str = DEFAULT_DETECTOR
    parameters: Path | None = None
    mask: FaultMask | None = None
    aim: float = DEFAULT_AIM

    def build(self, corridor: Corridor) -> Detector:
        """Return it, new, for a corridor. Raises UserError where name, parameters or mask do not fit, PluginError."""
        detector = build(self.name, corridor, self.parameters, self.aim)
        return detector if self.mask is None else masked(detector, self.mask.build(corridor))

    def fingerprint(self) -> str:
        """Return the fingerprint of what its decisions depend on: parameters, mask, and the code of detectors."""
        parts = (
            fingerprint(self.name, self.parameters, self.aim),
            "" if self.mask is None else self.mask.fingerprint,
            detector_code_digest((self.name,)),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def score_fingerprint(self) -> str:
        """Return the fingerprint of what its scores depend on, but for the mask: parameters without thresholds."""
        return DETECTORS[self.name].score_fingerprint(self.parameters, self.aim)

    @property
    def packages(self) -> tuple[str, ...]:
        """The package of a plug-in, whose classes its state holds."""
        module = DETECTORS[self.name].module
        return (module.partition(".")[0],) if module else ()
