"""A detector that says why: `evidence` holds its reasons, section by section, after each frame.

Reasons are of one frame and stay as they are; asking for them changes no decision. Live lines, alarms.csv and pages show
`text`; of reasons by part pages draw a picture too.
"""

from dataclasses import fields
from inspect import getattr_static
from typing import Protocol, cast, runtime_checkable

import numpy as np

from detectors.detector import Detector
from simulator.frame import Array

DEFAULT_UNIT = "standard deviations"
MOST_NAMED = 3
"""Quantities, features or members that a reason names. Chosen: more do not fit on a live line."""


class ReadOnlyCopies:
    """Base of frozen dataclasses that hold reasons: keeps read-only copies, floating-point, of arrays that others may write to."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for name in (each.name for each in fields(self)):  # type: ignore[arg-type]  # a base of dataclasses
            array = getattr(self, name)
            if isinstance(array, np.ndarray) and array.flags.writeable:
                object.__setattr__(self, name, read_only(array))


def read_only(values: Array) -> Array:
    """Return a copy that nobody can write to."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


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
