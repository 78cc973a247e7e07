"""The evidence of a run's detector, frame by frame, replayed: a run keeps decisions and reasons, and its recording gives the rest.

A detector decides on a recording as it did live. Where its scores are not those that the run kept, there is no evidence: it
would be that of another detector.
"""

import tempfile
from collections.abc import Sequence
from math import nan
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detectors.charts.chart_evidence import ChartEvidence
from detectors.detector import Detector
from detectors.explained_detector import PartedReasons, by_part, unit_of
from detectors.fault_masking import Masked
from harness.reporting.figures.evidence_path import ChartLines, EvidencePath
from harness.reporting.read_runs import ReportedRun
from harness.running.build_detectors import rebuild_detector
from harness.running.feed_detector import step_all
from scenarios.errors import UserError
from simulator.frame import Array

SCORE_TOLERANCE = 1e-6
"""Relative difference of scores that counts as none. Chosen: recordings keep twelve digits, sums of a day lose some."""
SHARE_UNIT = "T\N{SUPERSCRIPT TWO} gone without it"
"""What the parts of a chart of all quantities are in."""


class _Row(NamedTuple):
    """One frame of one section: its end [s], score and parts (P,), and the reasons they are from."""

    time_s: float
    score: float
    parts: Array
    reasons: PartedReasons


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
    return _path(rows, section, _threshold(built, rows[-1].reasons, section)) if built is not None and rows else None


def _rows(detector: Detector, run: ReportedRun, section: int, window_s: tuple[float, float]) -> list[_Row] | None:
    """The rows in the window; None where the detector's scores are not those of the run, or its reasons have no parts."""
    rows = []
    for number, step in enumerate(step_all(detector, run.recording.frames, run.recording.corridor)):
        decision, reasons = step.decision, by_part(step.reasons)
        if decision.time_s > window_s[1]:
            break
        kept = run.decisions.score[number]
        if reasons is None or not np.allclose(decision.score, kept, rtol=SCORE_TOLERANCE, equal_nan=True):
            return None
        if decision.time_s > window_s[0]:
            share = reasons.share if isinstance(reasons, ChartEvidence) else None
            parts = (reasons.parts if share is None else share)[section]
            rows.append(_Row(decision.time_s, float(decision.score[section]), np.array(parts), reasons))
    return rows


def _threshold(detector: Detector, reasons: PartedReasons, section: int) -> float:
    """The score above which the detector alarms in a section, as its reasons or itself have it; NaN where neither does."""
    inner = detector.detector if isinstance(detector, Masked) else detector
    found = getattr(reasons, "threshold", getattr(inner, "threshold", nan))
    if isinstance(found, np.ndarray):
        return float(found[section])
    return float(found) if isinstance(found, int | float) else nan


def _path(rows: Sequence[_Row], section: int, threshold: float) -> EvidencePath:
    last = rows[-1].reasons
    charts = [row.reasons for row in rows if isinstance(row.reasons, ChartEvidence)]
    return EvidencePath(
        section=section,
        times_s=np.array([row.time_s for row in rows]),
        score=np.array([row.score for row in rows]),
        names=last.names,
        parts=np.array([row.parts for row in rows]),
        unit=SHARE_UNIT if isinstance(last, ChartEvidence) and last.share is not None else unit_of(last),
        threshold=threshold,
        chart=_lines(charts, section) if len(charts) == len(rows) else None,
    )


def _lines(charts: Sequence[ChartEvidence], section: int) -> ChartLines:
    def column(name: str) -> Array:
        found = (nan if each.series is None else getattr(each.series, name)[section] for each in charts)
        return np.array(list(found))

    return ChartLines(
        lower=np.array([each.lower[section] for each in charts]),
        value=column("value"),
        mean=column("mean"),
        action=column("action"),
        warning=column("warning"),
        limit=charts[-1].limits[0],
        logarithmic=charts[-1].total is not None,
    )
