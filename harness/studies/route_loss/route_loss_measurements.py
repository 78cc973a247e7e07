"""Measurements of a route-loss study: simulated days, travel times, predictions, and the losses of routes.

Days, predictors and losses are kept in the study's folder, and computed again where their input changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.faults.fit_gaussian_process import CANDIDATES, Fitted, fit_predictor
from detectors.faults.gaussian_process import STORED, Prediction, SensorPredictor, conditioned
from detectors.fingerprints import code_digest
from harness.records.detector_code import own_code_digest
from harness.records.kept_arrays import key_of, read_kept, write_kept
from harness.studies.route_loss.city_days import CityDays, Show, all_times, simulate_days, usual_times
from harness.studies.route_loss.city_graph import Numbers, draw_queries, graph_of, station_distances, zone_number
from harness.studies.route_loss.fault_injection import Residuals
from harness.studies.route_loss.route_losses import Losses, route_losses
from harness.studies.route_loss.travel_time_curve import TimeCurve, fit_times
from scenarios.city import City
from scenarios.errors import UserError
from scenarios.files.route_loss_study_file import FaultStudy
from simulator.frame import Array
from simulator.sumo.city_day import PERIOD_S

QUERY_STREAM = 1  # random stream
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


def measure_study(study: FaultStudy, city: City, folder: Path, show: Show) -> Measurements:
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
    rng, each_period = (
        np.random.default_rng([study.seed, QUERY_STREAM]),
        round(study.queries_per_hour * PERIOD_S / HOUR_S),
    )
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


def _predictor(study: FaultStudy, city: City, train: CityDays, folder: Path, show: Show) -> Fitted:
    path, values = folder / "predictors.npz", train.occupancy.reshape(-1, len(city.stations))
    key = key_of(own_code_digest(), values, study.closest, study.points, CANDIDATES)
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
    key = key_of(code_digest(Path(__file__).parent), measured_s, predicted_s, queries)
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
