"""A route-loss study, from simulated days to thresholds (Ghafouri et al. 2017, section 5, on our own city).

    training days --> travel times by occupancy, predictors, trade-off curves of either fault, fixed from here on
    a test period --> measured and predicted values --> losses of routes --> each sensor's threshold for this period

The threshold of a period uses its own measurements, as in the paper, and of other days only the training days. The static
threshold is the best one for the test days, chosen with hindsight, as in the paper; the one chosen on the training days, which a
road operator could use, is reported beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.faults.fit_gaussian_process import CANDIDATES, Fitted, fit_predictor
from detectors.faults.gaussian_process import STORED, Prediction, SensorPredictor, conditioned
from harness.records.kept_arrays import key_of, read_kept, write_kept
from harness.scoring.intervals import LEVEL, RESAMPLES, Interval
from harness.studies.route_loss.city_days import Days, Show, all_times, simulate_days, usual_times
from harness.studies.route_loss.city_graph import Numbers, draw_queries, graph_of, station_distances, zone_number
from harness.studies.route_loss.fault_injection import KINDS, Residuals, trade_off_curves
from harness.studies.route_loss.optimal_thresholds import loss_at, optimal_thresholds, static_threshold
from harness.studies.route_loss.route_losses import Losses, route_losses
from harness.studies.route_loss.trade_off_curve import TradeOff
from harness.studies.route_loss.travel_time_curve import TimeCurve, fit_times
from scenarios.city import City
from scenarios.errors import UserError
from scenarios.files.route_loss_study_file import FaultStudy
from simulator.frame import Array
from simulator.sumo.city_day import PERIOD_S

QUERIES, CLIMBS, DAYS_DRAWN = 1, 2, 3  # random streams
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class Measurements:
    """Residuals and losses (D, P, S) of test and training days, and how they were computed."""

    times_s: Array
    test: Residuals
    train: Residuals
    test_losses: Losses
    train_losses: Losses
    curve: TimeCurve
    predictor: SensorPredictor
    errors: Mapping[int, float]
    queries: int


@dataclass(frozen=True, slots=True, eq=False)
class KindResult:
    """One kind of fault. Losses are means over the test periods of the sum over the period's queries, s.

    `optimal_s`, `static_s`, `trained_s` (S,): with the optimal thresholds, the best static one, that of the training days;
    `thresholds` (D, P, S) the optimal ones, `static_threshold` (S,); `saved` the share of the static loss that the
    optimal thresholds save over all sensors, `saved_interval` by drawing test days, `saved_trained` against the third.
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


def measure(study: FaultStudy, city: City, folder: Path, show: Show) -> Measurements:
    """Return the residuals and losses of a study; days, predictors and losses are kept in `folder`.

    Raises MachineError, MissingExtraError.
    """
    check_study(study, city)
    train, test = simulate_days(study, city, folder, show)
    length = np.array([city.links[number].length_m for number in city.stations])
    flat = train.occupancy.reshape(-1, len(length))
    curve = fit_times(flat, train.speed.reshape(flat.shape), length)
    fitted = _predictor(study, city, train, folder, show)
    usual = usual_times(city, train, train.times_s)
    rng, each_period = np.random.default_rng([study.seed, QUERIES]), round(study.queries_per_hour * PERIOD_S / HOUR_S)
    residuals, losses = [], []
    for name, days in (("training", train), ("test", test)):
        values = days.occupancy
        queries = draw_queries(city, (*values.shape[:2], each_period), rng, study.between)
        predicted = fitted.predictor.predict_all(values.reshape(-1, len(length)))
        residuals.append(Residuals(values, Prediction(*(each.reshape(values.shape) for each in predicted))))
        losses.append(
            _losses(
                city, curve, usual, residuals[-1], queries, folder / f"losses-{name}{_suffix(study)}.npz", name, show
            )
        )
    return Measurements(
        test.times_s,
        residuals[1],
        residuals[0],
        losses[1],
        losses[0],
        curve,
        fitted.predictor,
        fitted.errors,
        each_period,
    )


def check_study(study: FaultStudy, city: City) -> None:
    """Raise UserError for a study that does not fit its city."""
    if study.closest is not None and study.closest >= len(city.stations):
        raise UserError(
            f"closest: {city.name!r} has {len(city.stations)} stations, so wanted at most {len(city.stations) - 1}, "
            f"got {study.closest}"
        )
    for name in (name for pair in (study.between, *study.sweep.between) if pair is not None for name in pair):
        zone_number(city, name)


def evaluate_kind(study: FaultStudy, measured: Measurements, kind: str, found: tuple[TradeOff, ...]) -> KindResult:
    """Return thresholds and losses for one kind of fault, whose trade-off curves are `found`."""
    z, test, train = measured.test.z(), measured.test_losses, measured.train_losses
    shape, rng = z.shape, np.random.default_rng([study.seed, CLIMBS])
    thresholds, best, static_loss, trained, fixed = (np.empty(shape) for _ in range(5))
    for s, curve in enumerate(found):
        wrong, missed = test.false_alarm[..., s].ravel(), test.miss[..., s].ravel()
        chosen = optimal_thresholds(
            curve, wrong, missed, z[..., s].ravel(), study.slack, study.fault_share, study.restarts, rng
        )
        thresholds[..., s], best[..., s] = (each.reshape(shape[:2]) for each in (chosen.thresholds, chosen.loss))
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
    saved, operators = (1 - best.sum() / each.sum() if each.sum() else np.nan for each in (static_loss, trained))
    optimal_s, static_s, trained_s = (np.asarray(each.mean(axis=(0, 1))) for each in (best, static_loss, trained))
    return KindResult(
        kind, found, thresholds, fixed[0, 0], optimal_s, static_s, trained_s, float(saved), interval, float(operators)
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
    rng = np.random.default_rng([study.seed, DAYS_DRAWN])
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


def _predictor(study: FaultStudy, city: City, train: Days, folder: Path, show: Show) -> Fitted:
    path, values = folder / "predictors.npz", train.occupancy.reshape(-1, len(city.stations))
    key = key_of(values, study.closest, study.points, CANDIDATES)
    kept = read_kept(path, key)
    if kept is not None:
        by_number = dict(zip(kept["n"].tolist(), kept["error"].tolist(), strict=True))
        return Fitted(conditioned(**{name: kept[name] for name in STORED}), by_number)
    fitted = fit_predictor(values, station_distances(city), study.closest, study.points, show=show)
    arrays = {name: np.asarray(getattr(fitted.predictor, name)) for name in STORED}
    errors = {"n": np.array(list(fitted.errors)), "error": np.array(list(fitted.errors.values()))}
    write_kept(path, key, {**arrays, **errors})
    return fitted


def _losses(
    city: City,
    curve: TimeCurve,
    usual: Array,
    residuals: Residuals,
    queries: Numbers,
    path: Path,
    name: str,
    show: Show,
) -> Losses:
    measured_s = all_times(city, curve, usual, residuals.values)
    predicted_s = curve.times_s(residuals.predicted.mean)
    key = key_of(measured_s, predicted_s, queries)
    kept = read_kept(path, key)
    if kept is not None:
        return Losses(kept["false_alarm"], kept["miss"])
    graph, links = graph_of(city), np.array(city.stations)
    false_alarm, miss = np.empty(predicted_s.shape), np.empty(predicted_s.shape)
    for day in range(len(predicted_s)):
        for period in range(predicted_s.shape[1]):
            found = route_losses(graph, measured_s[day, period], links, predicted_s[day, period], queries[day, period])
            false_alarm[day, period], miss[day, period] = found.false_alarm, found.miss
        show(f"routes of {name} day {day + 1}", day + 1, len(predicted_s))
    write_kept(path, key, {"false_alarm": false_alarm, "miss": miss})
    return Losses(false_alarm, miss)


def _suffix(study: FaultStudy) -> str:
    return "" if study.between is None else "-" + "-".join(study.between).replace(" ", "")
