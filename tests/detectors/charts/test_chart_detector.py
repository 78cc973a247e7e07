"""Charts on values worked out by hand, and the reason that a chart's detector gives."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from detectors.catalogue import build
from detectors.charts.chart_detector import ChartDetector
from detectors.charts.chart_evidence import ChartEvidence
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


def test_xbar_names_its_rule_and_shows_warning_and_action_limits_of_a_mean() -> None:
    chart, found = XbarChart(4), []
    for z in (1.5, 1.4, 0.2, 9.0):
        sides = [chart.step(np.array([z / 2])) for _ in range(4)][-1]  # four equal values: a mean of z deviations
        assert sides.limit is not None
        found.append(chart.limits[int(sides.limit[0])])
    assert found == ["action limit", "warning limit by 2 of 3 means", "warning limit by 2 of 3 means", "action limit"]
    assert sides.mean == pytest.approx([4.5])
    assert sides.action == pytest.approx([3.0 / 2.0])
    assert sides.warning == pytest.approx([2.0 / 2.0])


def test_ewma_shows_its_average_with_its_exact_limit() -> None:
    chart = EwmaChart(0.2, 3.0, (1,))
    sides = [chart.step(np.array([z])) for z in (3.0, 0.0)][-1]
    assert sides.mean == pytest.approx([0.48])
    assert sides.action == pytest.approx([3.0 * 0.2 * np.sqrt(1.64)])


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


def evidence(**more: object) -> ChartEvidence:
    """Two sections: one above its limit, one below."""
    parts = np.array([[-3.0, 0.5, 2.0, 1.0], [np.nan, 1.0, np.nan, np.nan]])
    names = ("speed", "flow", "occupancy", "lanes")
    return ChartEvidence(30.0, "xbar", np.array([2.0, -1.0]), np.array([-2.0, 1.5]), parts, names, **more)  # type: ignore[arg-type]


def test_a_reason_names_the_limit_the_threshold_and_the_three_quantities_that_are_farthest() -> None:
    found = evidence(limits=("action limit", "warning limit"), limit=np.array([1, 0]), threshold=1.8)
    assert (
        found.text(0)
        == "xbar at 2.0 times its warning limit (alarms above 1.8): speed -3.0 sd, occupancy 2.0 sd, lanes 1.0 sd"
    )
    assert found.text(1) == "xbar below, at 1.5 times its action limit (alarms above 1.8): flow 1.0 sd"


def test_a_reason_says_on_which_side_of_its_normal_a_quantity_is() -> None:
    found = evidence(signs=np.array([-1.0, 1.0, 1.0, 1.0]))
    assert found.text(0).endswith("speed 3.0 sd high, occupancy 2.0 sd high, lanes 1.0 sd high")


def test_a_reason_of_t2_says_what_would_be_gone_without_each_quantity() -> None:
    share = np.array([[1.0, 9.0, 2.0, 0.0], [np.nan] * 4])
    found = evidence(limits=("F limit",), total=np.array([12.0, np.nan]), share=share)
    assert found.text(0) == (
        "xbar at 2.0 times the log probability of its F limit: T2 12, of which 9 flow (0.5 sd), 2 occupancy (2.0 sd), "
        "1 speed (-3.0 sd)"
    )


def test_where_nothing_is_known_there_is_no_reason() -> None:
    assert (
        ChartEvidence(30.0, "ewma", np.array([np.nan]), np.array([np.nan]), np.full((1, 1), np.nan), ("flow",)).text(0)
        == ""
    )
