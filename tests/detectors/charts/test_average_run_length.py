"""The run lengths that charts keep on white values, against those their limits promise, simulated."""

from functools import cache

import numpy as np
import pytest

from detectors.charts import average_run_length as promised
from detectors.charts.cusum import CusumChart, decision_interval
from detectors.charts.ewma import EwmaChart, ewma_limit
from detectors.charts.forgetting_moments import kept_share
from detectors.charts.hotelling_t2 import COVARIANCE_MEMORY_S, PRIOR_FRAMES, T2Chart
from detectors.charts.section_chart import Chart
from detectors.charts.xbar import XbarChart
from simulator.frame import Flags

SERIES, STEPS = 5000, 200
"""A million values: series side by side, each charted for so many steps."""
T2_SERIES = 400
"""Series of T2, which takes far longer for a step than the others."""
PHASE_ONE = 40
"""Steps that covariances are estimated from before T2 is charted."""
KEPT = kept_share(30.0, COVARIANCE_MEMORY_S)
GAP = 9
"""Frames after which 4 % of a value are left in an average with lambda = 0.3."""
PRIOR_FORGOTTEN = 720
"""Steps after which 5 % of the prior are left in a covariance with the detector's memory."""


def run_length(signals: Flags) -> float:
    """The ARL of series from their start, from the steps charted until a signal and the signals seen (censored: an
    exponential's)."""
    seen = signals.any(axis=0)
    steps = np.where(seen, signals.argmax(axis=0) + 1, len(signals))
    return float(steps.sum() / seen.sum())


def two_sided(chart: Chart) -> Flags:
    """Signals (T, series) on white values."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(STEPS):
        sides = chart.step(rng.standard_normal(SERIES))
        found.append(np.fmax(sides.upper, sides.lower) > 1.0)
    return np.array(found)


def test_xbar_with_run_rules_signals_as_often_as_promised() -> None:
    assert run_length(two_sided(XbarChart(1))) == pytest.approx(promised.shewhart_run_length(3.0), rel=0.2)


def test_action_limits_alone_promise_the_textbooks_370() -> None:
    assert promised.shewhart_run_length(3.0, run_rules=False) == pytest.approx(370.4, abs=0.05)


def test_run_rules_promise_less_than_action_limits_alone() -> None:
    # Champ and Woodall (1987), Table 1: rules 1, 2 and 3 together
    assert promised.shewhart_run_length(3.0) == pytest.approx(132.9, abs=0.1)


@pytest.mark.parametrize("wanted", [100.0, 370.0])
@pytest.mark.parametrize("reference", [0.5, 1.0])
def test_cusum_signals_as_often_as_was_wanted(wanted: float, reference: float) -> None:
    chart = CusumChart(reference, decision_interval(wanted, reference), (SERIES,))
    assert run_length(two_sided(chart)) == pytest.approx(wanted, rel=0.2)


def test_the_cusums_promise_is_the_textbooks() -> None:
    # Montgomery, Table 9.3: h = 4 and 5 with k = 1/2
    found = [promised.cusum_run_length(interval, 0.5) for interval in (4.0, 5.0)]
    assert found == pytest.approx([168.0, 465.0], rel=0.01)


@pytest.mark.parametrize("smoothing", [0.1, 0.3, 1.0])
def test_ewma_signals_as_often_as_was_wanted(smoothing: float) -> None:
    chart = EwmaChart(smoothing, ewma_limit(370.0, smoothing), (SERIES,))
    assert run_length(two_sided(chart)) == pytest.approx(370.0, rel=0.2)


@cache
def t2_signals(
    smoothing: float, prior_frames: float, kept: float = 1.0, left_out: int = 0, gap: int = 0, steps: int = 5 * STEPS
) -> Flags:
    """Signals (T, series) of six white values where their probability is below 1 / 370; 400,000 of such rows are charted.

    They hold some 1080 signals, known to 3 %. `benchmarks/t2_run_lengths.py` charts more.
    """
    rng, series = np.random.default_rng(2), T2_SERIES
    chart, found = T2Chart(smoothing, series, 6, kept, prior_frames, gap), []
    for _ in range(left_out + steps):
        found.append(chart.step(rng.standard_normal((series, 6))) < -np.log10(370.0))
    return np.array(found[left_out:])


def test_t2_signals_as_often_as_its_exact_limit_promises() -> None:
    estimated = t2_signals(1.0, prior_frames=1e-3, left_out=PHASE_ONE)
    assert 1.0 / estimated.mean() == pytest.approx(370.0, rel=0.1)


def test_t2_with_the_memory_of_the_detector_signals_as_often_as_promised() -> None:
    forgetting = t2_signals(1.0, PRIOR_FRAMES, KEPT, PRIOR_FORGOTTEN)
    assert 1.0 / forgetting.mean() == pytest.approx(370.0, rel=0.1)


def test_until_its_prior_is_forgotten_t2_signals_less_often_than_promised() -> None:
    assert 370.0 < 1.0 / t2_signals(1.0, PRIOR_FRAMES, KEPT, steps=120).mean() < 600.0


def mewma_promise() -> float:
    """The ARL of MEWMA with lambda = 0.3 at the limit of T2 for 370 frames."""
    from scipy.special import chdtri

    return promised.t2_run_length(float(chdtri(6, 1 / 370)), 6, 0.3)


def test_the_moving_average_of_t2_signals_as_often_as_its_markov_chain_promises() -> None:
    assert run_length(t2_signals(0.3, prior_frames=1e6)) == pytest.approx(mewma_promise(), rel=0.2)


def test_with_a_gap_before_it_a_forgetting_covariance_keeps_the_moving_averages_promise() -> None:
    apart = t2_signals(0.3, PRIOR_FRAMES, KEPT, PRIOR_FORGOTTEN, GAP)
    assert run_length(apart) == pytest.approx(mewma_promise(), rel=0.2)
    assert 1.0 / apart.mean() == pytest.approx(370.0, rel=0.1)  # in any frame, as the limit says


def test_a_covariance_that_holds_the_averages_own_frames_makes_signals_rarer_than_promised() -> None:
    # 120,000 rows hold some 160 signals, known to 8 %; the difference is three fifths
    own_frames = t2_signals(0.3, PRIOR_FRAMES, KEPT, PRIOR_FORGOTTEN, steps=300)
    assert run_length(own_frames) > 1.2 * mewma_promise()
