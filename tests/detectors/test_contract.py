"""What every registered detector promises, whatever it is."""

import numpy as np
import pytest

from detectors.catalogue import DETECTORS, build
from detectors.detector import Decision, Detector
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("three sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 4) for s in range(4)))
NAMES = sorted(DETECTORS)


def traffic(corridor: Corridor = CORRIDOR, frames: int = 60, seed: int = 3) -> list[LoopFrame]:
    """Poisson traffic with lane 1 of section 1 blocked from frame 30 on, and some loops silent now and then."""
    rng = np.random.default_rng(seed)
    shape = (len(corridor.stations), corridor.lanes)
    made = []
    for k in range(frames):
        count = rng.poisson(12.0, shape).astype(float)
        occupancy = np.full(shape, 0.10)
        if 30 <= k < 50:
            count[2, 1] = rng.poisson(1.0)
            occupancy[1, :3] = 0.35
        silent = rng.random(shape) < 0.02
        count[silent] = occupancy[silent] = np.nan
        speed = np.where(silent, np.nan, 27.0)
        made.append(LoopFrame(900.0 + 30.0 * (k + 1), count, speed, occupancy))
    return made


def run(detector: Detector, frames: list[LoopFrame]) -> list[Decision]:
    return [detector.step(frame) for frame in frames]


def same(one: list[Decision], other: list[Decision]) -> bool:
    return len(one) == len(other) and all(
        a.time_s == b.time_s and np.array_equal(a.alarm, b.alarm) and np.array_equal(a.score, b.score, equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_same_frames_give_same_decisions(name: str) -> None:
    assert same(run(build(name, CORRIDOR), traffic()), run(build(name, CORRIDOR), traffic()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cut", [1, 31, 36])
def test_cutting_the_stream_changes_nothing_before_the_cut(name: str, cut: int) -> None:
    whole = run(build(name, CORRIDOR), traffic())
    assert same(run(build(name, CORRIDOR), traffic()[:cut]), whole[:cut])


@pytest.mark.parametrize("name", NAMES)
def test_two_instances_share_nothing(name: str) -> None:
    alone = run(build(name, CORRIDOR), traffic())
    one, other = build(name, CORRIDOR), build(name, CORRIDOR)
    decisions = []
    for frame, foreign in zip(traffic(), traffic(seed=8), strict=True):
        other.step(foreign)
        decisions.append(one.step(frame))
    assert same(decisions, alone)


@pytest.mark.parametrize("name", NAMES)
def test_all_nan_frames_raise_no_alarm(name: str) -> None:
    nothing = np.full((4, 4), np.nan)
    frames = [LoopFrame(30.0 * (k + 1), nothing, nothing, nothing) for k in range(40)]
    assert not any(decision.alarm.any() for decision in run(build(name, CORRIDOR), frames))


@pytest.mark.parametrize("name", NAMES)
def test_loops_going_silent_raise_no_alarm(name: str) -> None:
    nothing = np.full((4, 4), np.nan)
    frames = traffic()[:25]
    detector = build(name, CORRIDOR)
    run(detector, frames)
    dark = [LoopFrame(frames[-1].time_s + 30.0 * (k + 1), nothing, nothing, nothing) for k in range(20)]
    assert not any(decision.alarm.any() for decision in run(detector, dark))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (4, 5)])
def test_a_frame_with_another_shape_is_refused(name: str, shape: tuple[int, int]) -> None:
    values = np.zeros(shape)
    with pytest.raises(ValueError, match="wanted 4 stations by 4 lanes"):
        build(name, CORRIDOR).step(LoopFrame(30.0, values, values, values))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("second_s", [930.0, 900.0])
def test_frames_out_of_order_are_refused(name: str, second_s: float) -> None:
    detector = build(name, CORRIDOR)
    values = np.zeros((4, 4))
    detector.step(LoopFrame(930.0, values, values, values))
    with pytest.raises(ValueError, match="order of time"):
        detector.step(LoopFrame(second_s, values, values, values))


@pytest.mark.parametrize("name", NAMES)
def test_every_decision_is_about_every_section(name: str) -> None:
    for frame, decision in zip(traffic(), run(build(name, CORRIDOR), traffic()), strict=True):
        assert decision.time_s == frame.time_s
        assert decision.alarm.shape == decision.score.shape == (3,)


@pytest.mark.parametrize("name", NAMES)
def test_missing_frames_and_unequal_lanes_are_borne(name: str) -> None:
    corridor = Corridor("odd", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 4), Station("c", 1500.0, 1)))
    frames = [frame for k, frame in enumerate(traffic(corridor)) if k % 7 and not 33 < k < 36]
    for frame in frames:
        frame.count.flags.writeable = frame.occupancy.flags.writeable = True
        frame.count[0, 3] = frame.count[2, 1:] = np.nan
        frame.occupancy[0, 3] = frame.occupancy[2, 1:] = np.nan
    assert len(run(build(name, corridor), frames)) == len(frames)


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_counts_are_borne(name: str) -> None:
    rng = np.random.default_rng(5)
    detector = build(name, CORRIDOR)
    for k in range(120):
        count = np.where(rng.random((4, 4)) < 0.3, rng.choice([0.0, 1e4, np.nan, 1e9], (4, 4)), rng.poisson(9, (4, 4)))
        detector.step(LoopFrame(30.0 * (k + 1), count, np.full((4, 4), np.nan), rng.random((4, 4))))
