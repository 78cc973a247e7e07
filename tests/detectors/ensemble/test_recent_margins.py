"""The largest margins of the last seconds."""

import numpy as np
import pytest

from detectors.ensemble.recent_margins import RecentMargins, recent_margins
from detectors.threshold_detector import alarms

PERIOD_S = 30.0


def by_frame(margins: np.ndarray, memory_s: float) -> np.ndarray:
    recent = RecentMargins(memory_s, PERIOD_S)
    return np.array([recent.step(each) for each in margins])


def test_a_margin_counts_for_its_memory_and_no_longer() -> None:
    margins = np.array([0.0, 2.0, 0.0, 0.0, 0.0, 0.0])[:, None, None]
    assert by_frame(margins, 120.0)[:, 0, 0].tolist() == [0.0, 2.0, 2.0, 2.0, 2.0, 0.0]


def test_without_memory_a_margin_is_that_of_its_frame() -> None:
    margins = np.random.default_rng(1).normal(size=(9, 2, 3))
    assert np.array_equal(by_frame(margins, 0.0), margins)


def test_a_member_that_knows_nothing_now_abstains_whatever_it_knew() -> None:
    recent = by_frame(np.array([2.0, np.nan, 1.0])[:, None, None], 120.0)[:, 0, 0]
    assert recent == pytest.approx([2.0, np.nan, 2.0], nan_ok=True)


@pytest.mark.parametrize("memory_s", [0.0, 60.0, 120.0, 300.0])
@pytest.mark.parametrize("frames", [1, 3, 40])
def test_a_whole_run_at_once_is_as_frame_by_frame(memory_s: float, frames: int) -> None:
    rng = np.random.default_rng(2)
    margins = rng.normal(size=(frames, 3, 4))
    margins[rng.random(margins.shape) < 0.2] = np.nan
    assert np.array_equal(recent_margins(margins, memory_s, PERIOD_S), by_frame(margins, memory_s), equal_nan=True)


def test_a_memory_of_an_alarm_s_hold_votes_as_long_as_the_alarm_lasts() -> None:
    margins = np.random.default_rng(3).normal(size=(200, 2, 1))
    held = recent_margins(margins, 120.0, PERIOD_S)[..., 0] > 1.5
    assert np.array_equal(held, alarms(margins[..., 0], 1.5, PERIOD_S))
