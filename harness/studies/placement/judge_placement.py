"""The score of a placement: threshold, alarms, the scorer of all studies, and the delay that placements are chosen by.

    dense recording --> scores of the placement --> threshold --> alarms --> harness.scoring.score_runs --> PlacementScore

Threshold, `calibrated`: `threshold_for` on the calibration runs under this placement, for the allowed false alarms per day on
the whole road. That function counts days of CORRIDOR_SECTIONS sections, so a placement of N sections uses CORRIDOR_SECTIONS / N
times the rate: more stations may not raise more false alarms. `shipped`: the detector's own.

    delay of an incident = min(TTD, duration) where it is detected, its duration where it is not          [s]

so a miss costs at least as much as a late detection. All incidents count for all placements: an incident that a placement's
loops do not show is missed. Placements are chosen by the mean delay on the calibration runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS, Aim
from detectors.calibration.incident_free import corridor_days, incident_free_frames
from detectors.calibration.thresholds import threshold_for
from detectors.catalogue import DEFAULT_AIM, DETECTORS
from detectors.threshold_detector import lasting_alarms
from harness.records.known_truth import KnownRun
from harness.scoring.detection_score import Score
from harness.scoring.oracle_detector import Oracle
from harness.scoring.outcomes import IncidentOutcome
from harness.scoring.rates import Proportion, Sample
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.placement.dense_runs import DenseRecordings, DenseRun
from harness.studies.placement.placement import Placement, truth_for_placement
from harness.studies.placement.placement_replays import PlacementReplay, PlacementReplays
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

ORACLE = "oracle"


def delay_s(incident: IncidentOutcome) -> float:
    """Return the delay of an incident [s]: its TTD, its duration where that is shorter or the incident is missed.

    NaN for a missed incident whose clearance is not known.
    """
    duration_s = incident.clearance_s - incident.onset_s
    return float(np.fmin(incident.ttd_s, duration_s)) if incident.hit else duration_s


@dataclass(frozen=True)
class PlacementScore:
    """A placement with a detector at `threshold` (NaN: the detector decides by its own rules), scored on runs."""

    placement: Placement
    threshold: float
    score: Score

    @cached_property
    def delay(self) -> Sample:
        """Delay [s] of every incident, in the runs' order."""
        return Sample(tuple(map(delay_s, self.score.incident_outcomes)))

    @property
    def dr(self) -> Proportion:
        """Detected of all incidents, whether the placement's loops show them or not."""
        return Proportion(self.score.detected, len(self.score.incident_outcomes))


class Judge:
    """Scores placements with one detector on one recording."""

    def __init__(self, dense: DenseRecordings, detector: str, aim: float = DEFAULT_AIM) -> None:
        self.dense, self.detector = dense, detector
        self._replays = None if detector == ORACLE else PlacementReplays(dense, detector, aim)
        self._frames = [_empty_frames(run) for run in dense.runs]

    @property
    def pairwise(self) -> bool:
        """Whether only the new pairs of stations of a further placement are replayed."""
        return self._replays is not None and self._replays.pairwise

    def prepare(self, placements: Iterable[Placement]) -> None:
        """Replay several placements at once."""
        if self._replays is not None:
            self._replays.prepare(placements)

    def threshold(self, placement: Placement, false_per_day: float) -> float:
        """Return the calibrated threshold of a placement; NaN for a detector that has none."""
        if self._replays is None or DETECTORS[self.detector].thresholds is None:
            return float("nan")
        aim = Aim(false_per_day * CORRIDOR_SECTIONS / placement.sections)
        scores = [replay.scores for replay in self._replays.replay(placement)]
        return threshold_for(self._known(placement), scores, aim)[0]

    def free_days(self, placement: Placement) -> float:
        """Return the days of the whole road over which calibration counts false alarms."""
        runs = self._known(placement)
        free = [incident_free_frames(run, Aim().recovery_s) for run in runs]
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
        replays = self._replay(placement, corridor)
        runs = [
            self._run_to_score(run, placement, corridor, each, threshold)
            for run, each in zip(self.dense.runs, replays, strict=True)
            if run.truth.incidents or not incidents_only
        ]
        return PlacementScore(placement, threshold, score_runs(runs, 0))

    def alarms(self, run: DenseRun, placement: Placement, threshold: float) -> tuple[Array, Flags]:
        """Return the (T, N) scores and alarms on one run."""
        corridor = placement.corridor(self.dense.corridor)
        replay = self._replay(placement, corridor)[[each.name for each in self.dense.runs].index(run.name)]
        return replay.scores, self._alarms(run, replay, corridor, threshold)

    def _replay(self, placement: Placement, corridor: Corridor) -> Sequence[PlacementReplay]:
        if self._replays is not None:
            return self._replays.replay(placement)
        return [_oracle(run, placement, self.dense.corridor, corridor) for run in self.dense.runs]

    def _alarms(self, run: DenseRun, replay: PlacementReplay, corridor: Corridor, threshold: float) -> Flags:
        if replay.alarms is not None:
            return replay.alarms
        rule = lasting_alarms if self.detector == ORACLE else DETECTORS[self.detector].alarms
        return rule(replay.scores, threshold, run.times_s, corridor)

    def _run_to_score(
        self, run: DenseRun, placement: Placement, corridor: Corridor, replay: PlacementReplay, threshold: float
    ) -> ScoredRun:
        truth = truth_for_placement(placement, self.dense.corridor, run.truth, run.evidence_s, run.impact)
        return ScoredRun(run.name, corridor, run.times_s, self._alarms(run, replay, corridor, threshold), truth)


def _oracle(run: DenseRun, placement: Placement, dense: Corridor, corridor: Corridor) -> PlacementReplay:
    oracle = Oracle(corridor, truth_for_placement(placement, dense, run.truth, run.evidence_s, run.impact))
    says = np.array([oracle.sections_announced(float(time_s)) for time_s in run.times_s])
    return PlacementReplay(says.astype(np.float64), says)


def _empty_frames(run: DenseRun) -> tuple[LoopFrame, ...]:
    """Return frames with times only: calibration reads nothing else of them."""
    no_data = np.zeros((1, 1))
    return tuple(LoopFrame(float(time_s), no_data, no_data, no_data) for time_s in run.times_s)


Rule = Literal["calibrated", "shipped"]


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """The judges on the calibration and the test recordings, with one rule for the detector's threshold."""

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
