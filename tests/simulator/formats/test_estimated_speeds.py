"""Speeds of single loops: near the measured ones in free traffic and in a jam, and told as estimates."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.formats.day_frames import DayFrames
from simulator.formats.estimated_frames import SMOOTHING_VEHICLES, filtered_speeds
from simulator.formats.estimated_speeds import SpeedAssumption, estimating_speeds, read_assumption, with_speeds
from simulator.formats.field_recordings import FieldRecordings, write_all
from simulator.frame import Array, LoopFrame
from simulator.recording.corridor_file import read_corridor
from tests.simulator.formats.single_loops import FREE_FRAMES, FREE_MPS, PERIOD_S, dual_loops, single_loops, stacked

BY_LANE = SpeedAssumption(FREE_MPS)


def rmse(estimated: Array, measured: Array) -> float:
    return float(np.sqrt(np.nanmean((estimated - measured) ** 2)))


@pytest.mark.parametrize(("frames", "most_mps"), [(slice(0, FREE_FRAMES), 3.0), (slice(FREE_FRAMES + 4, None), 1.5)])
def test_speeds_that_were_left_out_come_back(frames: slice, most_mps: float) -> None:
    dual = dual_loops()
    found = stacked(with_speeds(single_loops(dual), BY_LANE), "speed")
    assert rmse(found[frames], stacked(dual, "speed")[frames]) < most_mps


def test_one_length_for_all_lanes_is_worse_than_learned_ones() -> None:
    dual = dual_loops()
    learned, given = (
        rmse(stacked(with_speeds(single_loops(dual), each), "speed"), stacked(dual, "speed"))
        for each in (BY_LANE, SpeedAssumption(length_m=6.5))
    )
    assert learned < 0.8 * given


def test_a_recording_says_how_its_speeds_were_estimated_and_its_file_too(tmp_path: Path) -> None:
    found = estimating_speeds(FieldRecordings([("monday", single_loops(dual_loops()))], ""), BY_LANE)
    written = write_all(found, tmp_path)
    note = read_corridor(tmp_path / "monday").estimated_speeds
    assert note.startswith("estimated from count and occupancy in 4 of 4 lanes, effective length 6.")
    assert note.endswith("learned at a free speed of 27.0 to 32.0 m/s")
    assert written.estimated_speeds == (f"monday: speeds {note}",)


def test_measured_speeds_stay_as_they_are() -> None:
    dual = dual_loops()
    assert with_speeds(dual, BY_LANE) is dual
    single = single_loops(dual)
    mixed = []
    for frame, other in zip(dual.frames, single.frames, strict=True):
        speed = np.stack([frame.speed[0], other.speed[1]])
        mixed.append(LoopFrame(frame.time_s, frame.count, speed, frame.occupancy))
    found = with_speeds(replace(dual, frames=tuple(mixed)), BY_LANE)
    np.testing.assert_array_equal(stacked(found, "speed")[:, 0], stacked(dual, "speed")[:, 0])
    assert "in 2 of 4 lanes" in found.corridor.estimated_speeds


def test_no_estimate_depends_on_a_later_frame_but_for_its_length() -> None:
    single = single_loops(dual_loops())
    given = SpeedAssumption(length_m=7.0)
    whole = stacked(with_speeds(single, given), "speed")
    part = stacked(with_speeds(replace(single, frames=single.frames[:100]), given), "speed")
    np.testing.assert_array_equal(part, whole[:100])


def filtered(count: list[float], occupancy: list[float], step_s: float = PERIOD_S) -> Array:
    """The filter on one lane with vehicles of 6 m, at most 40 m/s."""
    counts, shares = (np.array(each)[:, None, None] for each in (count, occupancy))
    time_s: Array = step_s * np.arange(1, len(count) + 1, dtype=np.float64)
    lengths_m = np.full((len(count), 1, 1), 6.0)
    found, _ = filtered_speeds(None, time_s, PERIOD_S, counts, shares, lengths_m, np.array([40.0]))
    return found[:, 0, 0]


def test_the_filter_weighs_a_period_by_its_vehicles() -> None:
    first, second = 6 * 10 / (0.1 * PERIOD_S), 6 * 10 / (0.2 * PERIOD_S)
    weight = 10 / (10 + SMOOTHING_VEHICLES)
    assert filtered([10, 10], [0.1, 0.2]) == pytest.approx([first, weight * second + (1 - weight) * first])


def test_after_a_gap_it_begins_anew() -> None:
    assert filtered([10, 10], [0.1, 0.2], step_s=600.0) == pytest.approx([20.0, 10.0])


def test_where_nobody_passed_or_nothing_is_known_there_is_no_speed() -> None:
    found = filtered([10, 0, np.nan, 4, 10], [0.1, 0.0, np.nan, 0.0, 0.1])
    assert np.isfinite(found).tolist() == [True, False, False, False, True]
    assert found[-1] == pytest.approx(20.0)


def test_an_estimate_stays_within_what_vehicles_drive() -> None:
    assert filtered([10], [0.001]) == pytest.approx([40.0])
    assert filtered([1], [1.0]) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("text", "mps"),
    [("65mph", (29.0576,)), ("108 km/h", (30.0,)), ("29m/s", (29.0,)), ("54,72,90km/h", (15.0, 20.0, 25.0))],
)
def test_free_speeds_are_read_with_their_unit(text: str, mps: tuple[float, ...]) -> None:
    assert read_assumption(text, None) == SpeedAssumption(mps)


@pytest.mark.parametrize("text", ["65", "fast mph", "650mph", "nanmph", "", "65;70mph"])
def test_what_is_no_free_speed_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="--free-speed: wanted a speed such as 65mph"):
        read_assumption(text, None)


def test_a_length_in_feet_is_refused_and_so_are_both_options() -> None:
    with pytest.raises(UserError, match=r"--vehicle-length: wanted 3.5 to 20 m.*feet"):
        read_assumption(None, 22.0)
    with pytest.raises(UserError, match="got both"):
        read_assumption("65mph", 6.5)


def test_a_recording_without_free_traffic_is_named() -> None:
    single = single_loops(dual_loops())
    jam = FieldRecordings([("monday", replace(single, frames=single.frames[FREE_FRAMES:]))], "")
    with pytest.raises(UserError, match="recording monday: speeds: wanted a lane with 200 vehicles"):
        list(estimating_speeds(jam, BY_LANE).recordings)


@pytest.mark.parametrize("assumed", [BY_LANE, SpeedAssumption(length_m=6.5)])
@pytest.mark.parametrize("first", [0, 2])
def test_speeds_of_days_made_one_by_one_are_those_of_all_together(assumed: SpeedAssumption, first: int) -> None:
    # Parts of an hour stand for days; a conversion that goes on asks for the later ones alone.
    recording = single_loops(dual_loops())
    hours: dict[int, list[LoopFrame]] = {}
    for frame in recording.frames:
        hours.setdefault(int((frame.time_s - PERIOD_S / 2) // 3600), []).append(frame)
    parts = DayFrames(lambda: {hour: lambda own=own: tuple(own) for hour, own in hours.items()})  # type: ignore[misc]
    found, wanted = with_speeds(replace(recording, frames=parts), assumed), with_speeds(recording, assumed)
    assert found.corridor.estimated_speeds == wanted.corridor.estimated_speeds
    assert isinstance(found.frames, DayFrames)
    made = [frame for part in list(found.frames.days.values())[first:] for frame in part()]
    assert len(hours) > 2
    np.testing.assert_array_equal(
        [frame.speed for frame in made], [frame.speed for frame in list(wanted.frames)[-len(made) :]]
    )
