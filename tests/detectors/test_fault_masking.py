"""Loops under a fault alarm are hidden from the incident detector, and nothing else is."""

import numpy as np

from detectors.catalogue import build
from detectors.detector import Decision, Estimator
from detectors.fault_masking import masked, without_loops
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("two", 30.0, (Station("a", 0.0, 2), Station("b", 800.0, 2)))


class Listening:
    """Keeps the frames it is given."""

    def __init__(self) -> None:
        self.frames: list[LoopFrame] = []

    def step(self, frame: LoopFrame) -> Decision:
        self.frames.append(frame)
        return Decision(frame.time_s, np.zeros(1), np.zeros(1, dtype=bool))


class Doubting:
    """Holds loop 2 for faulty from its second frame on, to its third."""

    def __init__(self) -> None:
        self.frames: list[LoopFrame] = []

    def step(self, frame: LoopFrame) -> Decision:
        self.frames.append(frame)
        alarm = np.zeros(4, dtype=bool)
        alarm[2] = len(self.frames) in (2, 3)
        return Decision(frame.time_s, np.zeros(4), alarm)


def frames() -> list[LoopFrame]:
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    return [LoopFrame(30.0 * (k + 1), values + k, values + 20, values / 100) for k in range(4)]


def test_a_loop_is_hidden_from_the_frame_of_its_alarm_to_its_last() -> None:
    inner, faults = Listening(), Doubting()
    detector = masked(inner, faults)
    hidden = []
    for frame in frames():
        detector.step(frame)
        hidden.append(detector.evidence.hidden.tolist())
    assert [flags[2] for flags in hidden] == [False, True, True, False]
    assert [bool(np.isnan(frame.count[1, 0])) for frame in inner.frames] == [False, True, True, False]
    for seen in inner.frames[1:3]:
        assert np.isnan([seen.count[1, 0], seen.speed[1, 0], seen.occupancy[1, 0]]).all()
        assert np.isnan(seen.count).sum() == np.isnan(seen.speed).sum() == np.isnan(seen.occupancy).sum() == 1


class Alarming(Listening):
    """Alarms in its first frame."""

    def step(self, frame: LoopFrame) -> Decision:
        decision = super().step(frame)
        return Decision(decision.time_s, decision.score, np.array([len(self.frames) == 1]))


class Insisting(Doubting):
    """Holds loop 2 for faulty from its second frame on."""

    def step(self, frame: LoopFrame) -> Decision:
        decision = super().step(frame)
        return Decision(decision.time_s, decision.score, np.arange(4) == (2 if len(self.frames) >= 2 else 9))


def test_a_loop_beside_an_incident_is_not_hidden_until_the_incident_is_long_over() -> None:
    """By hand, per day: a section alarm f = 1/7, H = 1 / (f x 10 min) = 1008. The loop's alarm is of an incident with 1/7 x 0.023 x
    1008 = 3.3, of a fault with 0.05 x 0.53 x (0.975 + 0.025 x 1008) = 0.7. The alarm at 30 s is remembered for 900 s, in what was
    known a frame ago: hidden from 990 s on."""
    inner = Alarming()
    detector = masked(inner, Insisting())
    values = np.ones((2, 2))
    for k in range(40):
        detector.step(LoopFrame(30.0 * (k + 1), values, values, values))
        assert detector.evidence.doubted[2] == (k >= 1)
    assert next(frame.time_s for frame in inner.frames if np.isnan(frame.count).any()) == 990.0
    assert np.isnan(inner.frames[-1].count[1, 0])


def test_the_fault_detector_sees_everything() -> None:
    faults = Doubting()
    detector = masked(Listening(), faults)
    for frame in frames():
        detector.step(frame)
    assert all(not np.isnan(frame.count).any() for frame in faults.frames)


def test_without_a_faulty_loop_the_frame_is_the_very_same() -> None:
    frame = frames()[0]
    assert without_loops(frame, np.zeros(4, dtype=bool)) is frame


def test_it_estimates_where_the_incident_detector_does() -> None:
    assert isinstance(masked(build("sheu2004", CORRIDOR), Doubting()), Estimator)
    assert not isinstance(masked(build("silent", CORRIDOR), Doubting()), Estimator)
