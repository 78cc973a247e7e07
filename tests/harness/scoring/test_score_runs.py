"""Stations at 0, 1000, 2000, 3000 m (sections 0, 1, 2), frames of 30 s that end at 30, 60 ... 1800 s."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from detectors.reference.coin import Coin
from detectors.reference.silent import Silent
from harness.records.known_truth import truth_of_recording
from harness.scoring.detection_score import Score
from harness.scoring.onset_interval import interval_end_s
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.truth import Carrying, ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S: Array = 30.0 * np.arange(1, 61, dtype=np.float64)


def incident(onset_s: float, clearance_s: float, section: int = 1, impact: bool = True) -> ObservedIncident:
    evidence_s = 30 * math.ceil((onset_s + 20) / 30)
    return ObservedIncident(onset_s, clearance_s, 1000.0 * section + 500, (1,), section, evidence_s, impact, 5.0, 30.0)


def truth(*incidents: ObservedIncident, carrying: tuple[Carrying, ...] = ()) -> Truth:
    return Truth(incidents, carrying, (), (), 0, 0)


def decisions(*spans: tuple[int, float, float], times_s: Array = TIMES_S) -> Flags:
    """Incident decisions in (section, first frame end, last frame end)."""
    alarm = np.zeros((times_s.size, 3), dtype=np.bool_)
    for section, first_s, last_s in spans:
        alarm[(first_s <= times_s) & (times_s <= last_s), section] = True
    return alarm


def run(alarm: Flags, of: Truth | None, name: str = "run") -> ScoredRun:
    return ScoredRun(name, CORRIDOR, TIMES_S, alarm, of)


def score(alarm: Flags, of: Truth | None, persistence: int = 0) -> Score:
    return score_runs([run(alarm, of)], persistence)


def test_one_hit_and_one_false_alarm_by_hand() -> None:
    # Incident in section 1: onset 100 s, clearance 700 s. Alarms: section 1 from 180 to 690 s (hit, TTD 80 s; the onset
    # falls in the interval that ends at 120 s, so 60 s in whole intervals), section 2 at 900 s (false).
    # Decisions: 3 x 60 frames, less the 22 frames with 100 < t <= 760 s in section 1 = 158; x 30 s = 1.3167 h,
    # of a corridor of three sections: 1.3167 / 72 days.
    found = score(decisions((1, 180, 690), (2, 900, 900)), truth(incident(100, 700)))
    assert (found.incidents, found.detected, found.false_alarms, found.decisions) == (1, 1, 1, 158)
    assert found.section_hours == pytest.approx(158 * 30 / 3600)
    assert found.dr.value == 1
    assert found.far.value == pytest.approx(1 / 158)
    assert found.false_alarms_per_section_hour.value == pytest.approx(1 / (158 * 30 / 3600))
    assert found.false_alarms_per_corridor_day.value == pytest.approx(72 / (158 * 30 / 3600))
    assert (found.ttd.mean, found.ttd.median, found.ttd_intervals.mean) == (80, 80, 60)
    assert found.floor_mean_s == 20  # evidence at 120 s


def test_ttd_statistics_by_hand() -> None:
    # Onsets 100, 200, 300 s in three runs, alarms at 120, 300, 600 s: TTD 20, 100, 300 s.
    runs = [
        run(decisions((1, raised, raised)), truth(incident(onset, 900)), f"run {onset}")
        for onset, raised in ((100, 120), (200, 300), (300, 600))
    ]
    found = score_runs(runs, 0)
    assert found.ttd.values == (20, 100, 300)
    assert found.ttd.mean == 140
    assert found.ttd.median == 100
    assert found.ttd.p90 == pytest.approx(260)  # 0.9 x 2 = 1.8: 100 + 0.8 x 200
    # The intervals of the onsets end at 120, 210 and 330 s (300 is the start of the interval up to 330): 0, 90, 270 s.
    assert found.ttd_intervals.values == (0, 90, 270)


@pytest.mark.parametrize(("onset_s", "end_s"), [(0, 30), (29.9, 30), (30, 60), (31, 60), (59.999, 60)])
def test_interval_of_the_onset_starts_before_it_and_ends_after(onset_s: float, end_s: float) -> None:
    assert interval_end_s(onset_s, 30.0, 30.0) == end_s


def test_interval_of_the_onset_bears_rounding() -> None:
    assert interval_end_s(0.1 + 0.2, 0.0, 0.1) == pytest.approx(0.4)


def test_persistence_adds_a_period_to_ttd_each() -> None:
    alarm, of = decisions((1, 120, 690)), truth(incident(100, 700))
    assert [score(alarm, of, p).ttd.mean for p in range(4)] == [20, 50, 80, 110]


def test_detector_that_never_lets_go_detects_nothing() -> None:
    found = score(np.ones((60, 3), dtype=np.bool_), truth(incident(100, 700)))
    # One false alarm per section, raised at 30 s, before the onset.
    assert (found.detected, found.dr.value, found.false_alarms) == (0, 0, 3)
    assert math.isnan(found.ttd.mean)


def test_incident_without_impact_is_counted_apart() -> None:
    found = score(decisions((1, 120, 690)), truth(incident(100, 700, impact=False)))
    assert (found.incidents, found.incidents_without_impact, found.detected) == (0, 1, 0)
    assert (found.false_alarms, found.neutral_alarms) == (0, 1)
    assert math.isnan(found.dr.value)
    assert found.incident_outcomes[0].detected  # it was noticed, and is reported as such


def test_incident_in_a_gap_is_counted_apart() -> None:
    gap = np.array([30.0, 60.0, 1500.0, 1530.0])
    found = score_runs(
        [ScoredRun("gap", CORRIDOR, gap, np.zeros((4, 3), dtype=np.bool_), truth(incident(100, 700)))], 0
    )
    assert (found.incidents, found.incidents_unobserved) == (0, 1)
    assert found.decisions == 12


def test_queue_upstream_is_neutral_and_not_counted() -> None:
    of = truth(incident(100, 700), carrying=(Carrying(1, 300.0, 900.0),))
    found = score(decisions((1, 120, 690), (0, 330, 600), (0, 840, 870)), of)
    assert (found.detected, found.located, found.false_alarms, found.neutral_alarms) == (1, 1, 0, 2)
    # Section 0: 20 frames of queue. Section 1: 120 ... 900 s, 27 frames (window and queue overlap).
    assert found.decisions == 180 - 20 - 27


def test_detection_from_upstream_is_reported_as_not_located() -> None:
    of = truth(incident(100, 700), carrying=(Carrying(1, 300.0, 900.0),))
    found = score(decisions((0, 330, 600)), of)
    assert (found.detected, found.located) == (1, 0)
    assert found.ttd.mean == 230


def test_run_with_unknown_incidents_adds_to_no_rate() -> None:
    found = score(decisions((1, 120, 690)), None)
    assert (found.incidents, found.false_alarms, found.decisions, found.section_hours) == (0, 0, 0, 0)
    assert [alarm.kind for alarm in found.alarm_outcomes] == ["unknown"]
    rates = (found.dr, found.far, found.false_alarms_per_corridor_day, found.characterization.lane_accuracy)
    assert all(math.isnan(value) for value in (*(rate.value for rate in rates), found.ttd.mean))


def test_recording_is_scored_without_truth() -> None:
    of = truth_of_recording([RecordedIncident(100.0, 700.0, 1500.0, (0,))], CORRIDOR)
    found = score(decisions((1, 120, 120), (1, 300, 300), (0, 330, 330)), of)
    assert (found.detected, found.neutral_alarms, found.false_alarms) == (1, 1, 1)
    assert math.isnan(found.floor_mean_s)


def test_run_without_frames_counts_nothing() -> None:
    empty = ScoredRun("empty", CORRIDOR, np.zeros(0), np.zeros((0, 3), dtype=np.bool_), truth(incident(100, 700)))
    found = score_runs([empty], 0)
    assert (found.incidents, found.incidents_unobserved, found.decisions) == (0, 1, 0)


def test_no_runs_leave_every_rate_undefined() -> None:
    found = score_runs([], 0)
    assert math.isnan(found.dr.value)
    assert math.isnan(found.far.value)
    assert all(math.isnan(end) for end in (*found.dr.interval, *found.false_alarms_per_corridor_day.interval))


def test_corridor_days_are_counted_at_each_corridors_number_of_sections() -> None:
    # 24 h of one section and 24 h of three sections, no incident: two corridor-days, four section-days.
    times_s: Array = 3600.0 * np.arange(1, 25, dtype=np.float64)
    runs = []
    for sections in (1, 3):
        stations = tuple(Station(f"s{k}", 500.0 * k, 2) for k in range(sections + 1))
        corridor = Corridor("hourly", 3600.0, stations)
        alarm = np.zeros((24, sections), dtype=np.bool_)
        runs.append(ScoredRun(f"{sections} sections", corridor, times_s, alarm, truth()))
    found = score_runs(runs, 0)
    assert found.section_hours == 96
    assert found.corridor_days == pytest.approx(2)


def test_labels_of_run_and_incident_are_passed_through() -> None:
    labelled = replace(
        run(decisions(), truth(incident(100, 700))),
        factors={"demand": 1500.0},
        incident_factors=[{"rubbernecking": "yes"}],
    )
    (only,) = score_runs([labelled], 0).incident_outcomes
    assert dict(only.factors) == {
        "demand": 1500.0,
        "lanes_blocked": 1.0,
        "position": "middle",
        "section_length": "medium",
        "rubbernecking": "yes",
    }


def step_through(detector: Silent | Coin, times_s: Array) -> Flags:
    readings = np.ones((4, 3))
    return np.array([detector.step(LoopFrame(float(t), readings, readings, readings * 0.1)).alarm for t in times_s])


def test_silent_is_the_zero_of_the_scale() -> None:
    found = score(step_through(Silent(CORRIDOR), TIMES_S), truth(incident(100, 700), incident(1000, 1500)))
    assert (found.dr.value, found.far.value, found.false_alarms_per_corridor_day.value) == (0, 0, 0)
    assert math.isnan(found.ttd.mean)


@pytest.mark.parametrize("seed", range(5))
def test_coin_gets_the_false_alarms_it_was_given(seed: int) -> None:
    # 2000 frames x 3 sections, p = 2 / 120 per toss; an alarm starts where heads follow tails: p (1 - p) per decision.
    times_s: Array = 30.0 * np.arange(1, 2001, dtype=np.float64)
    alarm = step_through(Coin(CORRIDOR, rate_per_section_hour=2.0, seed=seed), times_s)
    of = truth(*(incident(3000.0 * k, 3000.0 * k + 600) for k in range(1, 15)))
    found = score_runs([ScoredRun("coin", CORRIDOR, times_s, alarm, of)], 0)
    low, high = poisson.interval(0.999, 2.0 * (1 - 2.0 / 120) * found.section_hours)
    assert low <= found.false_alarms <= high


EVENTS = st.lists(st.tuples(st.integers(1, 55), st.integers(0, 20), st.integers(0, 2)), max_size=4)


@given(EVENTS, st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60), st.integers(0, 8)), max_size=8))
def test_more_persistence_never_gives_more_detections_or_earlier_ones(
    events: Sequence[tuple[int, int, int]], bouts: Sequence[tuple[int, int, int]]
) -> None:
    of = truth(*(incident(30.0 * k + 7, 30.0 * (k + long) + 11, section) for k, long, section in events))
    alarm = decisions(*((section, 30.0 * k, 30.0 * (k + long)) for section, k, long in bouts))
    # A bout of decisions that began before an onset can, with persistence, raise its alarm after it. The law holds for
    # bouts that begin after it: so no decision stands in the frame before an onset.
    for one in of.incidents:
        alarm[one.onset_s >= TIMES_S, one.section] &= TIMES_S[one.onset_s >= TIMES_S] < one.onset_s - 30
    scores = [score(alarm, of, persistence) for persistence in range(4)]
    detected = [found.detected for found in scores]
    assert detected == sorted(detected, reverse=True)
    raised = [len(found.alarm_outcomes) for found in scores]
    assert raised == sorted(raised, reverse=True)
    if len(of.incidents) == 1:
        known = [found.ttd.mean for found in scores if found.detected]
        assert known == sorted(known)


def test_bout_that_began_before_the_onset_can_detect_with_persistence() -> None:
    # Why the law above has its condition: decisions from 90 s, onset at 100 s.
    alarm, of = decisions((1, 90, 690)), truth(incident(100, 700))
    assert [(score(alarm, of, p).detected, score(alarm, of, p).false_alarms) for p in (0, 1)] == [(0, 1), (1, 0)]


@given(EVENTS, st.integers(0, 2**32 - 1))
def test_every_alarm_is_of_one_kind(events: Sequence[tuple[int, int, int]], seed: int) -> None:
    of = truth(*(incident(30.0 * k + 7, 30.0 * (k + long) + 11, section) for k, long, section in events))
    found = score(np.random.default_rng(seed).random((60, 3)) < 0.2, of)
    hits = sum(alarm.kind == "detection" for alarm in found.alarm_outcomes)
    assert hits == found.detected
    assert hits + found.false_alarms + found.neutral_alarms == len(found.alarm_outcomes)
    assert found.false_alarms <= found.decisions
    for one in found.hits:
        assert one.ttd_s > 0
        assert 0 <= one.ttd_intervals_s <= one.ttd_s


@given(st.integers(0, 2**32 - 1))
def test_runs_scored_together_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    of = truth(incident(100, 700), incident(900, 1200, section=2))
    runs = [run(rng.random((60, 3)) < 0.1, of, f"run {k}") for k in range(3)]
    together, alone = score_runs(runs, 1), [score_runs([one], 1) for one in runs]
    assert together.detected == sum(one.detected for one in alone)
    assert together.false_alarms == sum(one.false_alarms for one in alone)
    assert together.decisions == sum(one.decisions for one in alone)


def test_same_run_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="is a folder given twice"):
        score_runs([run(decisions(), truth()), run(decisions(), truth())], 0)


def test_error_names_the_run() -> None:
    with pytest.raises(ValueError, match=r"run 'run': .*one per station"):
        score(np.zeros((60, 4), dtype=np.bool_), truth())


def test_factors_for_every_incident_are_wanted() -> None:
    with pytest.raises(ValueError, match="each of 1 incidents, got 0"):
        score_runs([replace(run(decisions(), truth(incident(100, 700))), incident_factors=[])], 0)


def test_in_long_frames_the_one_that_holds_the_clearance_detects() -> None:
    # Clearance at 830 s; the frame that ends at 900 s is 70 s later, and began before it.
    slow, times_s = Corridor("slow", 300.0, CORRIDOR.stations), 10.0 * TIMES_S[:4]
    alarm = np.array([[False] * 3, [False] * 3, [False, True, False], [False] * 3])
    found = score_runs([ScoredRun("slow", slow, times_s, alarm, truth(incident(310, 830)))], 0)
    assert (found.detected, found.false_alarms, found.grace_s) == (1, 0, 300.0)
