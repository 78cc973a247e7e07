"""Which day a frame is of, and the last days."""

from math import nan

import numpy as np
import pytest

from detectors.calibration.history_days import count_days, days_of, last_days
from detectors.calibration.history_days import on_one_clock as share_a_clock
from tests.detectors.known_runs import Known, Run
from tests.detectors.site_days import CORRIDOR, DAY_S, PERIOD_S, on_one_clock, site_day


def test_recordings_that_follow_one_another_share_a_clock() -> None:
    assert share_a_clock(on_one_clock(3))


def test_recordings_of_the_same_hours_have_a_clock_each() -> None:
    assert not share_a_clock([site_day(), site_day()])


def test_on_a_clock_each_every_recording_has_days_of_its_own() -> None:
    assert [set(each.tolist()) for each in days_of([site_day(), site_day(), site_day()])] == [{0}, {1}, {2}]


def test_two_halves_of_a_day_on_one_clock_are_one_day() -> None:
    days = days_of([site_day(hours=range(12)), site_day(hours=range(12, 24)), site_day(start_s=DAY_S)])
    assert [set(each.tolist()) for each in days] == [{0}, {0}, {1}]


def test_on_one_clock_the_order_is_that_of_time() -> None:
    assert [int(each[0]) for each in days_of([site_day(start_s=DAY_S), site_day()])] == [1, 0]


def test_a_frame_that_ends_at_midnight_is_of_the_day_before() -> None:
    assert [int(each[-1]) for each in days_of(on_one_clock(2))] == [0, 1]


def test_the_minutes_past_midnight_that_a_recording_ends_with_are_no_day() -> None:
    day, after = site_day(), site_day(start_s=DAY_S).frames[:2]
    assert count_days(days_of([Run(CORRIDOR, day.frames + after, ()), site_day()])) == 2


def test_half_an_hour_alone_is_a_day_all_the_same() -> None:
    assert count_days(days_of([Run(CORRIDOR, site_day().frames[:6], ())])) == 1


def test_days_without_a_frame_have_no_number() -> None:
    assert count_days(days_of([site_day(), site_day(start_s=5 * DAY_S)])) == 2


def test_the_last_days_are_the_last_recordings_where_each_is_a_day() -> None:
    runs = [site_day(offset=number) for number in range(4)]
    assert [number for number, _ in last_days(runs, 2)] == [2, 3]
    assert last_days(runs, 2)[0][1] is runs[2]


def test_the_last_days_of_a_long_recording_are_cut_at_midnight() -> None:
    whole = Run(CORRIDOR, tuple(frame for run in on_one_clock(3) for frame in run.frames), ())
    ((number, cut),) = last_days([whole], 2)
    assert number == 0
    assert (cut.frames[0].time_s, len(cut.frames)) == (DAY_S + PERIOD_S, 2 * 288)


@pytest.mark.parametrize(("clearance_s", "stays"), [(DAY_S / 2, False), (DAY_S + 1.0, True), (nan, True)])
def test_incidents_that_are_over_before_the_cut_are_left_out(clearance_s: float, stays: bool) -> None:
    frames = tuple(frame for run in on_one_clock(2) for frame in run.frames)
    whole = Run(CORRIDOR, frames, (Known(DAY_S / 4, clearance_s, 400.0),))
    ((_, cut),) = last_days([whole], 1)
    assert len(cut.incidents or ()) == stays


def test_more_days_than_there_are_are_refused() -> None:
    with pytest.raises(ValueError, match="--last-days 3: wanted as many days, got recordings of 2"):
        last_days([site_day(), site_day()], 3)


@pytest.mark.parametrize("seed", range(5))
def test_every_frame_of_the_last_days_is_kept_once_whatever_the_recordings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = [frame for run in on_one_clock(6) for frame in run.frames]
    cuts = sorted(rng.choice(range(1, len(frames)), 4, replace=False).tolist())
    pieces = [Run(CORRIDOR, tuple(part), ()) for part in np.split(np.array(frames, dtype=object), cuts)]
    kept = [frame.time_s for _, run in last_days(pieces, 2) for frame in run.frames]
    assert kept == [frame.time_s for frame in frames if frame.time_s > 4 * DAY_S]
