"""Ways to combine members, each with its scores on the runs of a calibration and what they do at one false alarm a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.out_of_fold import out_of_fold
from detectors.calibration.outcome import Outcome, Scoring, outcome_of
from detectors.calibration.thresholds import threshold_for
from detectors.calibration.training_truth import Truth, training_truth
from detectors.ensemble.ensemble_parameters import Method
from detectors.ensemble.fit_stacked_weights import fit_stacked_weights, stacked_rows
from detectors.ensemble.majority_vote import majority_score
from detectors.ensemble.member_margins import MarginScale
from detectors.ensemble.recent_margins import recent_margins
from detectors.ensemble.stacked_weights import StackedWeights
from detectors.threshold_detector import HOLD_S
from simulator.frame import Array

MEMORIES_S = (0.0, HOLD_S, 2.5 * HOLD_S)
"""Memories that are tried, s: none, the time that an alarm is held, five minutes. Chosen."""


@dataclass(frozen=True, slots=True, eq=False)
class MarginRun:
    """The members' margins (T, N, K) on one run of period `period_s`, and its truth."""

    margins: Array
    period_s: float
    truth: Truth

    def recent(self, memory_s: float) -> Array:
        """Return (T, N, K) the largest margins of the last seconds."""
        return recent_margins(self.margins, memory_s, self.period_s)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A method and a memory; `scores` (T, N) on each run, and what they do (`found`) at one false alarm per corridor-day."""

    method: Method
    memory_s: float
    scores: Sequence[Array]
    found: Outcome


def margin_runs(
    scores: Sequence[Sequence[Array]], levels: Sequence[Mapping[float, float]], runs: Sequence[CalibrationRun]
) -> list[MarginRun]:
    """Return the runs as margins, from each member's scores (T, N) on them and its thresholds by false alarms."""
    scales = [MarginScale(each) for each in levels]
    made = []
    for number, run in enumerate(runs):
        margins = [scale.margin(each[number]) for each, scale in zip(scores, scales, strict=True)]
        made.append(MarginRun(np.stack(margins, axis=-1), run.corridor.period_s, training_truth(run)))
    return made


def stacked_on(runs: Sequence[MarginRun], memory_s: float) -> StackedWeights:
    """Return the weights fitted to these runs."""
    return fit_stacked_weights([stacked_rows(run.margins, run.recent(memory_s), run.truth) for run in runs])


def candidate(
    method: Method,
    memory_s: float,
    runs: Sequence[CalibrationRun],
    margins: Sequence[MarginRun],
    scoring: Scoring = outcome_of,
) -> Candidate:
    """Return a candidate; where members are stacked, each run's score has the weights of the other folds."""
    if method == "majority":
        scores = [majority_score(run.recent(memory_s)) for run in margins]
    else:
        scores = out_of_fold(
            len(margins),
            lambda others, fold: stacked_on([margins[run] for run in others], memory_s),
            lambda weights, run: weights.score(margins[run].margins, margins[run].recent(memory_s)),
        )
    return Candidate(method, memory_s, scores, threshold_for(runs, scores, Aim(), scoring)[1])


def soonest(candidates: Sequence[Candidate]) -> Candidate:
    """Return the candidate with the least mean delay, of equal ones the first."""
    return min(candidates, key=lambda each: each.found.delay_s)
