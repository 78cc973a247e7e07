"""Scores of days with a normal that was learned on the others.

A detector that knows a day's own means is calmer on it than on any day to come, and its thresholds would be too low.

    days --> at most MOST_FOLDS folds --> runs scored with the normal of the other folds' days --> the fold's own frames kept
"""

from collections.abc import Callable, Sequence

import numpy as np

from detectors.calibration.day_means import DayMeans
from detectors.calibration.history_days import count_days, days_of
from detectors.calibration.hourly_normal import HourlyNormal
from detectors.calibration.incident_free import CalibrationRun
from detectors.threshold_detector import Scorer
from scenarios.corridor import Corridor
from simulator.frame import Array

MOST_FOLDS = 5
"""Folds at most. Chosen: each replays the recordings once more, and the normal is already that of 4 days in 5."""


def out_of_day_scores(
    runs: Sequence[CalibrationRun],
    means: DayMeans,
    hours: int,
    make: Callable[[Corridor, HourlyNormal], Scorer],
) -> list[Array]:
    """Return the scores (T, N) of each run, every day scored by a new scorer that knows the normal of other days only.

    `hours` of the normal, 24 or 168. Days are dealt to the folds in turn.
    """
    days = days_of(runs)
    folds = min(MOST_FOLDS, count_days(days))
    scores = [np.full((len(run.frames), run.corridor.sections), np.nan) for run in runs]
    for fold in range(folds):
        left_out = range(fold, count_days(days), folds)
        normal = means.normal(hours, left_out, least_days=1)
        for run, each, score in zip(runs, days, scores, strict=True):
            own = np.isin(each, list(left_out))
            if not own.any():
                continue
            scorer = make(run.corridor, normal)
            for number in range(int(np.flatnonzero(own)[-1]) + 1):
                found = scorer.score(run.frames[number])
                if own[number]:
                    score[number] = found
    return scores
