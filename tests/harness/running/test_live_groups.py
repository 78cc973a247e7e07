import numpy as np
import pytest

from detectors.detector import Decision
from harness.records.decisions import Step
from harness.running.live_groups import after_decision, group_texts
from harness.running.live_text import LiveState, live_lines
from harness.scoring.alarms import Alarm, alarms_of
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

ROAD = Corridor("road", 30.0, tuple(Station(str(k), 800.0 * k, 1) for k in range(5)))


def decision(time_s: float, *sections: int) -> Decision:
    return Decision(time_s, np.zeros(4), np.isin(np.arange(4), sections))


def test_alarm_lasts_as_long_as_its_decisions_and_begins_anew_after_a_break() -> None:
    alarms = after_decision((), {}, decision(30.0, 2))
    alarms = after_decision(alarms, {2: 30.0}, decision(60.0, 2))
    alarms = after_decision(alarms, {2: 30.0}, decision(90.0))
    assert after_decision(alarms, {}, decision(120.0, 2)) == (Alarm(2, 30.0, 60.0), Alarm(2, 120.0, 120.0))


@pytest.mark.parametrize("seed", range(5))
def test_alarms_decision_by_decision_are_those_of_the_stream(seed: int) -> None:
    alarm = np.random.default_rng(seed).random((40, 4)) < 0.4
    times_s: Array = 30.0 * np.arange(1, 41, dtype=np.float64)
    alarms: tuple[Alarm, ...] = ()
    since: dict[int, float] = {}
    for time_s, now in zip(times_s.tolist(), alarm, strict=True):
        alarms = after_decision(alarms, since, decision(time_s, *np.flatnonzero(now)))
        since = {section: since.get(section, time_s) for section in np.flatnonzero(now).tolist()}
    assert sorted(alarms, key=lambda one: (one.raised_s, one.section)) == list(alarms_of(alarm, times_s))


def test_only_alarms_raised_now_are_told_of() -> None:
    alarms = (Alarm(2, 600.0, 900.0), Alarm(1, 900.0, 900.0), Alarm(3, 900.0, 900.0))
    assert group_texts(alarms, 900.0, ROAD) == {1: "group 1, whose head is section 2", 3: "group 2"}
    assert group_texts(alarms, 930.0, ROAD) == {}


def test_live_line_of_a_queue_names_its_head_once() -> None:
    state, told = LiveState(), []
    values = np.ones((5, 1))
    for time_s, sections in ((600.0, (2,)), (630.0, (2,)), (900.0, (1, 2)), (930.0, (1, 2))):
        frame = LoopFrame(time_s, values, values, values)
        lines, state = live_lines(ROAD, {"mine": Step(frame, decision(time_s, *sections), None)}, state)
        told += [line.partition(")  ")[2] for line in lines if "section 1 " in line or time_s == 600.0]
    assert told == ["ALARM; group 1", "ALARM; group 1, whose head is section 2", "alarm"]
