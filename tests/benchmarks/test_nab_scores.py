"""Scores of one series: white residuals that see nothing from later, charts and models that see a shift."""

import numpy as np
import pytest

from benchmarks.nab_scores import FOLDS, Scorer, residual, rows_of, scorers
from benchmarks.nab_series import NabSeries
from scenarios.errors import UserError
from tests.benchmarks.nab_files import made_series

SHIFTED = made_series(2000, ((1500, 1540),), shift=25.0)  # the first 15 % are a whole day


def cut(series: NabSeries, samples: int) -> NabSeries:
    """The first samples of a series; its first 15 % are what they were, so that nothing but the end is missing."""

    class Cut(NabSeries):
        @property
        def probation(self) -> int:
            return series.probation

    return Cut(series.name, series.time_s[:samples], series.value[:samples], series.windows)


def test_residuals_of_a_days_wave_are_nearly_white() -> None:
    white = residual(made_series(3000))[500:]
    assert abs(float(white.mean())) < 0.1
    assert float(white.std()) == pytest.approx(1.0, abs=0.2)
    assert abs(float(np.corrcoef(white[1:], white[:-1])[0, 1])) < 0.15


def test_a_residual_is_in_deviations_whatever_the_unit() -> None:
    ten = NabSeries("ten", SHIFTED.time_s, 10.0 * SHIFTED.value, SHIFTED.windows)
    np.testing.assert_allclose(residual(ten), residual(SHIFTED), rtol=1e-6, atol=1e-6)


LEARNS_FROM_FEW = [name for name in scorers() if name not in ("one_class_svm", "lof", "dbscan")]
"""Those that learn from 120 samples; the others want 1000 rows (`detectors.anomaly`), and no series of NAB has them."""


def scorer_of(name: str) -> Scorer:
    """The scorer of this name; skips where PyTorch, which trains it, is missing."""
    if name == "lstm_autoencoder":
        pytest.importorskip("torch", reason="trained with PyTorch: the extra deep")
    return scorers()[name]


@pytest.mark.parametrize("name", LEARNS_FROM_FEW)
def test_a_score_sees_nothing_from_later(name: str) -> None:
    score = scorer_of(name)
    # A network's products are in 32 bits and add up in the order of the batch, so its scores hold to 1e-6 only.
    close = 1e-6 if name == "lstm_autoencoder" else 1e-9
    np.testing.assert_allclose(score(cut(SHIFTED, 1520)), score(SHIFTED)[:1520], rtol=close, atol=close)


@pytest.mark.parametrize("name", LEARNS_FROM_FEW)
def test_a_score_is_highest_where_the_series_is_shifted(name: str) -> None:
    score = np.nan_to_num(scorer_of(name)(SHIFTED), nan=-np.inf)
    highest = int(np.argmax(score[SHIFTED.probation :])) + SHIFTED.probation
    assert 1500 <= highest <= 1560


def test_a_shift_down_is_seen_as_one_up() -> None:
    down = made_series(800, ((500, 540),), shift=-25.0)
    for name in ("xbar", "cusum", "ewma"):
        score = scorers()[name]
        assert np.nanmax(score(down)[500:541]) > 2 * np.nanmax(score(down)[400:500]), name


def test_features_are_of_the_sample_and_those_before() -> None:
    series = NabSeries("steps", 300.0 * np.arange(20.0), np.arange(20.0), ())
    rows = rows_of(series)
    assert rows.shape == (20, 8)
    np.testing.assert_allclose(rows[15], [15, 1, 14, np.sqrt(2 / 3), 12.5, np.sqrt(35 / 12), 9.5, np.sqrt(143 / 12)])
    assert np.isnan(rows[10]).any()
    assert np.isfinite(rows[11]).all()


def test_too_few_samples_are_refused() -> None:
    for name, score in scorers().items():
        if name not in ("xbar", "cusum", "ewma", "hotelling_t2"):
            with pytest.raises(UserError, match="too few"):
                score(made_series(20 * FOLDS))
