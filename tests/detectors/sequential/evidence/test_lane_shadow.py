"""Lane shadow against likelihoods worked out by hand, and the laws that it keeps."""

from math import comb, log

import numpy as np
import pytest

from detectors.sequential.evidence.lane_shadow import all_reported, clipped, lane_sets, lane_shadow


def shadow(counted: float, total: float, share: float, refill: float, dispersion: float = 1.0) -> float:
    arrays = np.array([[counted]]), np.array([total]), np.array([[share]])
    return float(lane_shadow(*arrays, refill, np.array([dispersion]))[0, 0])


@pytest.mark.parametrize("counted", [0, 1, 4])
def test_it_is_the_log_ratio_of_two_binomial_likelihoods(counted: int) -> None:
    # n of N vehicles in a lane: Bin(N, p) without, Bin(N, q) with q = r p / (1 - p (1 - r)): r of its vehicles left
    total, share, refill = 12, 0.25, 0.3
    behind = refill * share / (1 - share * (1 - refill))
    likelihoods = [comb(total, counted) * p**counted * (1 - p) ** (total - counted) for p in (behind, share)]
    assert shadow(counted, total, share, refill) == pytest.approx(log(likelihoods[0] / likelihoods[1]))


def test_an_empty_lane_speaks_for_a_blockage_and_a_usual_one_against() -> None:
    assert shadow(0, 40, 0.25, 0.08) == pytest.approx(-40 * log(1 - 0.25 * 0.92))
    assert shadow(10, 40, 0.25, 0.08) < -10


def test_twice_the_dispersion_is_half_the_evidence() -> None:
    assert shadow(1, 30, 0.3, 0.3, 2.0) == pytest.approx(shadow(1, 30, 0.3, 0.3) / 2)


def test_a_set_that_carries_everything_or_nothing_says_nothing() -> None:
    assert shadow(9, 9, 1.0, 0.3) == shadow(0, 9, 0.0, 0.3) == 0.0


def test_no_frame_says_more_than_four_nats() -> None:
    assert clipped(np.array([-90.0, 3.0, 90.0])).tolist() == [-4.0, 3.0, 4.0]


def test_permuted_lanes_give_permuted_evidence() -> None:
    rng = np.random.default_rng(0)
    counts, share, order = rng.poisson(9.0, (1, 4)).astype(float), np.array([[0.1, 0.2, 0.3, 0.4]]), [2, 0, 3, 1]
    total, one = counts.sum(axis=1), np.ones(1)
    straight = lane_shadow(counts, total, share, 0.3, one)
    np.testing.assert_allclose(lane_shadow(counts[:, order], total, share[:, order], 0.3, one), straight[:, order])


def test_a_set_counts_only_where_all_its_lanes_report() -> None:
    known = np.array([[True, False, True]])
    assert all_reported(lane_sets(3), known).tolist() == [[True, False, True, False, False]]
