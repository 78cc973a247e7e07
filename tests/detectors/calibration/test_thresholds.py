"""Calibration of a threshold on scores: one section, scores written down, alarms counted by hand."""

from dataclasses import dataclass
from math import inf, log, nan

import numpy as np
import pytest

from detectors.calibration.aims import AIMS, CORRIDOR_SECTIONS, Aim
from detectors.calibration.incident_free import corridor_days, free_sample, free_samples
from detectors.calibration.thresholds import outcome, threshold_for, thresholds_for
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

PERIOD_S = 30.0


@dataclass(frozen=True)
class Known:
    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Run:
    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: tuple[Known, ...] | None


def run_of(frames: int, sections: int = 1, incidents: tuple[Known, ...] | None = ()) -> Run:
    corridor = Corridor("road", PERIOD_S, tuple(Station(f"S{s}", 1000.0 * s, 1) for s in range(sections + 1)))
    empty = np.zeros((sections + 1, 1))
    made = tuple(LoopFrame(PERIOD_S * (k + 1), empty, empty * nan, empty) for k in range(frames))
    return Run(corridor, made, incidents)


def spikes(values: list[float]) -> Array:
    """(10 per value, 1) scores: a value in the middle of each 300 s, 0 between, so that each is an alarm of its own."""
    score = np.zeros((10 * len(values), 1))
    score[5::10, 0] = values
    return score


def aim_for(allowed: float, run: Run) -> Aim:
    return Aim(allowed / corridor_days([run], [free_sample(run, 900.0)]))


def test_an_incident_takes_its_section_and_those_upstream_from_onset_and_those_downstream_from_clearance() -> None:
    run = run_of(60, 3, (Known(600.0, 900.0, 1500.0),))
    taken = ~free_sample(run, 300.0)
    ends = np.arange(1, 61) * PERIOD_S
    from_onset = (ends > 600.0) & (ends - PERIOD_S < 1200.0)
    from_clearance = (ends > 900.0) & (ends - PERIOD_S < 1200.0)
    assert taken.T.tolist() == [from_onset.tolist(), from_onset.tolist(), from_clearance.tolist()]
    assert taken.sum(axis=0).tolist() == [20, 20, 10]


@pytest.mark.parametrize("incidents", [None, ()])
def test_a_run_without_known_incidents_is_free_throughout(incidents: tuple[Known, ...] | None) -> None:
    assert free_sample(run_of(7, 2, incidents), 900.0).all()


def test_two_incidents_take_what_either_takes() -> None:
    first, second = Known(300.0, 600.0, 500.0), Known(500.0, 900.0, 1500.0)
    both = free_sample(run_of(80, 3, (first, second)), 120.0)
    apart = [free_sample(run_of(80, 3, (each,)), 120.0) for each in (first, second)]
    assert (both == (apart[0] & apart[1])).all()


def test_a_longer_recovery_frees_no_frame() -> None:
    run = run_of(80, 3, (Known(300.0, 600.0, 1500.0),))
    assert not (free_sample(run, 900.0) & ~free_sample(run, 300.0)).any()


def test_seven_sections_for_a_day_are_a_corridor_day() -> None:
    run = run_of(288, CORRIDOR_SECTIONS)  # a tenth of a day
    free = [free_sample(run, 900.0)] * 10
    assert corridor_days([run] * 10, free) == pytest.approx(1.0)


def test_frames_that_are_not_free_are_no_corridor_days() -> None:
    run = run_of(20, 1)
    free = np.zeros((20, 1), dtype=bool)
    free[:4] = True
    assert corridor_days([run], [free]) == pytest.approx(4 * PERIOD_S / 86400 / 7)


DAY = run_of(2880, CORRIDOR_SECTIONS)


def test_false_alarms_are_counted_on_whole_days_where_they_make_up_a_corridor_day() -> None:
    short = run_of(400, CORRIDOR_SECTIONS)
    assert [each.any() for each in free_samples([short, DAY], 900.0)] == [False, True]


def test_they_are_counted_on_all_recordings_where_whole_days_are_too_few() -> None:
    narrow = run_of(2880, CORRIDOR_SECTIONS - 1)
    assert all(each.all() for each in free_samples([run_of(400, 1), narrow], 900.0))


def test_an_alarm_in_a_short_recording_does_not_raise_the_threshold_of_whole_days() -> None:
    short, quiet = run_of(400, CORRIDOR_SECTIONS), np.zeros((2880, CORRIDOR_SECTIONS))
    quiet[5::10, 0] = np.linspace(0.0, 1.0, 288)
    loud = np.full((400, CORRIDOR_SECTIONS), 9.0)
    alone, _ = threshold_for([DAY], [quiet], Aim(10.0))
    both, found = threshold_for([short, DAY], [loud, quiet], Aim(10.0))
    assert both == alone
    assert found.corridor_days == pytest.approx(1.0)


def test_delay_detection_and_false_alarms_are_those_counted_by_hand() -> None:
    run = run_of(100, 1, (Known(1500.0, 1800.0, 500.0),))  # free again from frame 90 on, with 870 s of recovery
    score = np.zeros((100, 1))
    score[[10, 12, 20, 53, 70, 95], 0] = 2.0  # 10 and 12 are one alarm, 53 ends at 1620 s, 70 comes in the recovery
    found = outcome([run], [score], 1.0, Aim(recovery_s=870.0))
    assert (found.detected, found.incidents, found.false_alarms) == (1, 1, 3)
    assert found.delay_s == pytest.approx(1620.0 - 1500.0)
    assert found.corridor_days == pytest.approx(61 * PERIOD_S / 86400 / 7)


def test_a_score_at_the_threshold_is_no_alarm() -> None:
    assert outcome([run_of(20)], [spikes([1.0, 1.0])], 1.0, Aim()).false_alarms == 0


def test_an_unknown_score_is_no_alarm() -> None:
    assert outcome([run_of(20)], [np.full((20, 1), nan)], -inf, Aim()).false_alarms == 0


@pytest.mark.parametrize(("frame", "detected"), [(49, 0), (50, 1), (61, 1), (62, 0)])
def test_a_detection_comes_after_onset_and_within_grace_of_clearance(frame: int, detected: int) -> None:
    run = run_of(100, 1, (Known(1500.0, 1800.0, 500.0),))
    score = np.zeros((100, 1))
    score[frame] = 2.0
    assert outcome([run], [score], 1.0, Aim(grace_s=60.0)).detected == detected


def test_an_incident_whose_clearance_is_not_known_can_be_detected_ever_after() -> None:
    run = run_of(100, 1, (Known(1500.0, nan, 500.0),))
    score = np.zeros((100, 1))
    score[90] = 2.0
    found = outcome([run], [score], 1.0, Aim(missed_s=9999.0))
    assert (found.detected, found.delay_s, found.false_alarms) == (1, 1230.0, 0)


def test_an_alarm_in_another_section_detects_nothing() -> None:
    run = run_of(100, 2, (Known(1500.0, 1800.0, 500.0),))
    score = np.zeros((100, 2))
    score[55, 1] = 2.0
    found = outcome([run], [score], 1.0, Aim(missed_s=450.0))
    assert (found.detected, found.delay_s) == (0, 450.0)


def test_a_missed_incident_costs_what_the_aim_says() -> None:
    incidents = (Known(300.0, 600.0, 500.0), Known(1500.0, 1800.0, 500.0))
    score = np.zeros((100, 1))
    score[11] = 2.0  # ends at 360 s
    found = outcome([run_of(100, 1, incidents)], [score], 1.0, Aim(missed_s=540.0))
    assert found.delay_s == pytest.approx((60.0 + 540.0) / 2)


def test_no_incident_has_no_delay() -> None:
    found = outcome([run_of(20)], [spikes([1.0, 2.0])], 0.5, Aim())
    assert (found.delay_s, found.detected, found.incidents) == (0.0, 0, 0)


def test_as_many_false_alarms_as_allowed_are_let_through() -> None:
    values = [3.0, 8.0, 1.0, 9.0, 2.0, 7.0, 4.0, 10.0, 5.0, 6.0]
    run = run_of(100)
    threshold, found = threshold_for([run], [spikes(values)], aim_for(4.5, run))
    assert (threshold, found.false_alarms) == (6.0, 4)


def test_a_rarer_aim_is_extrapolated_along_an_exponential_tail() -> None:
    # 4 of 8 peaks make the tail: above 5, mean excess (3 + 2 + 1 + 0) / 4; half a false alarm is allowed
    run = run_of(80)
    threshold, found = threshold_for([run], [spikes([8.0, 7.0, 6.0, 5.0, 5.0, 4.0, 3.0, 2.0])], aim_for(0.5, run))
    assert threshold == pytest.approx(5.0 + 1.5 * log(4 / 0.5))
    assert found.false_alarms == 0


def test_an_extrapolated_threshold_lets_no_more_through_than_can_be_counted() -> None:
    # tail 4.0 + 0.25 log(4 / 2.9) = 4.08, but 4 alarms lie above it: the 4th largest lets 3 through
    run = run_of(80)
    threshold, found = threshold_for([run], [spikes([4.4, 4.3, 4.2, 4.1, 4.0, 0.0, 0.0, 0.0])], aim_for(2.9, run))
    assert (threshold, found.false_alarms) == (4.1, 3)


def test_a_threshold_is_never_below_a_higher_one_with_too_many_false_alarms() -> None:
    # twenty alarms at 2; at 0.5 they are one that never ends, which would be few enough
    score = np.full((200, 2), 0.5)
    score[:, 0] = 1.0
    score[5::10, 0] = 3.0
    score[5, 1] = 2.0
    run = run_of(200, 2)
    assert outcome([run], [score], 0.5, Aim()).false_alarms == 2
    assert threshold_for([run], [score], aim_for(5.0, run))[0] == 3.0


def test_scores_in_the_wake_of_an_incident_do_not_move_the_threshold() -> None:
    incident = (Known(1500.0, 1800.0, 500.0),)
    run, score = run_of(160, 1, incident), spikes([float(k % 7) for k in range(16)])
    louder = np.where(free_sample(run, 900.0), score, 50.0)
    louder[90] = score[90]
    aim = aim_for(4.0, run)
    assert threshold_for([run], [louder], aim)[0] == threshold_for([run], [score], aim)[0]


def test_the_outcome_is_that_of_the_threshold() -> None:
    rng = np.random.default_rng(1)
    runs = [run_of(200, 3, (Known(1500.0, 1800.0, 500.0),) if seed < 2 else ()) for seed in range(4)]
    scores = [rng.normal(size=(200, 3)) for _ in runs]
    threshold, found = threshold_for(runs, scores, Aim(500.0))
    assert outcome(runs, scores, threshold, Aim(500.0)) == found


def test_false_alarms_counted_keep_to_the_aim() -> None:
    rng = np.random.default_rng(2)
    runs = [run_of(400, 3) for _ in range(4)]
    scores = [rng.normal(size=(400, 3)) for _ in runs]
    for allowed in (3.0, 10.0, 30.0):
        aim = Aim(allowed / corridor_days(runs, [free_sample(run, 900.0) for run in runs]))
        assert 0.5 * allowed <= threshold_for(runs, scores, aim)[1].false_alarms <= allowed + 1e-9


def test_a_lower_rate_gives_a_threshold_at_least_as_high() -> None:
    rng = np.random.default_rng(3)
    runs = [run_of(400, 3) for _ in range(4)]
    scores = [rng.exponential(size=(400, 3)) for _ in runs]
    found = thresholds_for(runs, scores, (0.1, 1.0, 10.0, 100.0, 1000.0))
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_twice_the_scores_give_twice_the_threshold() -> None:
    rng = np.random.default_rng(4)
    runs, scores = [run_of(400, 2)], [rng.exponential(size=(400, 2))]
    for rate, threshold in thresholds_for(runs, scores, (1.0, 1000.0)).items():
        # the tail is a mean of differences: rounding only
        assert thresholds_for(runs, [2 * scores[0]], (rate,))[rate] == pytest.approx(2 * threshold, rel=1e-12)


def test_thresholds_are_those_of_each_rate_alone() -> None:
    rng = np.random.default_rng(5)
    runs, scores = [run_of(200, 2)], [rng.normal(size=(200, 2))]
    found = thresholds_for(runs, scores)
    assert found == {rate: threshold_for(runs, scores, Aim(rate))[0] for rate in AIMS}


def test_a_single_peak_is_its_own_threshold() -> None:
    assert threshold_for([run_of(10)], [spikes([2.0])], Aim(1.0))[0] == 2.0


def test_runs_without_incident_free_frames_are_refused() -> None:
    run = run_of(10, 1, (Known(0.0, 300.0, 500.0),))
    with pytest.raises(ValueError, match="wants incident-free frames, got none in 1 recordings"):
        threshold_for([run], [np.zeros((10, 1))], Aim())


def test_scores_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="wants scores on incident-free frames, got none that is a number"):
        threshold_for([run_of(10)], [np.full((10, 1), nan)], Aim())


@pytest.mark.parametrize("field", ["false_per_corridor_day", "missed_s", "grace_s", "recovery_s"])
@pytest.mark.parametrize("value", [-1.0, nan, inf])
def test_impossible_aims_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field} is 0 or more, got {value}"):
        Aim(**{field: value})
