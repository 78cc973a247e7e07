"""Scores on anomalies, by hand: which alarm finds which, which is false, and what chance finds."""

from math import exp, inf, isnan, nan

import numpy as np
import pytest

from harness.scoring.rates import Rate
from harness.studies.anomalies.anomaly_score import (
    AnomalyOutcome,
    DetectorScore,
    by_chance,
    false_alarms,
    mean_by_chance,
    outcomes_of,
    summed,
)
from harness.studies.anomalies.anomaly_truth import Anomaly
from simulator.frame import Flags

TIMES = np.arange(30.0, 301.0, 30.0)  # ten frames


def flags(*cells: tuple[int, int]) -> Flags:
    """(10, 2): true in these frames and sections."""
    found = np.zeros((10, 2), dtype=np.bool_)
    for frame, section in cells:
        found[frame, section] = True
    return found


def anomaly(*cells: tuple[int, int], kind: str = "surge", counted: bool = True) -> Anomaly:
    window = flags(*cells)
    return Anomaly("run", kind, 90.0, 180.0, 120.0, (0, 1), window, window, counted, "")


WINDOW = [(3, 0), (4, 0), (5, 0)]


def test_an_alarm_that_begins_in_the_window_finds_it() -> None:
    (outcome,) = outcomes_of(flags((4, 0), (5, 0)), TIMES, [anomaly(*WINDOW)])
    assert (outcome.found, outcome.alarm_s, outcome.ttd_s, outcome.alarms) == (True, 150.0, 60.0, 1)


def test_an_alarm_from_before_the_window_does_not_find_it_however_long_it_lasts() -> None:
    (outcome,) = outcomes_of(flags((2, 0), (3, 0), (4, 0), (5, 0)), TIMES, [anomaly(*WINDOW)])
    assert not outcome.found
    assert isnan(outcome.alarm_s)
    assert isnan(outcome.ttd_s)


def test_an_alarm_in_another_section_does_not_find_it() -> None:
    assert not outcomes_of(flags((4, 1)), TIMES, [anomaly(*WINDOW)])[0].found


def test_one_long_alarm_counts_once_and_the_first_of_several_gives_the_time() -> None:
    every = [(frame, section) for frame in range(3, 8) for section in (0, 1)]
    (outcome,) = outcomes_of(flags((4, 1), (5, 1), (5, 0), (7, 0)), TIMES, [anomaly(*every)])
    assert (outcome.alarms, outcome.alarm_s) == (3, 150.0)


def test_an_alarm_is_false_where_nothing_is_disturbed() -> None:
    disturbed = flags(*((frame, 0) for frame in range(10)))
    rate = false_alarms(flags((1, 0), (4, 1), (5, 1), (8, 1)), [disturbed], 30.0)
    assert rate.events == 2
    assert rate.exposure == pytest.approx(10 * 30 / 86400 / 7)


def test_an_alarm_that_begins_while_disturbed_is_not_false_later() -> None:
    assert false_alarms(flags((1, 0), (2, 0)), [flags((1, 0))], 30.0).events == 0


def test_rates_of_several_runs_are_summed() -> None:
    assert summed([Rate(1, 0.5), Rate(2, 1.5)]) == Rate(3, 2.0)
    assert isnan(summed([]).value)


def test_chance_grows_with_the_window() -> None:
    days = 3 * 30 / 86400 / 7
    assert by_chance(anomaly(*WINDOW), 10.0, 30.0) == pytest.approx(1 - exp(-10 * days))
    assert by_chance(anomaly(*WINDOW), inf, 30.0) == 1.0
    assert by_chance(anomaly(*WINDOW), 0.0, 30.0) == 0.0


def test_the_chance_of_a_kind_is_the_mean_over_its_counted_anomalies() -> None:
    there = {"surge": [anomaly(*WINDOW), anomaly(*WINDOW[:1])], "rain": [anomaly(*WINDOW, counted=False)]}
    found = mean_by_chance(there, 5.0, 30.0)
    assert list(found) == ["surge"]
    assert found["surge"] == pytest.approx(np.mean([by_chance(each, 5.0, 30.0) for each in there["surge"]]))


def test_shares_leave_out_what_is_not_counted() -> None:
    outcomes = (
        AnomalyOutcome(anomaly(*WINDOW), 150.0, 2),
        AnomalyOutcome(anomaly(*WINDOW), nan, 0),
        AnomalyOutcome(anomaly(*WINDOW, kind="incident"), 120.0, 1),
        AnomalyOutcome(anomaly(*WINDOW, kind="incident", counted=False), nan, 0),
    )
    score = DetectorScore("mine", "shipped", "", nan, Rate(0, 1.0), Rate(0, 1.0), outcomes)
    assert (score.dr(["surge"]).part, score.dr(["surge"]).whole) == (1, 2)
    assert (score.dr(["surge", "incident"]).part, score.dr(["surge", "incident"]).whole) == (2, 3)
    assert score.ttd("surge").values == (60.0,)
    assert score.alarms_each("surge") == 1.0
    assert isnan(score.alarms_each("rain"))
