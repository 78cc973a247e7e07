"""A threshold on a detector's scores for a rate of false alarms.

    runs -> incident-free sample -> scores, out of sample -> peaks -> threshold_for 0.1, 1, 10 false alarms per corridor-day

Alarms are those of `detectors.threshold_detector.alarms`; `outcome_of` defines which of them are false.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.exponential_tail import block_peaks, blocks_of, tail_value
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.outcome import Outcome, Scoring, outcome_at, outcome_of
from detectors.threshold_detector import frames_in
from scenarios.errors import UserError
from simulator.frame import Array

COUNTED = 3.0
"""False alarms from which they are counted; fewer are extrapolated. Chosen: a count of 3 has a deviation of 58 % of itself."""
TAIL_PEAKS = 30
"""Largest peaks at most that the tail is fitted to. Chosen: their mean excess is known to 1 / sqrt(30) = 18 %."""
PEAK_S = 300.0
"""A peak is a section's largest score in this time, s. Chosen: in a shorter one a single event makes several peaks."""
CANDIDATES = 200
"""Thresholds tried at most, each at a peak. Chosen: more make a search slower and its threshold hardly lower."""
LEAST_EXCEEDING = 1e-3
"""False alarms that a threshold is extrapolated to at least. Chosen, so that an aim of 0 has a finite threshold."""


def threshold_for(
    runs: Sequence[CalibrationRun], scores: Sequence[Array], aim: Aim, scoring: Scoring = outcome_of
) -> tuple[float, Outcome]:
    """Return the least threshold with no more false alarms than aimed at, there and at every higher one, and what it does.

    The rule for few false alarms is that of `least_threshold`. Raises UserError without incident-free frames or scores.
    """
    sample = calibration_sample(runs, aim.recovery_s)
    blocks = (
        block
        for run, free, score in zip(runs, sample.free, scores, strict=True)
        for block in blocks_of(
            np.where(free & np.isfinite(score), score, -inf), frames_in(PEAK_S, run.corridor.period_s)
        )
    )
    peaks = block_peaks(blocks)
    if not len(peaks):
        raise UserError("calibration needs scores on incident-free frames, got none that is a number")
    allowed = aim.false_per_corridor_day * sample.corridor_days
    threshold, _ = least_threshold(
        peaks, allowed, lambda level: outcome_at(level, sample, scores, aim, scoring).false_alarms
    )
    return threshold, outcome_at(threshold, sample, scores, aim, scoring)


def thresholds_for(
    runs: Sequence[CalibrationRun],
    scores: Sequence[Array],
    aims: Sequence[float] = AIMS,
    scoring: Scoring = outcome_of,
) -> dict[float, float]:
    """Return a threshold for each rate of false alarms per corridor-day."""
    found = {aim: threshold_for(runs, scores, Aim(aim), scoring)[0] for aim in aims}
    return monotone(found)


def monotone(found: Mapping[float, float]) -> dict[float, float]:
    """Return thresholds by false alarms of which one for fewer of them is never the lower.

    Thresholds are tried at steps, so that one for fewer false alarms may come out a step lower.

    >>> monotone({0.1: 3.0, 1.0: 4.0, 10.0: 2.0})
    {0.1: 4.0, 1.0: 4.0, 10.0: 2.0}
    """
    return {aim: max(found[other] for other in found if other >= aim) for aim in found}


def least_threshold(peaks: Array, allowed: float, false_alarms: Callable[[float], int]) -> tuple[float, bool]:
    """Return the least threshold with at most `allowed` false alarms, at it and above, and whether it is extrapolated.

    `peaks` are the score's in incident-free time, largest first; `false_alarms` counts those of a threshold. Thresholds are tried
    at peaks, from the top. Fewer than COUNTED allowed false alarms cannot be counted: then the threshold is the peaks'
    exponential tail at `allowed`, and at least the one that gives COUNTED.
    """
    counted = max(allowed, COUNTED)
    reach = max(4 * counted + 60, 2)  # an alarm may hold several peaks, so more peaks than alarms are tried
    places = np.unique(np.minimum(np.geomspace(1, reach, CANDIDATES).astype(int), len(peaks)) - 1)
    chosen = float(peaks[0])
    for place in places:
        threshold = float(peaks[place])
        if false_alarms(threshold) > counted:
            break
        chosen = threshold
    if allowed >= COUNTED:
        return chosen, False
    return max(chosen, tail_value(peaks, max(allowed, LEAST_EXCEEDING), TAIL_PEAKS)), True


def threshold_at(thresholds: Mapping[float, float], aim: float, detector: str, per: str = "corridor-day") -> float:
    """Return the threshold for `aim` false alarms per corridor-day, or per whatever `per` names.

    Raises UserError, listing the known rates, where `detector` was not calibrated for `aim`.
    """
    if aim not in thresholds:
        known = ", ".join(f"{rate:g}" for rate in sorted(thresholds))
        raise UserError(f"{detector} is calibrated for {known} false alarms per {per}, got {aim:g}")
    return thresholds[aim]
