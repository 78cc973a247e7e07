"""What the measurement of loop health counts as a false mask, and as a mask of a blocked lane."""

import pytest

from benchmarks.loop_health import Tally, add_recording
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording
from tests.detectors.health.health_traffic import ROAD, frames_of, free_counts


def dead_from_frame_60(incidents: tuple[RecordedIncident, ...]) -> Tally:
    count = free_counts(120, 36.0, 2)
    count[60:, 1, 1] = 0.0
    tally = Tally()
    add_recording(tally, "run", Recording(ROAD, tuple(frames_of(count)), incidents))
    return tally


def test_a_mask_in_free_time_is_false_and_loop_months_are_those_of_all_loops() -> None:
    """120 frames of 30 s, 12 loops: 12 loop-hours of 720 in a loop-month."""
    tally = dead_from_frame_60(())
    assert dict(tally.free) == {"dead": 1}
    assert tally.free_months == pytest.approx(12 / 720)


def test_a_masked_loop_of_a_blocked_lane_counts_with_its_frames() -> None:
    incident = RecordedIncident(onset_s=1800.0, clearance_s=2700.0, position_m=400.0, lanes=(1,))
    tally = dead_from_frame_60((incident,))
    assert (tally.blocked_loops, tally.blocked_frames) == (2, 60)
    assert 20 <= tally.blocked_masked <= 28
    assert dict(tally.free) == {}
    assert dict(tally.during) == {"dead": 1}
