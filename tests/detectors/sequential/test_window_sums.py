"""Windows in seconds: sums by hand, and the same sums whatever the period."""

import numpy as np
import pytest

from detectors.sequential.window_sums import HISTORY_S, Windows
from detectors.threshold_detector import frames_in


def filled(values: list[float], period_s: float = 30.0) -> Windows:
    windows = Windows(period_s)
    for value in values:
        windows.add({"count": np.array([value])})
    return windows


@pytest.mark.parametrize(
    ("seconds", "period_s", "frames"),
    [
        (60.0, 20.0, 3),
        (60.0, 30.0, 2),
        (60.0, 60.0, 1),
        (30.0, 60.0, 1),
        (90.0, 20.0, 4),
        (150.0, 60.0, 2),
        (10.0, 300.0, 1),
    ],
)
def test_a_window_holds_the_nearest_number_of_frames(seconds: float, period_s: float, frames: int) -> None:
    assert frames_in(seconds, period_s) == frames  # 4.5 and 2.5 are rounded to even


def test_a_sum_is_of_the_last_frames() -> None:
    assert filled([1.0, 2.0, 4.0, 8.0]).sum("count", 60.0).tolist() == [12.0]


def test_a_sum_may_end_some_time_ago() -> None:
    assert filled([1.0, 2.0, 4.0, 8.0]).sum("count", 60.0, 60.0).tolist() == [3.0]


def test_a_window_longer_than_what_was_seen_holds_all_of_it() -> None:
    assert filled([1.0, 2.0]).sum("count", 240.0).tolist() == [3.0]


def test_a_window_before_the_first_frame_is_empty() -> None:
    assert filled([1.0, 2.0]).sum("count", 60.0, 120.0).tolist() == [0.0]


@pytest.mark.parametrize("period_s", [20.0, 30.0, 60.0])
@pytest.mark.parametrize(("seconds", "ago_s"), [(60.0, 0.0), (120.0, 0.0), (240.0, 0.0), (60.0, 120.0), (120.0, 60.0)])
def test_every_period_gives_the_same_sums(period_s: float, seconds: float, ago_s: float) -> None:
    by_second = np.random.default_rng(1).poisson(0.4, 360).astype(float)
    frames = by_second.reshape(-1, int(period_s)).sum(axis=1)
    end = int(360 - ago_s)
    summed = filled(list(frames), period_s).sum("count", seconds, ago_s)
    assert summed.tolist() == [by_second[end - int(seconds) : end].sum()]


@pytest.mark.parametrize("period_s", [20.0, 30.0, 60.0])
def test_what_is_older_than_the_history_is_forgotten(period_s: float) -> None:
    windows = filled([1.0] * 100, period_s)
    assert windows.sum("count", 3600.0).tolist() == [HISTORY_S / period_s]
    assert len(windows.all("count")) == HISTORY_S / period_s


def test_the_newest_frame_can_be_told_more_of() -> None:
    windows = filled([1.0, 2.0])
    windows.replace_newest({"count": np.array([5.0]), "speed": np.array([20.0])})
    assert windows.newest("speed").tolist() == [20.0]
    assert windows.sum("count", 60.0).tolist() == [6.0]


def test_all_frames_come_oldest_first() -> None:
    assert [float(each[0]) for each in filled([3.0, 1.0, 2.0]).all("count")] == [3.0, 1.0, 2.0]
