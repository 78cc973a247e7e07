"""Fault detectors fitted to a corridor from recordings of healthy days, with thresholds for false alarms per loop-month.

    recordings --> folds --> fitted on the others, scored on its own --> b, thresholds for 0.1, 1, 10 per loop-month
               --> fitted on all of them, with these thresholds

The rule is that of `thresholds`: the least threshold with no more false alarms than aimed at, there and above; where
fewer than COUNTED are allowed on the recordings, from the exponential tail of the largest scores of every loop and BLOCK_S
(sums hang together for hours). Of the slacks b (SLACKS), the one whose threshold an overcount of FELT, at the loops' median
traffic, exceeds soonest: the paper only says that b is small. A loop-month is 30 loop-days of loops with data. Alarms are
those of a detector that fails no loop.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from detectors.calibration.thresholds import COUNTED, DAY_S, CalibrationRun, beyond, starts
from detectors.detector import Detector
from detectors.faults.conservation import Balance, Conservation, learn
from detectors.faults.cusum_sums import standardised, sums_of
from detectors.faults.fit_gaussian_process import POINTS, fit_predictor
from detectors.faults.frame_aggregation import STEP_S, rooted, steps_of
from detectors.faults.gp_cusum_model_file import GpCusumModel
from detectors.faults.loop_index import distances_m, stations_of
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array

AIMS = (0.1, 1.0, 10.0)  # false alarms per loop-month
MONTH_DAYS = 30.0
BLOCK_S = 6 * 3600.0
FOLDS = 3
SLACKS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)  # b, in deviations
FELT = 0.3  # the overcount that b is chosen for
TRIED = 200
LEAST_KNOWN = 0.5
LEAST_STEPS = 100  # of each loop: in a fold of two, 50 remain, and 2 (n + 2) are wanted for n = 12

Show = Callable[[str], None]


def thresholds_per_loop_month(
    scores: Sequence[Array], period_s: float, aims: Sequence[float] = AIMS
) -> tuple[dict[float, float], tuple[float, ...]]:
    """A threshold for each aim from the scores (T, N) of healthy runs, and the aims that are extrapolated.

    Raises UserError where no score is a number.
    """
    months = sum(float(np.isfinite(each).sum()) for each in scores) * period_s / DAY_S / MONTH_DAYS
    block = max(1, round(BLOCK_S / period_s))
    filled = [np.where(np.isfinite(each), each, -inf) for each in scores]
    found = [each[at : at + block].max(axis=0) for each in filled for at in range(0, len(each), block)]
    peaks = np.concatenate(found) if found else np.zeros(0)
    peaks = np.sort(peaks[np.isfinite(peaks)])[::-1]
    if not len(peaks):
        raise UserError("calibration wants scores of loops, got none that is a number")
    thresholds, extrapolated = {}, []
    for aim in aims:
        allowed = aim * months
        threshold = _counted(scores, period_s, peaks, max(allowed, COUNTED))
        if allowed < COUNTED:
            threshold = max(threshold, beyond(peaks, allowed))
            extrapolated.append(aim)
        thresholds[aim] = threshold
    return thresholds, tuple(extrapolated)


def _counted(scores: Sequence[Array], period_s: float, peaks: Array, allowed: float) -> float:
    places = np.unique(np.minimum(np.geomspace(1, max(4 * allowed + 60, 2), TRIED).astype(int), len(peaks)) - 1)
    chosen = float(peaks[0])
    for place in places:
        threshold = float(peaks[place])
        if sum(int(starts(each, threshold, period_s).sum()) for each in scores) > allowed:
            break
        chosen = threshold
    return chosen


def fit_gp_cusum(
    runs: Sequence[CalibrationRun],
    sources: str,
    step_s: float | None = STEP_S,
    root: bool = True,
    points: int = POINTS,
    n: int | None = None,
    show: Show = lambda what: None,
) -> GpCusumModel:
    """Predictors and thresholds of one corridor; `step_s` None: every frame; `n` None: chosen by prediction error.

    Raises UserError, MissingExtraError.
    """
    corridor = _one_corridor(runs, "gp_cusum")
    every_s = corridor.period_s if step_s is None else step_s
    plain = [steps_of(tuple(run.frames), every_s, corridor.period_s) for run in runs]
    values = [rooted(each) if root else each for each in plain]
    stacked = np.concatenate(values)
    if len(stacked) < LEAST_STEPS:
        raise UserError(
            f"gp_cusum wants at least {LEAST_STEPS} values of each loop, got {len(stacked)} of {every_s:g} s each from "
            f"{len(runs)} recordings (name more of them, or longer ones: whole days)"
        )
    known = np.isfinite(stacked)
    enough = known.mean(axis=0) >= LEAST_KNOWN
    spread = np.array(
        [np.std(column[ok]) if good else 0.0 for column, ok, good in zip(stacked.T, known.T, enough, strict=True)]
    )
    loops = np.flatnonzero(spread > 0)
    if len(loops) < 3:
        raise UserError(f"gp_cusum wants at least 3 loops with data in half of the time, got {len(loops)}")
    apart = distances_m(corridor)[np.ix_(loops, loops)]
    stations = stations_of(corridor)
    show(f"{len(loops)} loops, {len(stacked)} values each: how many closest ones predict best")
    first = fit_predictor(stacked[:, loops], apart, n, points=points)
    n = first.predictor.neighbours.shape[1]
    show(f"n = {n} closest; errors by n: {', '.join(f'{k}: {e:.3f}' for k, e in first.errors.items())}")
    sources += f"; errors by n: {', '.join(f'{k}: {e:.4f}' for k, e in first.errors.items())}"
    residuals, shifts = [], []
    for number, (learnt, held) in enumerate(_folds(len(runs))):
        show(f"fold {number + 1}: fitted on {len(learnt)} recordings, scored on {len(held)}")
        fold = fit_predictor(np.concatenate([values[k] for k in learnt])[:, loops], apart, n, points=points)
        for k in held:
            own = values[k][:, loops]
            prediction = fold.predictor.predict_all(own)
            residuals.append(standardised(own, *prediction))
            more = plain[k][:, loops] * (1 + FELT)
            shifts.append((standardised(rooted(more) if root else more, *prediction) - residuals[-1]).ravel())
    shift = float(np.nanmedian(np.concatenate(shifts)))
    slack, thresholds, extrapolated = _slack(residuals, every_s, shift, show)
    return GpCusumModel(first.predictor, loops, every_s, root, slack, thresholds, extrapolated, stations, sources)


def _slack(
    residuals: Sequence[Array], step_s: float, shift: float, show: Show
) -> tuple[float, dict[float, float], tuple[float, ...]]:
    """The b at which a shift of so many deviations exceeds the threshold of 1 per loop-month soonest, and its thresholds."""
    best, soonest = None, inf
    for slack in SLACKS:
        thresholds, extrapolated = thresholds_per_loop_month([sums_of(z, slack).statistic for z in residuals], step_s)
        steps = thresholds[1.0] / (shift - slack) if shift > slack else inf
        show(
            f"b = {slack:g}: threshold {thresholds[1.0]:.1f}; an overcount of {FELT:.0%} ({shift:.2f}) after {steps:.1f} steps"
        )
        if best is None or steps < soonest:
            best, soonest = (slack, thresholds, extrapolated), steps
    assert best is not None
    return best


def fit_conservation(runs: Sequence[CalibrationRun], sources: str, show: Show = lambda what: None) -> Balance:
    """The usual balance of one corridor, with thresholds. Raises UserError."""
    corridor = _one_corridor(runs, "conservation")
    values = [steps_of(tuple(run.frames), STEP_S, corridor.period_s) for run in runs]
    scores = []
    for learnt, held in _folds(len(runs)):
        balance = learn(np.concatenate([values[k] for k in learnt]), corridor, sources)
        scores += [_scores(Conservation(corridor, balance, inf), runs[k]) for k in held]
    thresholds, extrapolated = thresholds_per_loop_month(scores, corridor.period_s)
    told = f"; extrapolated: {', '.join(f'{aim:g}' for aim in extrapolated) or 'none'}"
    return replace(learn(np.concatenate(values), corridor, sources + told), thresholds=thresholds)


def _scores(detector: Detector, run: CalibrationRun) -> Array:
    return np.array([detector.step(frame).score for frame in run.frames])


def _one_corridor(runs: Sequence[CalibrationRun], name: str) -> Corridor:
    corridors = [run.corridor for run in runs]
    if any(corridor.stations != corridors[0].stations for corridor in corridors):
        raise UserError(f"{name} is fitted to one corridor, got recordings of several (name those of one site)")
    if len(runs) < 2:
        raise UserError(f"{name} wants at least two recordings: thresholds come from time that was not fitted on")
    return corridors[0]


def _folds(runs: int) -> list[tuple[list[int], list[int]]]:
    """(fitted on, scored on) by number, every run scored once."""
    number = min(FOLDS, runs)
    groups: list[NDArray[np.int64]] = [np.arange(runs)[k::number] for k in range(number)]
    return [([k for k in range(runs) if k not in set(own.tolist())], own.tolist()) for own in groups]
