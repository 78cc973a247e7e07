"""Points and curves by hand on one small run, then as laws on twenty days of hourly frames."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.calibration.aims import AIMS
from detectors.catalogue import DETECTORS
from harness.scoring.score_runs import ScoredRun
from harness.studies.comparison.comparison_replays import ComparisonReplay
from harness.studies.comparison.operating_curve import (
    ComparedRun,
    calibrated_point,
    curve,
    points_by_factor,
    read_off,
    threshold_point,
)
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags
from simulator.truth import ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S: Array = 30.0 * np.arange(1, 61, dtype=np.float64)
INCIDENT = ObservedIncident(100.0, 700.0, 1500.0, (1,), 1, 120.0, True, 5.0, 30.0)
HOURLY = Corridor("hourly", 3600.0, tuple(Station(f"s{k}", 1000.0 * k, 2) for k in range(8)))
HOURS = 480  # of seven sections: twenty corridor-days
NAME = "trees"


def compared(scores: Array, *incidents: ObservedIncident, name: str = "run", known: bool = True) -> ComparedRun:
    """A run of CORRIDOR on which NAME had these scores."""
    truth = Truth(incidents, (), (), (), 0, 0) if known else None
    nothing: Flags = np.zeros(scores.shape, dtype=np.bool_)
    scored = ScoredRun(name, CORRIDOR, TIMES_S, nothing, truth)
    return ComparedRun(scored, ComparisonReplay(TIMES_S, 30.0, {NAME: scores}, {}, {}))


def hourly(scores: Array) -> ComparedRun:
    times_s = 3600.0 * np.arange(1, HOURS + 1, dtype=np.float64)
    scored = ScoredRun("days", HOURLY, times_s, np.zeros(scores.shape, dtype=np.bool_), Truth((), (), (), (), 0, 0))
    return ComparedRun(scored, ComparisonReplay(times_s, 3600.0, {NAME: scores}, {}, {}))


def hit_and_false() -> Array:
    """Score 5 in the incident's section at 180 s, score 3 in another at 900 s."""
    scores = np.zeros((60, 3))
    scores[5, 1], scores[29, 2] = 5.0, 3.0
    return scores


@pytest.mark.parametrize(
    ("threshold", "detected", "false_alarms"), [(5.0, 0, 0), (4.0, 1, 0), (3.0, 1, 0), (2.9, 1, 1)]
)
def test_points_by_hand(threshold: float, detected: int, false_alarms: int) -> None:
    # A score that equals the threshold raises nothing.
    point = threshold_point([compared(hit_and_false(), INCIDENT)], NAME, threshold)
    assert (point.dr.part, point.false_alarms) == (detected, false_alarms)


def test_rates_of_a_point_by_hand() -> None:
    # 158 decisions of 30 s count (see test_score): 4740 section-seconds, of 7 x 86400 in a corridor-day.
    point = threshold_point([compared(hit_and_false(), INCIDENT)], NAME, 2.0)
    assert point.corridor_days == pytest.approx(4740 / (7 * 86400))
    assert point.false_alarm_rate.value == pytest.approx(7 * 86400 / 4740)
    # Exact Poisson interval of one event: 0.0253 to 5.572.
    assert point.false_alarm_rate.interval == pytest.approx(
        (0.02532 * point.false_alarm_rate.value, 5.5716 * point.false_alarm_rate.value), rel=1e-3
    )
    assert (point.dr.value, point.ttd.values, point.ttd.mean, point.ttd.median, point.cost_s) == (1, (80,), 80, 80, 80)
    assert point.dr.interval == pytest.approx((0.2065, 1), abs=1e-4)  # Wilson, 1 of 1: 1 / (1 + 1.96 squared)
    assert isnan(point.ttd.interval.low)  # one incident says nothing of the next


def test_a_missed_incident_costs_600_s_and_no_incident_costs_more() -> None:
    late = np.zeros((60, 3))
    late[24, 1] = 5.0  # at 750 s: 650 s after onset, within the grace
    runs = [
        compared(late, INCIDENT),
        compared(hit_and_false(), INCIDENT, name="b"),
        compared(late * 0, INCIDENT, name="c"),
    ]
    point = threshold_point(runs, NAME, 4.0)
    assert point.ttd.values == (650, 80)
    assert point.cost_s == pytest.approx((600 + 80 + 600) / 3)


def test_rates_are_undefined_where_nothing_was_counted() -> None:
    point = threshold_point([compared(hit_and_false(), known=False)], NAME, 1.0)
    assert all(
        isnan(value)
        for value in (point.false_alarm_rate.value, point.dr.value, point.ttd.mean, point.ttd.median, point.cost_s)
    )


def test_the_calibrated_point_is_that_of_the_shipped_threshold() -> None:
    thresholds = DETECTORS[NAME].thresholds
    assert thresholds is not None
    scores = np.full((60, 3), -np.inf)
    scores[5, 1] = np.nextafter(thresholds()[1.0], np.inf)
    runs = [compared(scores, INCIDENT)]
    assert calibrated_point(runs, NAME, 1.0).dr.part == 1
    scores[5, 1] = thresholds()[1.0]
    assert calibrated_point(runs, NAME, 1.0).dr.part == 0


def test_a_detector_without_thresholds_keeps_its_own_alarms() -> None:
    alarm: Flags = np.zeros((60, 3), dtype=np.bool_)
    alarm[5, 1] = True
    run = compared(hit_and_false(), INCIDENT)
    replayed = replace(run.replayed, alarms={("sheu2004", 1.0): alarm, ("sheu2004", 10.0): np.ones_like(alarm)})
    assert calibrated_point([replace(run, replayed=replayed)], "sheu2004", 1.0).ttd.values == (80,)
    assert calibrated_point([replace(run, replayed=replayed)], "sheu2004", 10.0).dr.part == 0  # it never let go


def test_a_curve_begins_without_alarms_and_its_thresholds_fall() -> None:
    points = curve([hourly(np.random.default_rng(1).random((HOURS, 7)))], NAME)
    assert points[0].false_alarms == 0
    thresholds = [point.threshold for point in points]
    assert thresholds == sorted(thresholds, reverse=True)
    assert len(set(thresholds)) == len(thresholds)


@settings(max_examples=8, deadline=None)  # a curve scores some fifty times
@given(st.integers(0, 2**32 - 1))
def test_false_alarms_never_fall_with_the_threshold_where_alarms_stand_apart(seed: int) -> None:
    # Every other hour one section has a score of its own: no two alarms can join.
    rng = np.random.default_rng(seed)
    scores = np.full((HOURS, 7), -np.inf)
    scores[np.arange(0, HOURS, 2), rng.integers(0, 7, HOURS // 2)] = rng.normal(size=HOURS // 2)
    counts = [point.false_alarms for point in curve([hourly(scores)], NAME)]
    assert counts == sorted(counts)


def test_alarms_that_join_are_fewer_and_what_lies_behind_is_not_read_off() -> None:
    # Peaks at frames 10 and 15 are two alarms of four frames; a score of 3 between them makes them one.
    scores = np.zeros((60, 3))
    scores[[10, 15], 0], scores[13, 0] = 5.0, 3.0
    points = curve([compared(scores)], NAME)
    assert [point.false_alarms for point in points] == [0, 2]  # more than is asked anywhere: the curve ends here
    joined = threshold_point([compared(scores)], NAME, 2.0)
    assert joined.false_alarms == 1
    assert read_off([*points, joined], joined.false_alarm_rate.value) is points[0]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 60))
def test_no_more_false_alarms_than_asked_are_read_off(seed: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    points = curve([hourly(np.round(rng.normal(size=(HOURS, 7)), 2))], NAME)
    for asked in (*AIMS, rate):
        point = read_off(points, asked)
        assert point is not None  # the first point has no alarm
        assert point.false_alarm_rate.value <= asked


def test_thresholds_are_close_where_an_asked_rate_is_passed() -> None:
    # 20 days: 20 false alarms are 1 per day, 200 are 10. All scores differ and stand apart, so both can be had exactly.
    scores = np.full((HOURS, 7), -np.inf)
    scores[::2, 3] = np.random.default_rng(5).permutation(HOURS // 2)
    points = curve([hourly(scores)], NAME)
    read = [read_off(points, rate) for rate in AIMS]
    assert [point.false_alarms for point in read if point is not None] == [2, 20, 200]


def test_nothing_is_read_off_where_no_rate_is_known() -> None:
    assert read_off(curve([compared(hit_and_false(), known=False)], NAME), 10.0) is None
    assert read_off((), 10.0) is None


def test_a_detector_that_never_scores_has_no_curve() -> None:
    assert curve([compared(np.full((60, 3), np.nan))], NAME) == ()


def test_a_breakdown_adds_up_and_is_in_the_order_of_its_values() -> None:
    levels: list[str | float] = [1200.0, 800.0, 1000.0, "middle", "late", "early"]
    runs = []
    for number, level in enumerate(levels):
        run = compared(hit_and_false() * (number % 2), INCIDENT, name=f"run {number}")
        runs.append(replace(run, scored=replace(run.scored, incident_factors=[{"level": level}])))
    point = threshold_point(runs, NAME, 4.0)
    parts = points_by_factor(point, "level")
    assert list(parts) == [800.0, 1000.0, 1200.0, "early", "middle", "late"]
    assert sum(part.dr.part for part in parts.values()) == point.dr.part == 3
    assert all(isnan(part.false_alarm_rate.value) for part in parts.values())
    assert points_by_factor(point, "weather") == {}
