"""A loop that counts too little is doubted, with the share of the time; sound ones and silent ones are not."""

from dataclasses import replace

import numpy as np
import pytest

from harness.studies.recording_doubt import loop_doubt
from harness.studies.recording_doubt.loop_doubt import loop_doubts
from harness.studies.recording_doubt.readings import Readings
from tests.harness.studies.recording_doubt.made_traffic import traffic


def with_counts(share: float, frames: slice = slice(None)) -> Readings:
    """Traffic of which the loop at S1, lane 1, counts a share only."""
    made = traffic()
    count, speed, occupancy = (values.copy() for values in (made.count, made.speed, made.occupancy))
    count[frames, 1, 1] = np.floor(share * count[frames, 1, 1])
    occupancy[frames, 1, 1] *= share
    speed[count == 0] = np.nan
    return replace(made, count=count, speed=speed, occupancy=occupancy)


def test_a_loop_that_counts_nothing_is_doubted() -> None:
    (doubt,) = loop_doubts(with_counts(0.0))
    assert doubt.what == "loop S1 lane 1"
    assert "counts nothing while the vehicles pass it" in doubt.evidence


@pytest.mark.parametrize("flow", [300.0, 900.0])
def test_sound_loops_are_not_doubted(flow: float) -> None:
    assert loop_doubts(traffic(flow=flow)) == ()


def test_a_loop_that_fails_for_ten_minutes_of_two_hours_is_not_doubted() -> None:
    assert loop_doubts(with_counts(0.0, slice(100, 120))) == ()


def test_a_loop_that_sends_nothing_is_missing_and_not_doubted() -> None:
    made = traffic()
    count, speed, occupancy = (values.copy() for values in (made.count, made.speed, made.occupancy))
    for values in (count, speed, occupancy):
        values[:, 1, 1] = np.nan
    assert loop_doubts(replace(made, count=count, speed=speed, occupancy=occupancy)) == ()


def test_of_a_long_recording_the_first_frames_are_judged_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_doubt, "MOST_FRAMES", 120)
    (doubt,) = loop_doubts(with_counts(0.0))
    assert "of the first 120 frames" in doubt.evidence
