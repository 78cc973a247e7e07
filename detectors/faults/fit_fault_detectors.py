"""Fault detectors fitted to a corridor from recordings of healthy days, with thresholds for false alarms per loop-month.

    recordings --> folds --> fitted on the others, scored on its own --> b, thresholds for 0.1, 1, 10 per loop-month
               --> fitted on all of them, with these thresholds

Thresholds: `loop_thresholds`. Alarms are those of a detector that fails no loop. Of the slacks b (SLACKS), the one is chosen whose
threshold an overcount of OVERCOUNT, at the loops' median traffic, exceeds soonest; the paper only calls b small.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.out_of_fold import out_of_fold
from detectors.detector import Detector
from detectors.faults.conservation import Balance, Conservation, learn_balance
from detectors.faults.cusum_sums import standardised, sums_of
from detectors.faults.fit_gaussian_process import POINTS, fit_predictor
from detectors.faults.frame_aggregation import STEP_S, anscombe, step_counts
from detectors.faults.gaussian_process import SensorPredictor
from detectors.faults.gp_cusum_model_file import GpCusumModel, check_size
from detectors.faults.loop_index import distances_m, stations_of
from detectors.faults.loop_thresholds import LoopThresholds, thresholds_per_loop_month
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array

SLACKS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""b: slacks tried, in deviations. Chosen."""
OVERCOUNT = 0.3
"""Share of vehicles counted too many that b is chosen for. Chosen; a smaller one favours a smaller b."""
LEAST_KNOWN = 0.5
"""Share of time in which a loop must have data to be fitted. Chosen."""
LEAST_STEPS = 100
"""Values of each loop needed at least: in a fold of two, 50 remain, and 2 (n + 2) are needed for n = 12."""
LEAST_BALANCED_STEPS = 20
"""Steps that a balance is learned from at least. Chosen: a deviation is then known to 1 / sqrt(40) = 16 %."""
Show = Callable[[str], None]


def fit_gp_cusum(
    runs: Sequence[CalibrationRun],
    sources: str,
    step_s: float | None = STEP_S,
    points: int = POINTS,
    n: int | None = None,
    show: Show = lambda what: None,
) -> GpCusumModel:
    """Return predictors and thresholds of one corridor; `step_s` None: every frame; `n` None: chosen by prediction error.

    Raises UserError, MissingExtraError.
    """
    corridor = _one_corridor(runs, "gp_cusum")
    every_s = corridor.period_s if step_s is None else step_s
    plain = [step_counts(tuple(run.frames), every_s, corridor.period_s) for run in runs]
    values = [anscombe(each) for each in plain]
    stacked = np.concatenate(values)
    if len(stacked) < LEAST_STEPS:
        raise UserError(
            f"gp_cusum needs at least {LEAST_STEPS} values of each loop, got {len(stacked)} of {every_s:g} s each from "
            f"{len(runs)} recordings (name more of them, or longer ones: whole days)"
        )
    known = np.isfinite(stacked)
    enough = known.mean(axis=0) >= LEAST_KNOWN
    spread = np.array(
        [np.std(column[ok]) if good else 0.0 for column, ok, good in zip(stacked.T, known.T, enough, strict=True)]
    )
    loops = np.flatnonzero(spread > 0)
    if len(loops) < 3:
        raise UserError(f"gp_cusum needs at least 3 loops with data in half of the time, got {len(loops)}")
    apart = distances_m(corridor)[np.ix_(loops, loops)]
    stations = stations_of(corridor)
    check_size(len(loops), min(points, int(known[:, loops].sum(axis=0).min())))
    show(f"{len(loops)} loops, {len(stacked)} values each: how many closest ones predict best")
    first = fit_predictor(stacked[:, loops], apart, n, points=points)
    n = first.predictor.neighbours.shape[1]
    show(f"n = {n} closest; errors by n: {', '.join(f'{k}: {e:.3f}' for k, e in first.errors.items())}")
    sources += f"; errors by n: {', '.join(f'{k}: {e:.4f}' for k, e in first.errors.items())}"

    def fitted(others: list[int], fold: int) -> SensorPredictor:
        show(f"fold {fold + 1}: fitted on {len(others)} recordings, scored on {len(runs) - len(others)}")
        return fit_predictor(np.concatenate([values[k] for k in others])[:, loops], apart, n, points=points).predictor

    def scored(predictor: SensorPredictor, k: int) -> tuple[Array, Array]:
        prediction = predictor.predict_all(values[k][:, loops])
        own = standardised(values[k][:, loops], *prediction)
        more = plain[k][:, loops] * (1 + OVERCOUNT)
        return own, (standardised(anscombe(more), *prediction) - own).ravel()

    residuals, shifts = zip(*out_of_fold(len(runs), fitted, scored), strict=True)
    shift = float(np.nanmedian(np.concatenate(shifts)))
    slack, found = _slack(residuals, every_s, shift, show)
    found.tell(show)
    sources += found.sources
    predictor, thresholds = first.predictor, found.thresholds
    return GpCusumModel(predictor, loops, every_s, True, slack, thresholds, found.extrapolated, stations, sources)


def _slack(residuals: Sequence[Array], step_s: float, shift: float, show: Show) -> tuple[float, LoopThresholds]:
    """Return the b at which a shift of so many deviations exceeds the threshold of 1 per loop-month soonest, and its thresholds."""
    best, soonest = None, inf
    for slack in SLACKS:
        found = thresholds_per_loop_month([sums_of(z, slack).statistic for z in residuals], step_s)
        threshold = found.thresholds[1.0]
        steps = threshold / (shift - slack) if shift > slack else inf
        show(
            f"b = {slack:g}: threshold {threshold:.1f}; an overcount of {OVERCOUNT:.0%} ({shift:.2f}) after {steps:.1f} steps"
        )
        if best is None or steps < soonest:
            best, soonest = (slack, found), steps
    assert best is not None
    return best


def fit_conservation(runs: Sequence[CalibrationRun], sources: str, show: Show = lambda what: None) -> Balance:
    """Return the usual balance of one corridor, with thresholds. Raises UserError."""
    corridor = _one_corridor(runs, "conservation")
    values = [step_counts(tuple(run.frames), STEP_S, corridor.period_s) for run in runs]
    steps = int(np.isfinite(np.concatenate(values)).any(axis=1).sum())
    if steps < LEAST_BALANCED_STEPS:
        raise UserError(
            f"conservation needs at least {LEAST_BALANCED_STEPS} steps of {STEP_S:g} s with counts, got {steps} from "
            f"{len(runs)} recordings (name more of them, or longer ones: whole days)"
        )
    scores = out_of_fold(
        len(runs),
        lambda others, _: learn_balance(np.concatenate([values[k] for k in others]), corridor, sources),
        lambda balance, k: _scores(Conservation(corridor, balance, inf), runs[k]),
    )
    found = thresholds_per_loop_month(scores, corridor.period_s)
    found.tell(show)
    sources += f"; extrapolated: {', '.join(f'{aim:g}' for aim in found.extrapolated) or 'none'}{found.sources}"
    return replace(learn_balance(np.concatenate(values), corridor, sources), thresholds=found.thresholds)


def _scores(detector: Detector, run: CalibrationRun) -> Array:
    return np.array([detector.step(frame).score for frame in run.frames])


def _one_corridor(runs: Sequence[CalibrationRun], name: str) -> Corridor:
    corridors = [run.corridor for run in runs]
    if any(corridor.stations != corridors[0].stations for corridor in corridors):
        raise UserError(f"{name} is fitted to one corridor, got recordings of several (name those of one site)")
    if len(runs) < 2:
        raise UserError(f"{name} needs at least two recordings: thresholds come from time that was not fitted on")
    return corridors[0]
