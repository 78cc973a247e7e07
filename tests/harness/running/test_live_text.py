"""What a run says on the terminal, frame by frame."""

from dataclasses import replace

import numpy as np

from detectors.detector import Decision, Estimate
from harness.records.decisions import Step
from harness.running.live_text import LiveState, live_lines, traffic_text
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("c", 30.0, (Station("A", 0.0, 2), Station("B", 500.0, 2), Station("C", 900.0, 2)))


def frame(time_s: float, speed: float = 30.0) -> LoopFrame:
    speeds = np.full((3, 2), 30.0)
    speeds[1] = speed
    return LoopFrame(time_s, np.full((3, 2), 10.0), speeds, np.full((3, 2), 0.1))


def step(time_s: float, alarm: bool, blocked: bool | None = None) -> Step:
    decision = Decision(time_s, np.array([0.0, 2.5]), np.array([False, alarm]))
    if blocked is None:
        return Step(frame(time_s), decision, None)
    nan_sections, nan_lanes = np.full(2, np.nan), np.full((2, 2), np.nan)
    lanes = nan_lanes.copy()
    if blocked:
        lanes[1, 0] = 7.0
    beside = np.roll(lanes, 1, axis=1)
    where = ~np.isnan(lanes)
    believed = np.array([np.nan, 2.5 if blocked else np.nan])
    estimate = Estimate(
        time_s=time_s,
        blocked=where,
        lane_changing=np.where(where, 0.25, np.nan),
        queue=lanes,
        beside=beside,
        evidence=believed,
        upper=believed + 1,
        lower=believed - 4,
        onset_s=np.array([np.nan, 1207.0 if blocked else np.nan]),
        clearance_s=nan_sections,
        position_m=nan_sections,
        symptom=("", "left lane quiet" if blocked else ""),
    )
    return Step(frame(time_s), decision, estimate)


def story(*steps: Step) -> list[str]:
    told = LiveState(last_s=1200.0)
    lines = []
    for one in steps:
        news, told = live_lines(CORRIDOR, {"sheu2004": one}, told)
        lines += news
    return lines


def test_an_incident_is_told_from_suspicion_to_end() -> None:
    assert story(
        step(1230.0, alarm=False, blocked=False),
        step(1260.0, alarm=False, blocked=True),
        step(1290.0, alarm=True, blocked=True),
        step(1320.0, alarm=True, blocked=True),
        step(1350.0, alarm=False, blocked=False),
    ) == [
        "00:21:00  sheu2004  section 1 (B to C)  SUSPECTED lane 0: since 00:20:07, queue 7 veh, 25 % change lanes, "
        "beside: lane 1 7 veh; evidence 2.5, decides at -1.5 and 3.5; left lane quiet",
        "00:21:30  sheu2004  section 1 (B to C)  ALARM lane 0: since 00:20:07, queue 7 veh, 25 % change lanes, "
        "beside: lane 1 7 veh; group 1",
        "00:22:00  sheu2004  section 1 (B to C)  alarm lane 0: since 00:20:07, queue 7 veh, 25 % change lanes, "
        "beside: lane 1 7 veh",
        "00:22:30  sheu2004  section 1 (B to C)  alarm ended after 1 min 00 s",
    ]


def test_a_suspicion_that_comes_to_nothing_is_dropped() -> None:
    lines = story(step(1230.0, alarm=False, blocked=True), step(1260.0, alarm=False, blocked=False))
    assert lines[-1].endswith("suspicion dropped")


def test_a_detector_without_estimates_still_tells_alarms() -> None:
    assert story(step(1230.0, alarm=True)) == ["00:20:30  sheu2004  section 1 (B to C)  ALARM; group 1"]


def test_quiet_traffic_is_told_now_and_then() -> None:
    lines = story(*(step(1200.0 + 30.0 * k, alarm=False) for k in range(1, 41)))
    assert lines == [
        "00:30:00  A: 2400 veh/h; slowest at A: 108 km/h",
        "00:40:00  A: 2400 veh/h; slowest at A: 108 km/h",
    ]


def test_the_slowest_station_is_named() -> None:
    assert traffic_text(CORRIDOR, frame(30.0, speed=10.0)) == "A: 2400 veh/h; slowest at B: 36 km/h"


def test_an_empty_or_unknown_road_is_told() -> None:
    nothing = np.full((3, 2), np.nan)
    assert (
        traffic_text(CORRIDOR, LoopFrame(30.0, nothing, nothing, nothing)) == "A: not known; no vehicle passes a loop"
    )
    empty = np.zeros((3, 2))
    assert traffic_text(CORRIDOR, LoopFrame(30.0, empty, nothing, empty)) == "A: 0 veh/h; no vehicle passes a loop"


class Told:
    """Reasons that are a text in every section."""

    def text(self, section: int) -> str:
        return f"ewma at 1.9 times\nits limit in section {section}"


def test_an_alarm_says_why_when_it_is_raised_in_one_line_and_not_again() -> None:
    raised, lasting = (replace(step(time_s, alarm=True), reasons=Told()) for time_s in (1230.0, 1260.0))
    assert [line.partition("(B to C)  ")[2] for line in story(raised, lasting)] == [
        "ALARM; ewma at 1.9 times its limit in section 1; group 1",
        "alarm",
    ]
