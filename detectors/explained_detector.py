"""A detector that says why: `evidence` holds its reasons, section by section, after each frame.

Reasons are of one frame and stay as they are; asking for them changes no decision. Live lines, alarms.csv and pages show
`text`; of reasons with `names` and `parts` (`PartedReasons`) pages draw a picture too.
"""

from typing import Protocol, runtime_checkable

from detectors.detector import Detector
from simulator.frame import Array


@runtime_checkable
class Reasons(Protocol):
    """Why each section's score is what it is after one frame."""

    def text(self, section: int) -> str:
        """Return the reason in one line: what was compared with which limit, and what moved it; "" where nothing is known."""
        ...


@runtime_checkable
class PartedReasons(Reasons, Protocol):
    """Reasons by part: `parts` (N, P) are the newest values of the quantities `names` (P), in standard deviations."""

    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def parts(self) -> Array: ...  # noqa: D102


def reasons_of(detector: Detector) -> Reasons | None:
    """Return the detector's reasons after its last frame; None from one that gives none."""
    evidence = getattr(detector, "evidence", None)
    return evidence if isinstance(evidence, Reasons) else None
