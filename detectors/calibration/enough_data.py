"""Whether recordings hold enough to calibrate on: incident-free time in which both stations of a section are read.

How much is enough follows from the aim. A threshold for fewer false alarms than the recordings hold is extrapolated, down to
LEAST_EXCEEDING of them (`thresholds`); with less time than that the aim would no longer decide the threshold.
"""

from collections.abc import Sequence

import numpy as np

from detectors.calibration.aims import AIMS, CORRIDOR_SECTIONS, DAY_S, RECOVERY_S
from detectors.calibration.incident_free import CalibrationRun, incident_free_frames
from detectors.calibration.thresholds import LEAST_EXCEEDING
from scenarios.errors import UserError

LEAST_SECTION_HOURS = 1.0
"""Incident-free time at least, hours summed over sections. Chosen: 12 peaks of five minutes, 6 of them in the tail, whose mean
excess is then known to 1 / sqrt(6) = 41 %."""
NAMED = 3
"""Recordings that a message names. Chosen: it stays one line."""


def check_enough(
    detector: str, runs: Sequence[CalibrationRun], names: Sequence[str], aims: Sequence[float] = AIMS
) -> None:
    """Refuse recordings without readings, and too little incident-free time for the rarest of `aims`. Raises UserError."""
    hours = [_read_hours(run) for run in runs]
    for run, name, (read, _) in zip(runs, names, hours, strict=True):
        if not read:
            raise UserError(
                f"{name}: no section has counts at both its stations in any of its {len(run.frames)} frames; "
                f"calibration of {detector} needs readings (leave this recording out?)"
            )
    free, wanted = sum(free for _, free in hours), hours_needed(aims)
    if free < wanted:
        rarest = min((aim for aim in aims if aim > 0), default=0.0)
        raise UserError(
            f"calibration of {detector} for {rarest:g} false alarms per corridor-day needs {wanted:.3g} h of readings "
            f"free of incidents, summed over sections, got {free:.3g} h in {named(names)} (name more recordings, or longer ones)"
        )


def hours_needed(aims: Sequence[float]) -> float:
    """Return the incident-free hours, summed over sections, that thresholds for `aims` need at least.

    >>> round(hours_needed((0.1, 1.0, 10.0)), 2), hours_needed((10.0,))
    (1.68, 1.0)
    """
    rarest = min((aim for aim in aims if aim > 0), default=1.0)
    return max(LEAST_SECTION_HOURS, LEAST_EXCEEDING / rarest * CORRIDOR_SECTIONS * DAY_S / 3600)


def named(names: Sequence[str]) -> str:
    """Return the names of recordings for a message.

    >>> named(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _read_hours(run: CalibrationRun) -> tuple[float, float]:
    """Hours, summed over sections, with counts at both stations; and those of them that are free of incidents."""
    counted = np.array([np.isfinite(frame.count).any(axis=1) for frame in run.frames])
    read = counted[:, 1:] & counted[:, :-1]
    hour = run.corridor.period_s / 3600
    return float(read.sum()) * hour, float((read & incident_free_frames(run, RECOVERY_S)).sum()) * hour
