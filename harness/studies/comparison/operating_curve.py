"""Operating points and curves: DR and TTD against false alarms per corridor-day, each with its interval.

    replays x threshold --> harness.scoring.score_runs (the same matching as everywhere) --> Point
    curve        the detector's own threshold swept over its scores
    calibrated   the points at the thresholds it ships with: what a user gets
    read off     the least threshold of the curve with at most the given rate on these runs: for comparison at equal false
                 alarms; slightly optimistic for every detector

A corridor-day here is CORRIDOR_SECTIONS x 24 section-hours. `cost_s` counts a missed incident as MISSED_S.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, nan

import numpy as np

from detectors.calibration.aims import AIMS, CORRIDOR_SECTIONS
from harness.scoring.detection_score import Score
from harness.scoring.outcomes import IncidentOutcome
from harness.scoring.rates import Proportion, Rate, Sample
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.comparison.alarm_places import first_alarms_of
from harness.studies.comparison.comparison_replays import ComparisonReplay
from simulator.frame import Flags

MISSED_S = 600.0
STEPS = 36
HALVINGS = 8  # of the interval of thresholds in which the curve passes a rate
CLASS_ORDER = ("early", "middle", "late", "short", "medium", "long")


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run to score: a `ScoredRun` without alarms, and the replays that give the alarms."""

    scored: ScoredRun
    replayed: ComparisonReplay


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A detector at one threshold (NaN where it has none) on all runs."""

    detector: str
    threshold: float
    false_alarms: int
    corridor_days: float
    incidents: tuple[IncidentOutcome, ...]  # those that DR is counted over
    first_alarms: tuple[int | None, ...] = ()  # for each of them, see `alarm_places`; () where not asked for

    @property
    def false_alarm_rate(self) -> Rate:
        """False alarms per corridor-day."""
        return Rate(self.false_alarms, self.corridor_days)

    @property
    def dr(self) -> Proportion:
        """Share of the incidents with impact that are detected."""
        return Proportion(sum(incident.detected for incident in self.incidents), len(self.incidents))

    @property
    def ttd(self) -> Sample:
        """TTD [s] of the detected, in the runs' order."""
        return Sample(tuple(incident.ttd_s for incident in self.incidents if incident.detected))

    @property
    def cost_s(self) -> float:
        """Mean cost of an incident: its TTD, at most MISSED_S, and MISSED_S for a missed one."""
        return Sample(tuple(map(cost_s, self.incidents))).mean


def cost_s(incident: IncidentOutcome) -> float:
    """Return the TTD, at most MISSED_S, and MISSED_S for a missed incident."""
    return min(incident.ttd_s, MISSED_S) if incident.detected else MISSED_S


def calibrated_point(runs: Sequence[ComparedRun], detector: str, aim: float) -> OperatingPoint:
    """Return the point of the detector as it ships for `aim`."""
    return _point(runs, detector, nan, [run.replayed.alarm(detector, run.scored.corridor, aim) for run in runs])


def curve(runs: Sequence[ComparedRun], detector: str) -> tuple[OperatingPoint, ...]:
    """Return points from the strictest threshold on: spread over the highest scores, closer around the rates of AIMS."""
    scores = np.concatenate([run.replayed.scores[detector].max(axis=1, initial=-np.inf) for run in runs])
    ranked = np.unique(scores[np.isfinite(scores)])[::-1]
    if not len(ranked):
        return ()
    points: dict[int, OperatingPoint] = {}
    for place in (np.unique(np.geomspace(1, len(ranked), STEPS).astype(int)) - 1).tolist():
        points[place] = threshold_point(runs, detector, float(ranked[place]))
        if points[place].false_alarm_rate.value > 5 * max(AIMS):
            break
    for rate in AIMS:
        above = next((place for place in sorted(points) if points[place].false_alarm_rate.value > rate), None)
        below = max((place for place in points if above is not None and place < above), default=None)
        for _ in range(HALVINGS):
            if above is None or below is None or above - below < 2:
                break
            place = (below + above) // 2
            points[place] = threshold_point(runs, detector, float(ranked[place]))
            below, above = (below, place) if points[place].false_alarm_rate.value > rate else (place, above)
    return tuple(points[place] for place in sorted(points))


def threshold_point(runs: Sequence[ComparedRun], detector: str, threshold: float) -> OperatingPoint:
    """Return the point of the detector at a threshold of its score."""
    return _point(
        runs, detector, threshold, [run.replayed.alarm(detector, run.scored.corridor, nan, threshold) for run in runs]
    )


def read_off(points: Sequence[OperatingPoint], rate: float) -> OperatingPoint | None:
    """Return the last point of a curve before its false alarms exceed `rate`; None where there is no such point."""
    chosen = None
    for point in points:
        if not point.false_alarm_rate.value <= rate:  # true for NaN too
            break
        chosen = point
    return chosen


def _point(runs: Sequence[ComparedRun], detector: str, threshold: float, alarm: Sequence[Flags]) -> OperatingPoint:
    score = score_runs([replace(run.scored, alarm=each) for run, each in zip(runs, alarm, strict=True)], 0)
    return OperatingPoint(
        detector, threshold, score.false_alarms, corridor_days_of(score), score.counted, first_alarms_of(score)
    )


def corridor_days_of(score: Score) -> float:
    """Return the corridor-days of CORRIDOR_SECTIONS sections in which an alarm would have been false."""
    return score.section_hours / 24.0 / CORRIDOR_SECTIONS


def _order(value: float | str) -> tuple[float, str]:
    """Return the key that sorts numbers by size, then classes in CLASS_ORDER."""
    if isinstance(value, str):
        return inf, f"{CLASS_ORDER.index(value):02d}" if value in CLASS_ORDER else value
    return value, ""


def points_by_factor(point: OperatingPoint, factor: str) -> Mapping[object, OperatingPoint]:
    """Return the point for the incidents of each value of a factor; false alarms belong to no incident and are not counted."""
    values = sorted(
        {incident.factors[factor] for incident in point.incidents if factor in incident.factors}, key=_order
    )
    return {
        value: OperatingPoint(
            point.detector,
            point.threshold,
            0,
            0.0,
            tuple(incident for incident in point.incidents if incident.factors.get(factor) == value),
        )
        for value in values
    }
