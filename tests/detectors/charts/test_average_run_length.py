"""The run lengths that charts keep on white values, against those their limits promise: a million values of each, simulated."""

import numpy as np
import pytest

from detectors.charts import average_run_length as promised
from detectors.charts.cusum import CusumChart, decision_interval
from detectors.charts.ewma import EwmaChart, ewma_limit
from detectors.charts.hotelling_t2 import T2Chart
from detectors.charts.section_chart import Chart
from detectors.charts.xbar import XbarChart
from simulator.frame import Flags

SERIES, STEPS = 5000, 200
"""A million values: series side by side, each charted for so many steps."""
PHASE_ONE = 40
"""Steps that covariances are estimated from before T2 is charted."""


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


def t2_signals(smoothing: float, chance: float, prior_frames: float) -> Flags:
    """Signals (T, series) of six white values where their probability is below `chance`."""
    rng = np.random.default_rng(2)
    series = SERIES // 5
    chart = T2Chart(smoothing, series, 6, kept=1.0, prior_frames=prior_frames)
    return np.array([chart.step(rng.standard_normal((series, 6))) < np.log10(chance) for _ in range(STEPS)])


def test_t2_signals_as_often_as_its_exact_limit_promises() -> None:
    estimated = t2_signals(1.0, 1 / 100, prior_frames=1e-3)[PHASE_ONE:]
    assert 1.0 / estimated.mean() == pytest.approx(100.0, rel=0.2)


def test_the_moving_average_of_t2_signals_as_often_as_its_markov_chain_promises() -> None:
    from scipy.special import chdtri

    limit = float(chdtri(6, 1 / 370))
    assert run_length(t2_signals(0.3, 1 / 370, prior_frames=1e6)) == pytest.approx(
        promised.t2_run_length(limit, 6, 0.3), rel=0.2
    )
