"""Two detectors on the same incidents: the difference of their TTD with its interval, and of the incidents they detect.

d_i = TTD_i(detector) - TTD_i(reference)        mean over incidents, bootstrap interval over incidents
among incidents that both detect, and among all with MISSED_S for a missed one
McNemar: exact two-sided binomial test of the incidents that only one of the two detects
"""

from dataclasses import dataclass
from math import nan

from scipy.stats import binomtest

from harness.scoring.outcomes import IncidentOutcome
from harness.scoring.rates import Sample
from harness.studies.comparison.operating_curve import OperatingPoint, cost_s
from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """`detector` against `reference`, each at its false alarms per corridor-day; a negative difference [s]: it is sooner.

    `difference`: TTD over incidents that both detect; `cost_difference`: cost over all.
    """

    detector: str
    reference: str
    rate: float
    reference_rate: float
    difference: Sample
    cost_difference: Sample
    only_detector: int
    only_reference: int
    mcnemar_p: float


def paired_difference(point: OperatingPoint, reference: OperatingPoint) -> PairedDifference:
    """Return the differences between two points on the same runs. Raises UserError where their incidents differ."""
    if [_key(each) for each in point.incidents] != [_key(each) for each in reference.incidents]:
        raise UserError(f"{point.detector} and {reference.detector} were not scored on the same incidents")
    pairs = list(zip(point.incidents, reference.incidents, strict=True))
    both = tuple(one.ttd_s - other.ttd_s for one, other in pairs if one.detected and other.detected)
    ours = sum(one.detected and not other.detected for one, other in pairs)
    theirs = sum(other.detected and not one.detected for one, other in pairs)
    return PairedDifference(
        point.detector,
        reference.detector,
        point.false_alarm_rate.value,
        reference.false_alarm_rate.value,
        Sample(both),
        Sample(tuple(cost_s(one) - cost_s(other) for one, other in pairs)),
        ours,
        theirs,
        float(binomtest(ours, ours + theirs).pvalue) if ours + theirs else nan,
    )


def _key(incident: IncidentOutcome) -> tuple[str, int]:
    return incident.run, incident.incident
