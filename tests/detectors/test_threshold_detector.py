"""A score, a threshold and a hold: alarms of frames of 30 s, which are held for four of them."""

import numpy as np
import pytest

from detectors.threshold_detector import HOLD_S, Thresholded, alarms, frames_in
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

CORRIDOR = Corridor("two sections", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(3)))
UNKNOWN = np.full((3, 1), np.nan)


class Told:
    """A scorer that gives these scores, frame by frame."""

    def __init__(self, scores: Array) -> None:
        self._scores = iter(scores)

    def score(self, frame: LoopFrame) -> Array:
        return np.asarray(next(self._scores))


def one_section(scores: list[float], threshold: float = 1.0) -> list[bool]:
    return [bool(alarm) for alarm in alarms(np.array(scores)[:, None], threshold, 30.0)[:, 0]]


@pytest.mark.parametrize(("period_s", "frames"), [(20.0, 6), (30.0, 4), (60.0, 2), (300.0, 1)])
def test_an_alarm_is_held_for_two_minutes_and_one_frame_at_least(period_s: float, frames: int) -> None:
    assert frames_in(HOLD_S, period_s) == frames


def test_an_alarm_by_hand() -> None:
    # above in the second frame only: held in it and three more
    assert one_section([0.0, 2.0, 0.0, 0.0, 0.0, 0.0]) == [False, True, True, True, True, False]


def test_a_score_that_crosses_again_and_again_is_one_alarm() -> None:
    # above in frames 0, 3 and 4: the last holds to frame 7
    assert one_section([2.0, 0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0]) == [True] * 8 + [False]


def test_a_score_at_the_threshold_is_no_alarm() -> None:
    assert not any(one_section([1.0] * 3))


def test_an_unknown_score_is_no_alarm_whatever_the_threshold() -> None:
    assert not any(one_section([np.nan] * 3, threshold=-np.inf))


def test_an_unknown_score_ends_no_alarm_before_the_hold() -> None:
    assert one_section([2.0, np.nan, np.nan, np.nan, np.nan]) == [True, True, True, True, False]


def test_an_infinite_score_exceeds_every_threshold() -> None:
    assert one_section([np.inf, -np.inf], threshold=1e300) == [True, True]
    assert not any(one_section([-np.inf], threshold=-1e300))


def test_no_score_exceeds_an_infinite_threshold() -> None:
    assert not any(one_section([np.inf, 5.0], threshold=np.inf))


def test_no_frames_have_no_alarms() -> None:
    assert alarms(np.zeros((0, 2)), 1.0, 30.0).shape == (0, 2)


def test_sections_alarm_on_their_own() -> None:
    scores = np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 2.0]])
    assert alarms(scores, 1.0, 30.0).tolist() == [[True, False], [True, False], [True, True]]


def test_a_higher_threshold_alarms_in_no_other_frame() -> None:
    scores = np.random.default_rng(1).normal(size=(200, 3))
    assert not (alarms(scores, 1.5, 30.0) & ~alarms(scores, 1.0, 30.0)).any()


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 1.5, np.inf])
def test_frame_by_frame_the_alarms_are_those_of_the_whole_run(threshold: float) -> None:
    rng = np.random.default_rng(6)
    scores = rng.normal(size=(300, 2))
    scores[rng.random(scores.shape) < 0.1] = np.nan
    scores[rng.random(scores.shape) < 0.01] = np.inf
    detector = Thresholded(CORRIDOR, Told(scores), threshold)
    stepped = [detector.step(LoopFrame(30.0 * (k + 1), UNKNOWN, UNKNOWN, UNKNOWN)).alarm for k in range(300)]
    assert np.array_equal(stepped, alarms(scores, threshold, 30.0))


def test_a_decision_holds_the_scores_as_they_are() -> None:
    decision = Thresholded(CORRIDOR, Told(np.array([[np.nan, 0.5]])), 1.0).step(LoopFrame(90.0, *[UNKNOWN] * 3))
    assert decision.time_s == 90.0
    assert decision.score == pytest.approx([np.nan, 0.5], nan_ok=True)


def test_a_frame_of_another_corridor_is_refused() -> None:
    with pytest.raises(ValueError, match="wanted 3 stations by 1 lanes"):
        Thresholded(CORRIDOR, Told(np.zeros((1, 2))), 1.0).step(LoopFrame(30.0, *[np.zeros((2, 1))] * 3))


def test_a_frame_out_of_order_is_refused() -> None:
    detector = Thresholded(CORRIDOR, Told(np.zeros((2, 2))), 1.0)
    detector.step(LoopFrame(60.0, UNKNOWN, UNKNOWN, UNKNOWN))
    with pytest.raises(ValueError, match=r"order of time: 60\.0 s follows 60\.0 s"):
        detector.step(LoopFrame(60.0, UNKNOWN, UNKNOWN, UNKNOWN))
