"""Charts on values worked out by hand, and the reason that a chart's detector gives."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from detectors.catalogue import build
from detectors.charts.chart_detector import ChartDetector
from detectors.charts.cusum import CusumChart
from detectors.charts.ewma import EwmaChart
from detectors.charts.section_chart import Chart
from detectors.charts.xbar import XbarChart
from detectors.contract_traffic import CORRIDOR, traffic


def test_xbar_takes_the_largest_of_its_rules() -> None:
    chart = XbarChart(1)
    found = [float(chart.step(np.array([z])).upper[0]) for z in (1.2, 1.5, 0.0, 1.1, 1.8, 2.4, 2.6)]
    # one mean over 3; the second largest of three over 2; the fourth largest of five over 1
    assert found == pytest.approx([1.2 / 3, 1.2 / 2, 1.2 / 2, 1.1 / 2, 1.1, 1.1, 2.4 / 2])


def test_xbar_charts_means_of_subgroups_and_holds_between_their_ends() -> None:
    chart = XbarChart(2)
    found = [float(chart.step(np.array([z])).upper[0]) for z in (1.0, 2.0, 9.0)]
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([np.sqrt(2) * 1.5 / 3] * 2)


def test_cusum_by_hand() -> None:
    chart = CusumChart(0.5, 4.0, (1,))
    found = [chart.step(np.array([z])) for z in (1.0, 2.0, -1.0, -3.0)]
    assert [float(sides.upper[0]) for sides in found] == pytest.approx([0.125, 0.5, 0.125, 0.0])
    assert [float(sides.lower[0]) for sides in found] == pytest.approx([0.0, 0.0, 0.125, 0.75])


def test_ewma_s_limits_are_exact_from_the_first_value_on() -> None:
    chart = EwmaChart(0.2, 3.0, (1,))
    # Z = 0.2 * 3 with a deviation of 0.2; then 0.8 * 0.6 with 0.2 * sqrt(1 + 0.64)
    found = [float(chart.step(np.array([z])).upper[0]) for z in (3.0, 0.0)]
    assert found == pytest.approx([1.0, 0.48 / (0.2 * np.sqrt(1.64)) / 3.0])


@pytest.mark.parametrize("make", [lambda: CusumChart(0.5, 4.0, (1,)), lambda: EwmaChart(0.2, 3.0, (1,))])
def test_an_unknown_value_changes_nothing(make: Callable[[], Chart]) -> None:
    chart, other = make(), make()
    for each in (chart, other):
        each.step(np.array([2.0]))
    assert np.isnan(chart.step(np.array([np.nan])).upper).all()
    assert chart.step(np.array([0.0])).upper == pytest.approx(other.step(np.array([0.0])).upper)


@pytest.mark.parametrize("name", ["xbar", "cusum", "ewma", "hotelling_t2"])
def test_a_chart_s_detector_says_which_quantities_moved_it_and_how_far(name: str) -> None:
    detector = build(name, CORRIDOR)
    assert isinstance(detector, ChartDetector)
    for frame in traffic():
        decision = detector.step(frame)
    evidence = detector.evidence
    assert evidence.time_s == decision.time_s
    assert np.array_equal(evidence.upper, decision.score, equal_nan=True)
    assert f"(alarms above {detector.threshold:.1f}): " in " ".join(evidence.text(section) for section in range(3))
    with pytest.raises(FrozenInstanceError):
        evidence.time_s = 0.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        evidence.parts[0, 0] = 0.0
