r"""Scores of one series, sample by sample: control charts of its white residual, and models of normal rows of features of it.

Charts are of :math:`a(t)`, as those of `detectors/charts` are, without the neighbours that a single sensor does not have:

.. math::

    e(t) &= x(t) - [L + h(t) - H], \qquad z(t) = e(t) / \sigma \\
    a(t) &= [z(t) - \phi z(t - 1)] / \tau

L: mean of the last LEVEL_SAMPLES; h: the mean of this hour of the week in weeks before, H its mean over the samples of L
(`hour_means`; 0 in the first week); sigma, tau, phi: means that forget SCALE_SAMPLES. All are learned from samples before t, cut
at CUT deviations. Anomalies go either way here, so a chart's score is the larger of its two sides, in multiples of its limit.

A model of normal rows takes the features of `rows_of`, in deviations of the probationary rows. Its scores there, which the
threshold comes from, are out of fold: each of FOLDS parts is scored by a model of the others.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.nab_series import NabSeries
from detectors.anomaly.anomaly_models import ANOMALY_MODELS, AnomalyModel
from detectors.anomaly.novelty_model import NoveltyModel
from detectors.charts.cusum import CusumChart, decision_interval
from detectors.charts.ewma import EwmaChart, ewma_limit
from detectors.charts.forgetting_moments import ForgettingMoment
from detectors.charts.hotelling_t2 import T2Chart
from detectors.charts.hour_means import HourMeans
from detectors.charts.section_chart import Chart
from detectors.charts.site_residuals import CUT, MOST_CORRELATION, PRIOR_FRAMES, RIDGE
from detectors.charts.xbar import XbarChart
from scenarios.errors import UserError
from simulator.frame import Array, Flags

LEVEL_SAMPLES, SCALE_SAMPLES = 20.0, 30.0
"""Memories, samples: those of the charts of sections at 30 s (600 and 900 s)."""
LEAST_SHARE = 0.05
"""Least deviation, as a share of that of the probationary samples and of the residual's. Chosen: a sensor that repeats itself for
an hour makes no deviate of its next value."""
RUN_LENGTH, REFERENCE, SMOOTHING = 370.0, 0.5, 0.2
"""Average run length [samples], reference value of the cusum [sd], weight of the newest value: those of the charts of sections."""
WINDOWS = (3, 6, 12)
"""Samples of rolling means and deviations."""
LEAST_SD = 1e-6
"""Deviation of a feature below which it says nothing, as share of its size or absolute. Chosen: rounding."""
MOST_SD = 20.0
"""Deviations at which a feature is cut. Chosen: far beyond any threshold, and finite for every model."""
FOLDS = 3
"""Parts of the probationary samples. Chosen: fewer leave a model half of them."""
SEED = 2015
"""Of every model's training. Chosen."""

Scorer = Callable[[NabSeries], Array]


def residual(series: NabSeries) -> Array:
    """Return (T,) the white residual; NaN for the first sample."""
    first = series.value[: series.probation]
    sd0 = max(float(first.std()) if len(first) else 0.0, LEAST_SD)
    level = ForgettingMoment(np.zeros(1), 0.0, np.exp(-1.0 / LEVEL_SAMPLES))
    hour_level = ForgettingMoment(np.zeros(1), 0.0, np.exp(-1.0 / LEVEL_SAMPLES))
    scale = np.exp(-1.0 / SCALE_SAMPLES)
    variance, spread = (ForgettingMoment(np.ones(1), PRIOR_FRAMES, scale) for _ in range(2))
    lagged = ForgettingMoment(np.array([0.0, 1.0]), PRIOR_FRAMES, scale)
    hours = HourMeans((1,), series.period_s)
    white, z_before = np.full(len(series.value), np.nan), 0.0
    for k, (time_s, value) in enumerate(zip(series.time_s.tolist(), series.value.tolist(), strict=True)):
        x = np.array([value])
        hour, moved = hours.normal(time_s), 0.0
        if hour is not None and np.isfinite(hour[0]):
            moved = float(hour[0] - (hour_level.mean[0] if hour_level.weight[0] else hour[0]))
            hour_level.add(hour)
        hours.learn(time_s, x)
        if k:
            normal, sd = float(level.mean[0]) + moved, sd0 * max(float(np.sqrt(variance.mean[0])), LEAST_SHARE)
            z = (value - normal) / sd
            phi = float(lagged.mean[0] / max(lagged.mean[1], RIDGE))
            phi = min(max(phi, -MOST_CORRELATION), MOST_CORRELATION)
            tau = max(float(np.sqrt(spread.mean[0])), LEAST_SHARE)
            white[k] = (z - phi * z_before) / tau
            cut = float(np.clip(z, -CUT, CUT))
            variance.add(np.array([(cut * sd / sd0) ** 2]))
            lagged.add(np.array([cut * z_before, z_before**2]))
            spread.add(np.array([(float(np.clip(white[k], -CUT, CUT)) * tau) ** 2]))
            x, z_before = np.array([normal + cut * sd]), cut
        level.add(x)
    return white


def _two_sided(make: Callable[[], Chart]) -> Scorer:
    def score(series: NabSeries) -> Array:
        chart = make()
        sides = [chart.step(np.array([value])) for value in residual(series)]
        return np.array([max(each.upper[0], each.lower[0]) for each in sides])

    return score


def _t2(series: NabSeries) -> Array:
    """T2 of the residual and its change, with exact limits."""
    white = residual(series)
    pairs = np.column_stack([white, np.concatenate([[np.nan], np.diff(white)])])
    chart = T2Chart(1.0, 1, 2, float(np.exp(-1.0 / (8.0 * SCALE_SAMPLES))))
    return np.asarray(np.array([chart.step(pair[None, :])[0] for pair in pairs]) / -np.log10(RUN_LENGTH))


def _charts() -> dict[str, Scorer]:
    interval, limit = decision_interval(RUN_LENGTH, REFERENCE), ewma_limit(RUN_LENGTH, SMOOTHING)
    return {
        "xbar": _two_sided(lambda: XbarChart(1)),
        "cusum": _two_sided(lambda: CusumChart(REFERENCE, interval, (1,))),
        "ewma": _two_sided(lambda: EwmaChart(SMOOTHING, limit, (1,))),
        "hotelling_t2": _t2,
    }


def rows_of(series: NabSeries) -> Array:
    """Return (T, 8) features of a sample and those before: value, change, and mean and deviation of the last WINDOWS; NaN at first.

    Hour and day are left out: the probationary samples of most series are of two days, and every hour not among them would be new.
    """
    value = series.value
    columns = [value, np.concatenate([[np.nan], np.diff(value)])]
    for size in WINDOWS:
        last = np.lib.stride_tricks.sliding_window_view(value, size)
        blank = np.full(size - 1, np.nan)
        columns += [np.concatenate([blank, last.mean(axis=1)]), np.concatenate([blank, last.std(axis=1)])]
    return np.column_stack(columns)


def _novelty(model: AnomalyModel) -> Scorer:
    def score(series: NabSeries) -> Array:
        rows, until = rows_of(series), series.probation
        if model.frames > 1:
            rows = np.concatenate(
                [
                    np.full((model.frames - 1, model.frames, rows.shape[1]), np.nan),
                    np.moveaxis(np.lib.stride_tricks.sliding_window_view(rows, model.frames, axis=0), 2, 1),
                ]
            )
        known: Flags = np.asarray(np.isfinite(rows).reshape(len(rows), -1).all(axis=1))
        usable = np.flatnonzero(known[:until])
        if len(usable) < FOLDS * 2:
            raise UserError(f"{series.name}: {len(usable)} usable probationary samples are too few to learn from")
        found = np.full(len(rows), np.nan)
        later = known & (np.arange(len(rows)) >= until)
        found[later] = _scores(model, rows[usable], rows[later])
        for part in np.array_split(usable, FOLDS):
            found[part] = _scores(model, rows[np.setdiff1d(usable, part)], rows[part])
        return found

    return score


def _scores(model: AnomalyModel, training: Array, rows: Array) -> Array:
    """Scores of `rows` by a model of the `training` rows, both in deviations of the latter."""
    over = tuple(range(training.ndim - 1))
    mean, sd = training.mean(axis=over), np.maximum(training.std(axis=over), LEAST_SD)
    trained: NoveltyModel = model.train(np.clip((training - mean) / sd, -MOST_SD, MOST_SD), SEED)
    return np.asarray(trained.novelty(np.clip((rows - mean) / sd, -MOST_SD, MOST_SD)))


def scorers() -> dict[str, Scorer]:
    """Return every chart and every anomaly model that takes one series, by the detector's name."""
    return {**_charts(), **{name: _novelty(model) for name, model in ANOMALY_MODELS.items()}}
