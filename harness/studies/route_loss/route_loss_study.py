"""A route-loss study, from simulated days to thresholds (Ghafouri et al. 2017, section 5, on our own city).

    training days --> travel times by occupancy, predictors, trade-off curves of either fault, fixed from here on
    a test period --> measured and predicted values --> losses of routes --> each sensor's threshold for this period

The threshold of a period uses its own measurements, as in the paper, and of other days only the training days. The static
threshold is the best one for the test days, chosen with hindsight, as in the paper; the one chosen on the training days, which a
road operator could use, is reported beside it.
"""

from dataclasses import dataclass

import numpy as np

from harness.scoring.intervals import LEVEL, RESAMPLES, Interval
from harness.studies.route_loss.fault_injection import KINDS, trade_off_curves
from harness.studies.route_loss.optimal_thresholds import least_loss, loss_at, optimal_thresholds, static_threshold
from harness.studies.route_loss.route_loss_measurements import Measurements
from harness.studies.route_loss.route_losses import Losses
from harness.studies.route_loss.trade_off_curve import TradeOff
from scenarios.files.route_loss_study_file import FaultStudy
from simulator.frame import Array
from simulator.sumo.city_day import PERIOD_S

CLIMB_STREAM, DAY_STREAM = 2, 3  # random streams; 1 is that of the queries
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class KindResult:
    """One kind of fault. Losses are means over the test periods of the sum over the period's queries, s.

    `optimal_s`, `static_s`, `trained_s` (S,): with the optimal thresholds, the best static one, that of the training days;
    `thresholds` (D, P, S) the optimal ones, `static_threshold` (S,); `saved` the share of the static loss that the
    optimal thresholds save over all sensors, `saved_interval` by drawing test days, `saved_trained` against the third;
    `saved_at_most` what thresholds with the least loss at every time save: no choice of thresholds saves more.
    """

    kind: str
    curves: tuple[TradeOff, ...]
    thresholds: Array
    static_threshold: Array
    optimal_s: Array
    static_s: Array
    trained_s: Array
    saved: float
    saved_interval: Interval
    saved_trained: float
    saved_at_most: float


def evaluate_kind(study: FaultStudy, measured: Measurements, kind: str, found: tuple[TradeOff, ...]) -> KindResult:
    """Return thresholds and losses for one kind of fault, whose trade-off curves are `found`."""
    z, test, train = measured.test.z(), measured.test_losses, measured.train_losses
    shape, rng = z.shape, np.random.default_rng([study.seed, CLIMB_STREAM])
    thresholds, best, static_loss, trained, fixed, least = (np.empty(shape) for _ in range(6))
    for s, curve in enumerate(found):
        wrong, missed = test.false_alarm[..., s].ravel(), test.miss[..., s].ravel()
        chosen = optimal_thresholds(
            curve, wrong, missed, z[..., s].ravel(), study.slack, study.fault_share, study.restarts, rng
        )
        thresholds[..., s], best[..., s] = (each.reshape(shape[:2]) for each in (chosen.thresholds, chosen.loss))
        least[..., s] = least_loss(curve, wrong, missed, study.fault_share).reshape(shape[:2])
        hindsight = static_threshold(curve, wrong, missed, study.fault_share)
        fixed[..., s], static_loss[..., s] = (
            each.reshape(shape[:2]) for each in (hindsight.thresholds, hindsight.loss)
        )
        before = static_threshold(
            curve, train.false_alarm[..., s].ravel(), train.miss[..., s].ravel(), study.fault_share
        )
        loss = loss_at(curve, before.thresholds[:1], wrong, missed, study.fault_share)
        trained[..., s] = loss.reshape(shape[:2])
    interval = _saved_interval(study, found, test, best)
    saved, operators, most = (
        1 - chosen.sum() / before.sum() if before.sum() else np.nan
        for chosen, before in ((best, static_loss), (best, trained), (least, static_loss))
    )
    optimal_s, static_s, trained_s = (np.asarray(each.mean(axis=(0, 1))) for each in (best, static_loss, trained))
    return KindResult(
        kind,
        found,
        thresholds,
        fixed[0, 0],
        optimal_s,
        static_s,
        trained_s,
        float(saved),
        interval,
        float(operators),
        float(most),
    )


def evaluate_study(study: FaultStudy, measured: Measurements) -> tuple[KindResult, ...]:
    """Return the results for both kinds of fault."""
    periods = max(1, round(study.fault_hours * HOUR_S / PERIOD_S))
    found = trade_off_curves(measured.train, study.slack, study.magnitude, study.level, periods)
    return tuple(evaluate_kind(study, measured, kind, found[kind]) for kind in KINDS)


def _saved_interval(study: FaultStudy, found: tuple[TradeOff, ...], losses: Losses, best: Array) -> Interval:
    """Return the interval of the share saved: test days drawn with replacement, the static threshold chosen again each time."""
    days = len(best)
    if days < 2:
        return Interval(np.nan, np.nan)
    rng = np.random.default_rng([study.seed, DAY_STREAM])
    drawn = rng.multinomial(days, np.full(days, 1 / days), size=RESAMPLES).astype(np.float64)
    static_loss = np.zeros(RESAMPLES)
    for s, curve in enumerate(found):
        wrong, missed = (each[..., s].sum(axis=1) @ drawn.T for each in (losses.false_alarm, losses.miss))
        alarm_loss = (1 - study.fault_share) * np.outer(wrong, curve.false_alarm)
        static_loss += (alarm_loss + study.fault_share * np.outer(missed, curve.miss)).min(axis=1)
    lost = static_loss > 0
    if not lost.any():
        return Interval(np.nan, np.nan)
    saved = 1 - (best.sum(axis=(1, 2)) @ drawn.T)[lost] / static_loss[lost]
    low, high = np.quantile(saved, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
