"""What a run uses where nothing else is asked for: detector, its shipped parameters, processor cores."""

import os

from detectors.sheu.sheu_parameter_file import format_parameters, shipped_parameters

DEFAULT_DETECTOR = "sequential"


def cores() -> int:
    """The processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shipped_text(name: str) -> str | None:
    """The text of the parameters a detector ships with, where it has such a file."""
    return format_parameters(shipped_parameters()) if name == "sheu2004" else None
