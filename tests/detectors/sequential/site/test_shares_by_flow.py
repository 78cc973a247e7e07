"""Lane shares: learned by flow, sure of what was seen, and untouched by silent lanes."""

import numpy as np
import pytest

from detectors.sequential.site.shares_by_flow import SharesByFlow, flow_bin

HAS = np.ones((1, 3), dtype=bool)
ONE = np.ones(1)


def learned(shares: SharesByFlow, counts: list[float], flow: float, frames: int) -> None:
    for _ in range(frames):
        shares.learn(np.array([counts]), np.array([flow]), ONE, 30.0)


def test_a_new_site_has_equal_shares_on_the_lanes_that_exist() -> None:
    has = np.array([[True, True, False, True]])
    assert SharesByFlow(has).shares(np.array([1000.0]))[0].tolist() == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3])


def test_shares_of_the_present_flow_are_found_again_after_a_gap() -> None:
    shares = SharesByFlow(HAS)
    learned(shares, [12.0, 6.0, 2.0], 300.0, 300)
    learned(shares, [10.0, 15.0, 15.0], 1600.0, 300)
    shares.forget_recent()
    assert shares.shares(np.array([300.0]))[0] == pytest.approx([0.6, 0.3, 0.1], abs=0.02)
    assert shares.shares(np.array([1600.0]))[0] == pytest.approx([0.25, 0.375, 0.375], abs=0.02)


def test_the_last_minutes_move_the_shares_and_do_not_outweigh_the_past() -> None:
    shares = SharesByFlow(HAS)
    learned(shares, [12.0, 6.0, 2.0], 800.0, 300)
    learned(shares, [0.0, 15.0, 5.0], 800.0, 20)
    right = shares.shares(np.array([800.0]))[0, 0]
    assert 0.1 < right < 0.5


def test_more_is_known_of_a_flow_that_was_seen() -> None:
    shares = SharesByFlow(HAS)
    learned(shares, [12.0, 6.0, 2.0], 300.0, 100)
    shares.forget_recent()
    assert shares.learned(np.array([300.0]))[0] > 1500
    assert shares.learned(np.array([1600.0]))[0] == 0


def test_flows_beyond_the_bins_are_in_the_last() -> None:
    assert flow_bin(np.array([np.nan, 0.0, 260.0, 9000.0])).tolist() == [0, 0, 1, 9]
