"""The detector as a whole, on frames made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.detector import Estimator
from detectors.sheu.sheu2004 import Sheu2004
from detectors.sheu.sheu_parameter_file import shipped_parameters
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("three sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 4) for s in range(4)))
ONSET, CLEARANCE = 20, 32  # frames


def frame(k: int, blocked: bool, lanes: tuple[int, ...] = (1,), stations: int = 4, width: int = 4) -> LoopFrame:
    """12 vehicles a lane; while blocked, the lanes of section 1 pass none downstream and the others 3 more."""
    count = np.full((stations, width), 12.0)
    if blocked:
        count[2] += 3.0
        count[2, list(lanes)] = 0.0
    return LoopFrame(30.0 * (k + 1), count, np.full(count.shape, 27.0), np.full(count.shape, 0.1))


def detector() -> Sheu2004:
    return Sheu2004(CORRIDOR, shipped_parameters())


def test_an_incident_is_detected_within_its_section_and_ends() -> None:
    sheu = detector()
    alarms = np.array([sheu.step(frame(k, ONSET <= k < CLEARANCE)).alarm for k in range(60)])
    assert not alarms[:ONSET].any()
    assert alarms[ONSET + 3, 1]
    assert not alarms[:, [0, 2]].any()
    assert not alarms[CLEARANCE + 10 :].any()


def test_the_estimate_names_lane_onset_symptom_and_later_the_clearance() -> None:
    sheu = detector()
    assert isinstance(sheu, Estimator)
    ended = []
    for k in range(60):
        sheu.step(frame(k, ONSET <= k < CLEARANCE))
        estimate = sheu.estimate
        if k == ONSET + 4:
            assert np.argwhere(estimate.blocked).tolist() == [[1, 1]]
            assert estimate.onset_s[1] == 30.0 * ONSET
            assert np.isnan(estimate.clearance_s[1])
            assert "above" in estimate.symptom[1]
            assert 0 <= estimate.lane_changing[1, 1] <= 1
            assert estimate.queue[1, 1] >= 0
            assert np.isfinite(estimate.beside[1, [0, 2]]).all()
            assert np.isfinite([estimate.evidence[1], estimate.upper[1], estimate.lower[1]]).all()
            assert np.isnan(estimate.beside[1, 1])
        if np.isfinite(estimate.clearance_s[1]):
            ended.append((estimate.onset_s[1], estimate.clearance_s[1], estimate.blocked[1, 1]))
    assert len(ended) == 1
    onset_s, clearance_s, named = ended[0]
    assert named
    assert onset_s == 30.0 * ONSET
    assert clearance_s >= 30.0 * CLEARANCE


def test_nothing_is_believed_in_steady_traffic() -> None:
    sheu = detector()
    assert np.isnan(sheu.estimate.time_s)
    for k in range(30):
        decision = sheu.step(frame(k, False))
    assert np.isnan(decision.score).all()
    assert not sheu.estimate.blocked.any()
    assert sheu.estimate.symptom == ("", "", "")


def test_a_blocked_edge_lane_has_one_lane_beside_it() -> None:
    sheu = detector()
    for k in range(ONSET + 4):
        sheu.step(frame(k, k >= ONSET, (0,)))
    assert np.argwhere(np.isfinite(sheu.estimate.beside)).tolist() == [[1, 1]]


def test_two_blocked_lanes_are_two_trials() -> None:
    sheu = detector()
    for k in range(ONSET + 4):
        sheu.step(frame(k, k >= ONSET, (1, 2)))
    assert np.argwhere(sheu.estimate.blocked).tolist() == [[1, 1], [1, 2]]


def test_the_alarm_stands_while_the_next_test_is_under_way() -> None:
    slow = shipped_parameters()
    parameters = replace(slow, test=replace(slow.test, longest_frames=8, queue_growth=2.0))
    sheu = Sheu2004(CORRIDOR, parameters)
    alarms = [bool(sheu.step(frame(k, k >= ONSET)).alarm[1]) for k in range(ONSET + 6)]
    first = alarms.index(True)
    assert all(alarms[first:])


def test_a_gap_in_time_ends_what_was_on_trial() -> None:
    sheu = detector()
    for k in range(ONSET + 4):
        sheu.step(frame(k, k >= ONSET))
    onset_s = sheu.estimate.onset_s[1]
    assert onset_s == 30.0 * ONSET
    for k in range(ONSET + 20, ONSET + 22):
        sheu.step(frame(k, True))
    assert sheu.estimate.onset_s[1] > 30.0 * (ONSET + 20)


def test_a_section_of_one_lane_is_never_decided_on() -> None:
    corridor = Corridor("narrow", 30.0, tuple(Station(f"S{s}", 800.0 * s, 1) for s in range(4)))
    sheu = Sheu2004(corridor, shipped_parameters())
    for k in range(ONSET + 8):
        assert not sheu.step(frame(k, k >= ONSET, (0,), width=1)).alarm.any()


@pytest.mark.parametrize("dead", [(1, 0), (2, 0), (1, 1)])
def test_a_dead_loop_beside_leaves_the_incident_detectable_or_silent_but_never_fails(dead: tuple[int, int]) -> None:
    sheu = detector()
    for k in range(ONSET + 8):
        count = frame(k, k >= ONSET).count.copy()
        count[dead] = np.nan
        sheu.step(LoopFrame(30.0 * (k + 1), count, np.full((4, 4), 27.0), np.full((4, 4), 0.1)))
    assert np.isfinite(sheu.estimate.queue[1][sheu.estimate.blocked[1]]).all()
