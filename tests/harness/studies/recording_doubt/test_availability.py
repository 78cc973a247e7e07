"""What is there: shares by quantity, loop and hour, with absent frames as missing."""

from dataclasses import replace

import numpy as np
import pytest

from harness.studies.recording_doubt.availability import availability
from harness.studies.recording_doubt.doubt_findings import doubt_findings
from harness.studies.recording_doubt.doubt_text import doubt_text
from harness.studies.recording_doubt.readings import Readings
from tests.harness.studies.recording_doubt.made_traffic import traffic


def without(readings: Readings, first: int, last: int) -> Readings:
    """The readings without the frames from `first` to `last` - 1."""
    kept = np.r_[0:first, last : len(readings.time_s)]
    names = ("time_s", "count", "speed", "occupancy")
    return replace(readings, **{name: getattr(readings, name)[kept] for name in names})


def test_all_of_a_whole_recording_is_there() -> None:
    found = availability(traffic())
    assert (found.frames, found.absent, found.gaps, found.longest_gap_s, list(found.worst)) == (240, 0, 0, 0.0, [])
    assert dict(found.quantities) == {"counts": 1.0, "speeds": 1.0, "occupancies": 1.0}
    assert found.by_hour[:, :2].tolist() == [[1.0, 1.0]] * 4
    assert np.isnan(found.by_hour[:, 2:]).all()


def test_absent_frames_are_missing_in_their_hour() -> None:
    found = availability(without(traffic(), 120, 180))
    assert (found.absent, found.gaps, found.longest_gap_s) == (60, 1, 1800.0)
    assert dict(found.quantities)["counts"] == pytest.approx(0.75)
    assert found.by_hour[2, :2].tolist() == [1.0, 0.5]


def test_a_dead_loop_is_the_worst() -> None:
    count = traffic().count.copy()
    count[:, 1, 2] = np.nan
    count[:60, 3, 0] = np.nan
    assert list(availability(replace(traffic(), count=count)).worst) == [("S1 lane 2", 0.0), ("S3 lane 0", 0.75)]


def test_a_speed_is_not_wanted_where_nobody_passed() -> None:
    sparse = traffic(flow=50)
    assert np.isnan(sparse.speed).any()
    assert dict(availability(sparse).quantities)["speeds"] == 1.0


def test_the_text_says_what_is_missing_by_hour() -> None:
    text = doubt_text(doubt_findings("monday", without(traffic(), 120, 180), None))
    assert "60 frames (25.0 %) in 1 gaps, the longest 30 min" in text
    assert "  S2              .5" in text
    assert "incidents: not known (no incidents.csv)" in text


def test_the_text_says_what_could_not_be_judged() -> None:
    blank = np.full_like(traffic().occupancy, np.nan)
    text = doubt_text(doubt_findings("monday", replace(traffic(), occupancy=blank, speed=blank), 2))
    assert "units by the length of a vehicle: wanted 50 readings with count, speed and occupancy, got 0" in text
    assert "side of the lanes: wanted 20 frames" in text
    assert "order of stations" not in text
