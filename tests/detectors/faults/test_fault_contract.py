"""What every fault detector promises, whatever it is."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from detectors.detector import Decision, Detector
from detectors.faults.fault_catalogue import FAULT_DETECTORS, build_fault_detector
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from tests.detectors.faults.conftest import CORRIDOR, traffic

NAMES = sorted(FAULT_DETECTORS)
Build = Callable[[str], Detector]


def frames(seed: int = 5, number: int = 150) -> list[LoopFrame]:
    """Traffic in which a loop is stuck on from frame 60, one counts double from 100, and some are silent now and then."""
    rng = np.random.default_rng(seed)
    made = []
    for k, frame in enumerate(traffic(seed, number).frames):
        count, speed, occupancy = frame.count.copy(), frame.speed.copy(), frame.occupancy.copy()
        if k >= 60:
            count[1, 0], speed[1, 0], occupancy[1, 0] = 0, np.nan, 1
        if k >= 100:
            count[0, 2] *= 2
        silent = rng.random(count.shape) < 0.02
        count[silent] = speed[silent] = occupancy[silent] = np.nan
        made.append(LoopFrame(frame.time_s, count, speed, occupancy))
    return made


def run(detector: Detector, stream: list[LoopFrame]) -> list[Decision]:
    return [detector.step(frame) for frame in stream]


def same(one: list[Decision], other: list[Decision]) -> bool:
    return len(one) == len(other) and all(
        a.time_s == b.time_s and np.array_equal(a.alarm, b.alarm) and np.array_equal(a.score, b.score, equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_same_frames_give_same_decisions_and_a_cut_changes_nothing_before_it(name: str, built: Build) -> None:
    whole = run(built(name), frames())
    assert same(run(built(name), frames()), whole)
    for cut in (1, 65, 131):
        assert same(run(built(name), frames()[:cut]), whole[:cut])


@pytest.mark.parametrize("name", NAMES)
def test_two_instances_share_nothing(name: str, built: Build) -> None:
    alone = run(built(name), frames())
    one, other = built(name), built(name)
    decisions = []
    for frame, foreign in zip(frames(), frames(8), strict=True):
        other.step(foreign)
        decisions.append(one.step(frame))
    assert same(decisions, alone)


@pytest.mark.parametrize("name", NAMES)
def test_every_decision_is_about_every_loop(name: str, built: Build) -> None:
    for frame, decision in zip(frames(), run(built(name), frames()), strict=True):
        assert decision.time_s == frame.time_s
        assert decision.score.shape == decision.alarm.shape == (9,)


@pytest.mark.parametrize("name", NAMES)
def test_a_quarter_of_an_hour_of_silence_raises_no_alarm(name: str, built: Build) -> None:
    detector = built(name)
    run(detector, list(traffic(4, 60).frames))
    nothing = np.full((3, 3), np.nan)
    dark = [LoopFrame(1800.0 + 30.0 * (k + 1), nothing, nothing, nothing) for k in range(30)]
    assert not any(decision.alarm.any() for decision in run(detector, dark))


@pytest.mark.parametrize("name", NAMES)
def test_frames_of_another_shape_or_out_of_order_are_refused(name: str, built: Build) -> None:
    detector = built(name)
    with pytest.raises(ValueError, match="wanted 3 stations by 3 lanes"):
        detector.step(LoopFrame(30.0, *(np.zeros((3, 2)),) * 3))
    detector.step(LoopFrame(60.0, *(np.zeros((3, 3)),) * 3))
    with pytest.raises(ValueError, match="order of time"):
        detector.step(LoopFrame(60.0, *(np.zeros((3, 3)),) * 3))


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_and_missing_frames_are_handled(name: str, built: Build) -> None:
    rng = np.random.default_rng(5)
    detector = built(name)
    for k in range(200):
        if k % 7 and not 33 < k < 46:
            count = np.where(rng.random((3, 3)) < 0.3, rng.choice([0.0, 1e4, np.nan], (3, 3)), rng.poisson(9, (3, 3)))
            detector.step(LoopFrame(30.0 * (k + 1), count, np.full((3, 3), np.nan), rng.random((3, 3))))


@pytest.mark.parametrize("name", NAMES)
def test_healthy_loops_raise_no_alarm_in_five_hours(name: str, built: Build) -> None:
    assert not any(decision.alarm.any() for decision in run(built(name), list(traffic(9, 600).frames)))


@pytest.mark.parametrize("name", ["pems", "iris"])
def test_where_there_is_no_lane_there_is_no_score(name: str) -> None:
    odd = Corridor("odd", 30.0, (Station("a", 0.0, 1), Station("b", 900.0, 2)))
    decision = build_fault_detector(name, odd).step(LoopFrame(30.0, *(np.zeros((2, 2)),) * 3))
    assert np.isnan(decision.score).tolist() == [False, True, False, False]
    assert not decision.alarm.any()


def test_a_fitted_detector_wants_its_file_and_its_corridor(fitted: dict[str, Path]) -> None:
    other = Corridor("other", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 3)))
    for name, file in fitted.items():
        with pytest.raises(ValueError, match=f"laneblock calibrate {name} --recordings"):
            build_fault_detector(name, CORRIDOR)
        with pytest.raises(ValueError, match=r"fitted on|calibrated on"):
            build_fault_detector(name, other, file)
        with pytest.raises(ValueError, match=r"0\.1, 1, 10 false alarms per loop-month, got 3"):
            build_fault_detector(name, CORRIDOR, file, 3.0)
    with pytest.raises(ValueError, match="did you mean 'gp_cusum'"):
        build_fault_detector("gp_cusun", CORRIDOR)
