"""The score of a placement: a threshold by one rule, alarms, the scorer of all studies, and the delay to choose by.

    dense recording --> scores of the placement --> threshold --> alarms --> harness.scoring.score_runs --> PlacementScore

Threshold, `calibrated`: `threshold_for` on the calibration runs of that very placement, for the allowed
false alarms per day on the whole road. That function counts days of CORRIDOR_SECTIONS sections, so a placement of N sections
uses CORRIDOR_SECTIONS / N times the rate: more stations are not allowed more false alarms. `shipped`: the detector's own.

    delay of an incident = min(TTD, duration) where it is detected, its duration where it is not          [s]

so a miss never costs less than a late detection. Every incident counts for every placement: one that a placement's loops do
not show is missed by it. Placements are chosen by the mean delay on the calibration runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS, Aim
from detectors.calibration.incident_free import corridor_days, free_sample
from detectors.calibration.thresholds import threshold_for
from detectors.catalogue import DEFAULT_AIM, DETECTORS
from detectors.threshold_detector import alarms
from harness.records.known_truth import KnownRun
from harness.scoring.detection_score import Score
from harness.scoring.oracle_detector import Oracle
from harness.scoring.rates import Proportion, Sample
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.placement.dense_runs import Dense, DenseRun
from harness.studies.placement.placement import Placement, truth_of
from harness.studies.placement.placement_replays import Replays, Said
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

ORACLE = "oracle"


@dataclass(frozen=True)
class PlacementScore:
    """A placement with a detector at `threshold` (NaN: the detector decides by its own rules), scored on runs."""

    placement: Placement
    threshold: float
    score: Score

    @cached_property
    def delay(self) -> Sample:
        """Delay [s] of every incident, in the runs' order."""
        found = []
        for incident in self.score.incident_outcomes:
            duration_s = incident.clearance_s - incident.onset_s
            found.append(min(incident.ttd_s, duration_s) if incident.hit else duration_s)
        return Sample(tuple(found))

    @property
    def dr(self) -> Proportion:
        """Detected of all incidents, whether the placement's loops show them or not."""
        return Proportion(self.score.detected, len(self.score.incident_outcomes))


class Judge:
    """Judges placements with one detector on one recording."""

    def __init__(self, dense: Dense, detector: str, aim: float = DEFAULT_AIM) -> None:
        self.dense, self.detector = dense, detector
        self._replays = None if detector == ORACLE else Replays(dense, detector, aim)
        self._frames = [_times(run) for run in dense.runs]

    @property
    def pairwise(self) -> bool:
        """Whether a further placement only needs its new pairs of stations replayed."""
        return self._replays is not None and self._replays.pairwise

    def prepare(self, placements: Iterable[Placement]) -> None:
        """Replay together what several placements need."""
        if self._replays is not None:
            self._replays.prepare(placements)

    def threshold(self, placement: Placement, false_per_day: float) -> float:
        """Return the calibrated threshold of a placement; NaN for a detector that has none."""
        if self._replays is None or DETECTORS[self.detector].thresholds is None:
            return float("nan")
        aim = Aim(false_per_day * CORRIDOR_SECTIONS / placement.sections)
        scores = [said.scores for said in self._replays.said(placement)]
        return threshold_for(self._known(placement), scores, aim)[0]

    def free_days(self, placement: Placement) -> float:
        """Return the days of the whole road over which calibration counts false alarms."""
        runs = self._known(placement)
        free = [free_sample(run, Aim().recovery_s) for run in runs]
        return corridor_days(runs, free) * CORRIDOR_SECTIONS / placement.sections

    def _known(self, placement: Placement) -> list[KnownRun]:
        corridor = placement.corridor(self.dense.corridor)
        return [
            KnownRun(corridor, frames, run.truth.incidents, ())
            for frames, run in zip(self._frames, self.dense.runs, strict=True)
        ]

    def judge(self, placement: Placement, threshold: float, incidents_only: bool = False) -> PlacementScore:
        """Return the placement's score on all runs, or on those with incidents."""
        corridor = placement.corridor(self.dense.corridor)
        said = self._said(placement, corridor)
        runs = [
            self._scored(run, placement, corridor, each, threshold)
            for run, each in zip(self.dense.runs, said, strict=True)
            if run.truth.incidents or not incidents_only
        ]
        return PlacementScore(placement, threshold, score_runs(runs, 0))

    def alarms(self, run: DenseRun, placement: Placement, threshold: float) -> tuple[Array, Flags]:
        """Return the (T, N) scores and alarms on one run."""
        corridor = placement.corridor(self.dense.corridor)
        said = self._said(placement, corridor)[[each.name for each in self.dense.runs].index(run.name)]
        return said.scores, self._alarms(said, corridor, threshold)

    def _said(self, placement: Placement, corridor: Corridor) -> Sequence[Said]:
        if self._replays is not None:
            return self._replays.said(placement)
        return [_oracle(run, placement, self.dense.corridor, corridor) for run in self.dense.runs]

    def _alarms(self, said: Said, corridor: Corridor, threshold: float) -> Flags:
        return alarms(said.scores, threshold, corridor.period_s) if said.alarms is None else said.alarms

    def _scored(
        self, run: DenseRun, placement: Placement, corridor: Corridor, said: Said, threshold: float
    ) -> ScoredRun:
        truth = truth_of(placement, self.dense.corridor, run.truth, run.evidence_s, run.impact)
        return ScoredRun(run.name, corridor, run.times_s, self._alarms(said, corridor, threshold), truth)


def _oracle(run: DenseRun, placement: Placement, dense: Corridor, corridor: Corridor) -> Said:
    oracle = Oracle(corridor, truth_of(placement, dense, run.truth, run.evidence_s, run.impact))
    says = np.array([oracle.sections_announced(float(time_s)) for time_s in run.times_s])
    return Said(says.astype(np.float64), says)


def _times(run: DenseRun) -> tuple[LoopFrame, ...]:
    """Return frames with a time and no data: calibration reads nothing else."""
    nothing = np.zeros((1, 1))
    return tuple(LoopFrame(float(time_s), nothing, nothing, nothing) for time_s in run.times_s)


Rule = Literal["calibrated", "shipped"]


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """Judges on the calibration and the test recordings, with one rule for the detector's threshold."""

    calibration: Judge
    test: Judge
    rule: Rule
    false_per_day: float
    aim: float

    def threshold(self, placement: Placement) -> float:
        """Return the threshold of a placement by the rule."""
        if self.rule == "calibrated":
            return self.calibration.threshold(placement, self.false_per_day)
        thresholds = None if self.calibration.detector == ORACLE else DETECTORS[self.calibration.detector].thresholds
        return float("nan") if thresholds is None else thresholds()[self.aim]

    def delay_s(self, placement: Placement) -> float:
        """Return the mean delay [s] on the calibration's incidents, by which placements are chosen."""
        return self.calibration.judge(placement, self.threshold(placement), incidents_only=True).delay.mean
