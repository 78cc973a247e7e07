"""Frames go into a detector one by one, and what it says is kept."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from detectors.detector import Decision, Estimate
from harness.records.decisions import Decisions
from harness.running.feed_detector import Collector, collect, estimate_rows, step_all
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 3), Station("b", 800.0, 3), Station("c", 1600.0, 3)))
SHAPE = (3, 3)
NONE = np.full(2, np.nan)


def frame_at(time_s: float) -> LoopFrame:
    cells = np.full(SHAPE, time_s)
    return LoopFrame(time_s, cells, cells, np.zeros(SHAPE))


def estimate_at(time_s: float) -> Estimate:
    """Section 1: lane 0 blocked, lane 1 beside it. Section 0: only a count beside, which nothing is beside of."""
    blocked = np.array([[False, False, False], [True, False, False]])
    beside = np.array([[np.nan, 4.0, np.nan], [np.nan, 5.0, np.nan]])
    queue = np.where(blocked, 7.0, np.nan)
    section = np.array([np.nan, 1.0])
    return Estimate(
        time_s,
        blocked,
        queue / 10,
        queue,
        beside,
        section,
        section + 1,
        section - 1,
        section * 900.0,
        NONE,
        NONE,
        ("", "x"),
    )


class Echo:
    """Alarms in section 1 from 90 s on, scores the time, and notes which frames it has seen."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def step(self, frame: LoopFrame) -> Decision:
        self.seen.append(frame.time_s)
        return Decision(frame.time_s, np.array([frame.time_s, np.nan]), np.array([False, frame.time_s >= 90.0]))


class Believer(Echo):
    """Believes the same at any time."""

    @property
    def estimate(self) -> Estimate:
        return estimate_at(self.seen[-1])


def test_no_frame_is_asked_for_before_the_last_was_decided_and_handed_on() -> None:
    detector, events = Echo(), []

    def frames() -> Iterator[LoopFrame]:
        for time_s in (30.0, 60.0, 90.0):
            events.append(("made", time_s, list(detector.seen)))
            yield frame_at(time_s)

    for step in step_all(detector, frames(), CORRIDOR):
        events.append(("handed on", step.frame.time_s, list(detector.seen)))
    assert events == [
        ("made", 30.0, []),
        ("handed on", 30.0, [30.0]),
        ("made", 60.0, [30.0]),
        ("handed on", 60.0, [30.0, 60.0]),
        ("made", 90.0, [30.0, 60.0]),
        ("handed on", 90.0, [30.0, 60.0, 90.0]),
    ]


def test_decisions_are_kept_frame_by_section() -> None:
    decisions, estimates = collect(Echo(), map(frame_at, (30.0, 60.0, 90.0, 150.0)), CORRIDOR)
    assert decisions.times_s.tolist() == [30.0, 60.0, 90.0, 150.0]
    assert decisions.alarm.tolist() == [[False, False], [False, False], [False, True], [False, True]]
    assert decisions.score[:, 0].tolist() == [30.0, 60.0, 90.0, 150.0]
    assert np.isnan(decisions.score[:, 1]).all()
    assert estimates is None


def test_estimates_are_kept_for_blocked_lanes_and_those_beside() -> None:
    decisions, rows = collect(Believer(), map(frame_at, (30.0, 60.0)), CORRIDOR)
    assert rows is not None
    assert [(row.time_s, row.section, row.lane, row.blocked) for row in rows] == [
        (30.0, 1, 0, True),
        (30.0, 1, 1, False),
        (60.0, 1, 0, True),
        (60.0, 1, 1, False),
    ]
    blocked, beside = rows[:2]
    assert (blocked.queue, blocked.lane_changing, beside.beside) == (7.0, 0.7, 5.0)
    assert np.isnan([blocked.beside, beside.queue, blocked.clearance_s]).all()
    assert (blocked.evidence, blocked.upper, blocked.lower, blocked.onset_s, blocked.symptom) == (1, 2, 0, 900, "x")
    assert decisions.times_s.shape == (2,)


def test_nothing_blocked_makes_no_rows() -> None:
    estimate = replace(estimate_at(30.0), blocked=np.zeros((2, 3), np.bool_))
    assert list(estimate_rows(estimate)) == []


def test_no_frames_make_no_decisions() -> None:
    decisions, _ = collect(Echo(), [], CORRIDOR)
    assert decisions.alarm.shape == (0, 2)
    assert Collector(CORRIDOR).estimates is None


def test_decisions_cannot_be_changed() -> None:
    decisions, _ = collect(Echo(), [frame_at(30.0)], CORRIDOR)
    for array in (decisions.times_s, decisions.score, decisions.alarm):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_decisions_want_one_time_per_frame() -> None:
    with pytest.raises(ValueError, match=r"decisions need times \(T,\), scores and alarms \(T, N\), got \(3,\)"):
        Decisions(np.zeros(3), np.zeros((2, 2)), np.zeros((2, 2), np.bool_))


def test_frames_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match=r"frames come in order of time: 60.0 s follows 60.0 s"):
        collect(Echo(), map(frame_at, (30.0, 60.0, 60.0)), CORRIDOR)


def test_frames_of_another_corridor_are_refused() -> None:
    two = Corridor("two", 30.0, CORRIDOR.stations[:2])
    with pytest.raises(ValueError, match=r"wanted 2 stations by 3 lanes, got \(3, 3\)"):
        collect(Echo(), [frame_at(30.0)], two)


def test_decisions_about_another_corridor_or_time_are_refused() -> None:
    class Late(Echo):
        def step(self, frame: LoopFrame) -> Decision:
            return replace(super().step(frame), time_s=frame.time_s + 30.0)

    class Narrow(Echo):
        def step(self, frame: LoopFrame) -> Decision:
            return Decision(frame.time_s, np.zeros(1), np.zeros(1, np.bool_))

    for detector in (Late(), Narrow()):
        with pytest.raises(ValueError, match=r"wanted a decision about 2 sections at 30.0 s"):
            collect(detector, [frame_at(30.0)], CORRIDOR)
