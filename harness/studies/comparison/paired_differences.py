"""Two detectors on the same incidents: the difference of their TTD with its interval, and whether one finds more.

d_i = TTD_i(detector) - TTD_i(reference)        mean over incidents, bootstrap interval over incidents
among incidents that both detect, and among all with MISSED_S for a missed one
McNemar: of the incidents that only one detects, those of the detector, against a fair coin (exact, two-sided)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from scipy.stats import binomtest

from harness.scoring.intervals import Interval, bootstrap_mean
from harness.scoring.score_runs import IncidentScore
from harness.studies.comparison.operating_curve import MISSED_S, SEED, Point
from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class Paired:
    """`detector` against `reference` at the false alarms per corridor-day each gave; negative differences [s]: it is sooner."""

    detector: str
    reference: str
    rate: float
    reference_rate: float
    both: int
    difference_s: float
    interval: Interval
    cost_difference_s: float
    cost_interval: Interval
    only_detector: int
    only_reference: int
    mcnemar_p: float


def paired(point: Point, reference: Point) -> Paired:
    """Compare two points on the same runs. Raises UserError where their incidents differ."""
    if [_key(each) for each in point.incidents] != [_key(each) for each in reference.incidents]:
        raise UserError(f"{point.detector} and {reference.detector} were not scored on the same incidents")
    pairs = list(zip(point.incidents, reference.incidents, strict=True))
    both = [one.ttd_s - other.ttd_s for one, other in pairs if one.detected and other.detected]
    cost = [_cost(one) - _cost(other) for one, other in pairs]
    ours = sum(one.detected and not other.detected for one, other in pairs)
    theirs = sum(other.detected and not one.detected for one, other in pairs)
    return Paired(
        point.detector,
        reference.detector,
        point.rate,
        reference.rate,
        len(both),
        _mean(both),
        bootstrap_mean(both, np.random.default_rng(SEED)),
        _mean(cost),
        bootstrap_mean(cost, np.random.default_rng(SEED)),
        ours,
        theirs,
        float(binomtest(ours, ours + theirs).pvalue) if ours + theirs else nan,
    )


def _key(incident: IncidentScore) -> tuple[str, int]:
    return incident.run, incident.incident


def _cost(incident: IncidentScore) -> float:
    return min(incident.ttd_s, MISSED_S) if incident.detected else MISSED_S


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else nan
