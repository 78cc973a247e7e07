"""What a replay keeps of the traffic for its page: speeds in steps, and frames near alarms."""

from pathlib import Path

import numpy as np
import pytest

from detectors.detector import Decision
from harness.records.decisions import Step
from harness.reporting.traffic_sketch import BESIDE_S, SketchLog, mean_speeds, read_sketch, write_sketch
from simulator.frame import LoopFrame
from tests.harness.made_traffic import ROAD, frames_of, free_traffic

COUNT, SPEED = free_traffic(1, 240)
FRAMES = frames_of(COUNT, SPEED)


def kept(alarms: dict[int, int], moments_s: tuple[float, ...] = (), days: bool = True) -> SketchLog:
    """The log of two hours with alarms, by number of the frame, in a section."""
    log = SketchLog(ROAD, moments_s, days)
    for number, frame in enumerate(FRAMES):
        alarm = np.zeros(5, dtype=np.bool_)
        if number in alarms:
            alarm[alarms[number]] = True
        log.add(Step(frame, Decision(frame.time_s, np.full(5, float(number)), alarm), None))
    return log


def test_speeds_are_means_over_the_vehicles_of_a_step() -> None:
    def frame(time_s: float, count: float, speed: float, occupancy: float = 0.1) -> LoopFrame:
        values = (np.full((6, 3), value) for value in (count, speed, occupancy))
        return LoopFrame(time_s, *values)

    assert mean_speeds([frame(30.0, 1.0, 30.0), frame(60.0, 3.0, 10.0)]).tolist() == [15.0] * 6
    assert mean_speeds([frame(30.0, 0.0, np.nan, 0.9)]).tolist() == [0.0] * 6
    assert np.isnan(mean_speeds([frame(30.0, 0.0, np.nan)])).all()


def test_a_step_is_two_minutes_of_the_clock() -> None:
    sketch = kept({}).sketch()
    assert (sketch.step_s, sketch.steps.tolist(), sketch.speed.shape) == (120.0, list(range(60)), (60, 6))
    assert sketch.speed[0] == pytest.approx(mean_speeds(FRAMES[:4]))
    assert sketch.times_s.size == 0


def test_frames_are_kept_before_and_after_an_alarm_once() -> None:
    sketch = kept({100: 2, 101: 2, 110: 4}).sketch()
    raised_s = FRAMES[100].time_s
    assert sketch.times_s[0] == raised_s - BESIDE_S + 30.0
    assert sketch.times_s[-1] == FRAMES[110].time_s + BESIDE_S
    assert set(np.diff(sketch.times_s)) == {30.0}
    assert np.argwhere(sketch.decided).tolist() == [[39, 2], [40, 2], [49, 4]]
    assert sketch.score[39].tolist() == [100.0] * 5


def test_frames_around_a_known_incident_are_kept_without_an_alarm() -> None:
    sketch = kept({}, (3310.0,)).sketch()
    assert sketch.times_s[0] < 3310.0 - BESIDE_S / 2
    assert sketch.times_s[-1] > 3310.0 + BESIDE_S / 2


def test_another_detector_keeps_frames_alone() -> None:
    sketch = kept({100: 2}, days=False).sketch()
    assert sketch.steps.size == 0
    assert sketch.times_s.size == 80


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    sketch = kept({100: 2}).sketch()
    write_sketch(tmp_path / "traffic.npz", sketch)
    read = read_sketch(tmp_path / "traffic.npz")
    assert read is not None
    assert (read.corridor, read.step_s) == (ROAD, 120.0)
    assert np.array_equal(read.steps, sketch.steps)
    assert np.array_equal(read.decided, sketch.decided)
    assert np.allclose(read.lane_speed, sketch.lane_speed, atol=0.02, equal_nan=True)
    assert np.allclose(read.speed, sketch.speed, atol=0.02)


def test_a_broken_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "traffic.npz").write_bytes(b"nothing of the kind")
    assert read_sketch(tmp_path / "traffic.npz") is None
