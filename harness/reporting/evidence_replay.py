"""The evidence of a run's detector, frame by frame, replayed: a run keeps decisions and reasons, and its recording gives the rest.

A detector decides on a recording as it did live. Where its scores are not those that the run kept, there is no evidence: it
would be that of another detector.
"""

import tempfile
from math import nan
from pathlib import Path

import numpy as np

from detectors.detector import Detector
from detectors.explained_detector import PartedReasons, by_part
from detectors.fault_masking import Masked
from harness.reporting.evidence_rows import EvidenceRow, path_of, row_of, terms_of
from harness.reporting.figures.evidence_path import EvidencePath
from harness.reporting.read_runs import ReportedRun
from harness.running.build_detectors import rebuild_detector
from harness.running.feed_detector import step_all
from scenarios.errors import UserError

SCORE_TOLERANCE = 1e-6
"""Relative difference of scores that counts as none. Chosen: recordings keep twelve digits, sums of a day lose some."""


def replayed_evidence(
    run: ReportedRun, detector: str, section: int, window_s: tuple[float, float]
) -> EvidencePath | None:
    """Return the evidence of `detector` in one section of a run, at the frames in the window from, to [s].

    None where the detector does not say why by part, is another one today, or comes from another package.
    """
    if run.reasons is None:
        return None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        try:
            built = rebuild_detector(run.record, detector, run.recording.corridor, Path(work))
        except UserError:  # parameters or a mask of another version
            return None
        rows = None if built is None else _rows(built, run, section, window_s)
    if built is None or rows is None or not rows[0]:
        return None
    found, reasons = rows
    return path_of(found, terms_of(reasons), section, _threshold(built, reasons, section))


def _rows(
    detector: Detector, run: ReportedRun, section: int, window_s: tuple[float, float]
) -> tuple[list[EvidenceRow], PartedReasons] | None:
    """The rows in the window and the last reasons; None where the detector's scores are not those of the run, or its reasons have
    no parts."""
    rows, last = list[EvidenceRow](), None
    for number, step in enumerate(step_all(detector, run.recording.frames, run.recording.corridor)):
        decision, reasons = step.decision, by_part(step.reasons)
        if decision.time_s > window_s[1]:
            break
        kept = run.decisions.score[number]
        if reasons is None or not np.allclose(decision.score, kept, rtol=SCORE_TOLERANCE, equal_nan=True):
            return None
        if decision.time_s > window_s[0]:
            rows.append(row_of(decision.time_s, float(decision.score[section]), reasons, section))
            last = reasons
    return None if last is None else (rows, last)


def _threshold(detector: Detector, reasons: PartedReasons, section: int) -> float:
    """The score above which the detector alarms in a section, as its reasons or itself have it; NaN where neither does."""
    inner = detector.detector if isinstance(detector, Masked) else detector
    found = getattr(reasons, "threshold", getattr(inner, "threshold", nan))
    if isinstance(found, np.ndarray):
        return float(found[section])
    return float(found) if isinstance(found, int | float) else nan
