"""Defaults of a run: the detector, the text of its shipped parameters, the number of processor cores."""

import os

from detectors.sheu.sheu_parameter_file import format_parameters, shipped_parameters

DEFAULT_DETECTOR = "sequential"


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shipped_text(name: str) -> str | None:
    """Return the text of the parameters that `sheu2004` ships with, which people read in the results; else None."""
    return format_parameters(shipped_parameters()) if name == "sheu2004" else None
