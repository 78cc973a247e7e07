"""Frames of a long recording are made a day at a time, from readings in memory or on disk, and may be made twice."""

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from simulator.formats.conversion_work import ConversionWork, working
from simulator.formats.day_frames import Cell, DayFrames, frames_by_day
from simulator.frame import Array, LoopFrame

DAY = 86_400


def series() -> Iterator[tuple[Cell, NDArray[np.int64], Array]]:
    """Two lanes, a period of an hour: around two midnights, one reading of the first lane alone, and a lane without any."""
    for lane, hours in enumerate(([1, 24, 25, 48], [24, 25])):
        numbers = np.array(hours)
        yield (0, lane), numbers, np.column_stack([numbers + lane, np.full(len(hours), 20.0), np.full(len(hours), 0.1)])
    yield (0, 2), np.array([], dtype=np.int64), np.empty((0, 3))


@pytest.mark.parametrize("on_disk", [False, True])
def test_a_frame_that_ends_at_midnight_is_of_the_day_before(on_disk: bool, tmp_path: Path) -> None:
    work = ConversionWork(tmp_path / "work", {}, (), print, most_rows=1)
    with working(work) if on_disk else nullcontext():
        frames = frames_by_day(series, 3600.0, 1, 3)
        assert [(day, [frame.time_s / 3600 for frame in make()]) for day, make in frames.days.items()] == [
            (0, [1.0, 24.0]),
            (1, [25.0, 48.0]),
        ]
        counts = [frame.count[0].tolist() for frame in frames]
    assert np.array_equal(
        counts, [[1, np.nan, np.nan], [24, 25, np.nan], [25, 26, np.nan], [48, np.nan, np.nan]], equal_nan=True
    )
    assert [frame.count[0].tolist()[0] for frame in frames] == [1, 24, 25, 48]
    assert (len(frames), frames[2].time_s, [frame.time_s for frame in frames[:1]]) == (4, 25 * 3600.0, [3600.0])


def test_a_clock_that_begins_within_a_period_keeps_its_times() -> None:
    frames = frames_by_day(series, 3600.0, 1, 3, start_s=DAY + 10.0)
    assert [frame.time_s for frame in frames] == [DAY + 10.0 + 3600 * k for k in (1, 24, 25, 48)]


def test_nothing_is_made_before_it_is_asked_for() -> None:
    asked: list[int] = []

    def make(day: int) -> tuple[LoopFrame, ...]:
        asked.append(day)
        return ()

    frames = DayFrames(lambda: {day: partial(make, day) for day in (0, 1)})
    assert asked == []
    assert list(iter(frames)) == []
    assert asked == [0, 1]
