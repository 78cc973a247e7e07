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
from detectors.ensemble.stacked_weights import StackedWeights
from simulator.frame import Array

SHRINKAGES = (1e-3, 1e-2, 1e-1)
"""Shrinkages to equal weights that are tried. Chosen: with the first, weights differ up to tenfold; with the last, hardly."""


@dataclass(frozen=True, slots=True, eq=False)
class MarginRun:
    """The members' margins (T, N, K) on one run, and its truth."""

    margins: Array
    truth: Truth


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A way to combine: the majority, where `shrinkage` is None, or stacked weights of this shrinkage.

    `scores` (T, N) on each run, and what they do (`found`) at one false alarm per corridor-day.
    """

    shrinkage: float | None
    scores: Sequence[Array]
    found: Outcome

    @property
    def name(self) -> str:
        """Its name in the provenance."""
        return self.method if self.shrinkage is None else f"{self.method}, shrinkage {self.shrinkage:g}"

    @property
    def method(self) -> Method:
        """Its name in the file."""
        return "majority" if self.shrinkage is None else "stacked"


def margin_runs(
    scores: Sequence[Sequence[Array]], levels: Sequence[Mapping[float, float]], runs: Sequence[CalibrationRun]
) -> list[MarginRun]:
    """Return the runs as margins, from each member's scores (T, N) on them and its thresholds by false alarms."""
    scales = [MarginScale(each) for each in levels]
    made = []
    for number, run in enumerate(runs):
        margins = [scale.margin(each[number]) for each, scale in zip(scores, scales, strict=True)]
        made.append(MarginRun(np.stack(margins, axis=-1), training_truth(run)))
    return made


def stacked_on(runs: Sequence[MarginRun], shrinkage: float) -> StackedWeights:
    """Return the weights fitted to these runs."""
    return fit_stacked_weights([stacked_rows(run.margins, run.truth) for run in runs], shrinkage)


def candidates_of(methods: Sequence[Method]) -> list[float | None]:
    """Return the shrinkages to try; None stands for the majority."""
    return [*([None] if "majority" in methods else []), *(SHRINKAGES if "stacked" in methods else ())]


def candidate(
    shrinkage: float | None,
    runs: Sequence[CalibrationRun],
    margins: Sequence[MarginRun],
    scoring: Scoring = outcome_of,
) -> Candidate:
    """Return a candidate; where members are stacked, each run's score has the weights of the other folds."""
    if shrinkage is None:
        scores = [majority_score(run.margins) for run in margins]
    else:
        scores = out_of_fold(
            len(margins),
            lambda others, fold: stacked_on([margins[run] for run in others], shrinkage),
            lambda weights, run: weights.score(margins[run].margins),
        )
    return Candidate(shrinkage, scores, threshold_for(runs, scores, Aim(), scoring)[1])


def soonest(candidates: Sequence[Candidate]) -> Candidate:
    """Return the candidate with the least mean delay, of equal ones the first."""
    return min(candidates, key=lambda each: each.found.delay_s)
