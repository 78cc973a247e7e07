"""How sure the thresholds of another package's detector are: what it raises on the recordings that it was calibrated on.

A detector of laneblock's says so in its file, from the scores that its calibration has anyway (`detectors.calibration.rates_seen`).
Files and calibrations of plug-ins are their own, so here the detector is built from its new file and watches the recordings again.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.incident_free import CalibrationRun, CalibrationSample, counted_frames, frame_times_s
from detectors.calibration.outcome import outcome_of
from detectors.calibration.rates_seen import RateSeen
from detectors.catalogue_entry import Entry
from detectors.plugin_guard import build_guarded
from simulator.frame import Flags


def plugin_rates(entry: Entry, package: str, runs: Sequence[CalibrationRun], file: Path, aim: float) -> list[RateSeen]:
    """Return the false alarms of the detector built from `file` on `runs`, for `aim`, or for each of AIMS if it has thresholds.

    None of them where no frame is free of incidents. Raises PluginError where it fails, UserError where it does not take the file.
    """
    free = counted_frames(runs, Aim().recovery_s)
    if not any(each.any() for each in free):
        return []
    sample = CalibrationSample(runs, [frame_times_s(run) for run in runs], free)
    rates = []
    for each in (aim,) if entry.thresholds is None else AIMS:
        alarms = [_alarms(entry, package, run, file, each) for run in runs]
        found = outcome_of(sample, alarms, Aim(each))
        rates.append(RateSeen(each, found.false_alarms, found.corridor_days))
    return rates


def _alarms(entry: Entry, package: str, run: CalibrationRun, file: Path, aim: float) -> Flags:
    """(T, N) the alarms on a run, of a new detector."""
    detector = build_guarded(entry, package, run.corridor, file, aim)
    return np.array([detector.step(frame).alarm for frame in run.frames], dtype=np.bool_).reshape(
        len(run.frames), run.corridor.sections
    )
