"""Reasons by part, frame by frame, as pictures of evidence are drawn from: of a run that is replayed, or of one as it passes.

Conventions: R frames of one section, P parts; a value that is not known is NaN.
"""

from collections.abc import Sequence
from math import nan
from typing import NamedTuple

import numpy as np

from detectors.charts.chart_evidence import ChartEvidence
from detectors.explained_detector import PartedReasons, unit_of
from harness.reporting.figures.evidence_path import ChartLines, EvidencePath
from simulator.frame import Array

SHARE_UNIT = "T\N{SUPERSCRIPT TWO} gone without it"
"""What the parts of a chart of all quantities are in."""
_SERIES = ("value", "mean", "action", "warning")


class EvidenceRow(NamedTuple):
    """One frame of one section: its end [s], score, parts (P,), and `lines` (5,) of a chart: its lower side and its series."""

    time_s: float
    score: float
    parts: Array
    lines: Array


class EvidenceTerms(NamedTuple):
    """What is the same in all rows: the parts' names and unit; of a chart its first limit, "" of another, and its scale."""

    names: tuple[str, ...]
    unit: str
    limit: str = ""
    logarithmic: bool = False


def row_of(time_s: float, score: float, reasons: PartedReasons, section: int) -> EvidenceRow:
    """Return a section's row of the frame that ends at `time_s`."""
    chart = reasons if isinstance(reasons, ChartEvidence) else None
    parts = (reasons.parts if chart is None or chart.share is None else chart.share)[section]
    if chart is None:
        lines = [nan] * (1 + len(_SERIES))
    else:
        series = (nan if chart.series is None else getattr(chart.series, name)[section] for name in _SERIES)
        lines = [chart.lower[section], *series]
    return EvidenceRow(time_s, score, np.array(parts, dtype=np.float64), np.array(lines, dtype=np.float64))


def terms_of(reasons: PartedReasons) -> EvidenceTerms:
    """Return what all rows of a detector have in common."""
    if not isinstance(reasons, ChartEvidence):
        return EvidenceTerms(tuple(reasons.names), unit_of(reasons))
    unit = unit_of(reasons) if reasons.share is None else SHARE_UNIT
    return EvidenceTerms(tuple(reasons.names), unit, reasons.limits[0], reasons.total is not None)


def path_of(rows: Sequence[EvidenceRow], terms: EvidenceTerms, section: int, threshold: float) -> EvidencePath:
    """Return the evidence of the rows, in order; a score above `threshold` is an alarm, NaN where it is not known."""
    lower, value, mean, action, warning = np.array([row.lines for row in rows]).T
    chart = ChartLines(lower, value, mean, action, warning, terms.limit, terms.logarithmic) if terms.limit else None
    return EvidencePath(
        section=section,
        times_s=np.array([row.time_s for row in rows]),
        score=np.array([row.score for row in rows]),
        names=terms.names,
        parts=np.array([row.parts for row in rows]),
        unit=terms.unit,
        threshold=threshold,
        chart=chart,
    )
