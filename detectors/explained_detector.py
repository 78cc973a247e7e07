"""A detector that says why: `evidence` holds its reasons, section by section, after each frame.

Reasons are of one frame and stay as they are; asking for them changes no decision. Live lines, alarms.csv and pages show
`text`; of reasons by part pages draw a picture too.
"""

from inspect import getattr_static
from typing import Protocol, cast, runtime_checkable

from detectors.detector import Detector
from simulator.frame import Array

DEFAULT_UNIT = "standard deviations"


@runtime_checkable
class Reasons(Protocol):
    """Why each section's score is what it is after one frame."""

    def text(self, section: int) -> str:
        """Return the reason in one line: what was compared with which limit, and what moved it; "" where nothing is known."""
        ...


class PartedReasons(Reasons, Protocol):
    """Reasons by part: `parts` (N, P) are the newest values of the quantities `names` (P), in `unit_of` the reasons."""

    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def parts(self) -> Array: ...  # noqa: D102


def reasons_of(detector: Detector) -> Reasons | None:
    """Return the detector's reasons after its last frame; None from one that gives none."""
    evidence = getattr(detector, "evidence", None)
    return evidence if isinstance(evidence, Reasons) else None


def by_part(reasons: Reasons | None) -> PartedReasons | None:
    """Return the reasons if they have names and parts, else None; parts that are computed when asked for are not computed."""
    parted = reasons is not None and hasattr(reasons, "names") and getattr_static(reasons, "parts", None) is not None
    return cast(PartedReasons, reasons) if parted else None


def unit_of(reasons: Reasons) -> str:
    """Return the unit of the parts: the reasons' own `unit`, or else standard deviations."""
    return str(getattr(reasons, "unit", DEFAULT_UNIT))
