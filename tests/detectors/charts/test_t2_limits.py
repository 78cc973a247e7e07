"""T2 of normal values exceeds its limits as often as they say, in phase I and in phase II, and what moved it is gone without it."""

import numpy as np
import pytest

from detectors.charts.hotelling_t2 import RIDGE, T2Chart
from detectors.charts.t2_limits import phase_one_limit, phase_two_limit, phase_two_share
from simulator.frame import Array

FRAMES, SIZE, SAMPLES = 20, 3, 20_000


def samples() -> tuple[Array, Array]:
    """T2 of every frame of many samples in phase I (SAMPLES, FRAMES), and of one more frame each in phase II (SAMPLES,)."""
    rng = np.random.default_rng(3)
    mixed = rng.standard_normal((SAMPLES, FRAMES + 1, SIZE)) @ np.array(
        [[1.0, 0.9, 0.0], [0.0, 0.5, 0.2], [0.0, 0.0, 2.0]]
    )
    one, new = mixed[:, :-1], mixed[:, -1]
    mean = one.mean(axis=1)
    off = one - mean[:, None]
    inverse = np.linalg.inv(np.einsum("smp,smq->spq", off, off) / (FRAMES - 1))
    last = new - mean
    return np.einsum("smp,spq,smq->sm", off, inverse, off), np.einsum("sp,spq,sq->s", last, inverse, last)


@pytest.mark.parametrize("chance", [0.05, 0.005])
def test_limits_are_exceeded_as_often_as_they_say(chance: float) -> None:
    inside, after = samples()
    assert (inside > phase_one_limit(chance, FRAMES, SIZE)).mean() == pytest.approx(chance, rel=0.1)
    assert (after > phase_two_limit(chance, FRAMES, SIZE)).mean() == pytest.approx(chance, rel=0.25)


@pytest.mark.parametrize("chance", [0.3, 0.01])
def test_a_limit_s_probability_is_the_one_it_was_made_for(chance: float) -> None:
    two = phase_two_limit(chance, FRAMES, SIZE)
    assert phase_two_share(np.array([two]), np.array([float(FRAMES)]), SIZE) == pytest.approx([chance])


def test_phase_one_asks_less_than_phase_two() -> None:
    assert phase_one_limit(0.01, FRAMES, SIZE) < phase_two_limit(0.01, FRAMES, SIZE)


def test_in_phase_one_no_frame_is_farther_than_its_own_sample_allows() -> None:
    inside, _ = samples()
    furthest = (FRAMES - 1.0) ** 2 / FRAMES
    assert inside.max() < furthest
    assert phase_one_limit(0.0, FRAMES, SIZE) == pytest.approx(furthest)


def test_the_share_of_a_value_is_what_t2_loses_without_it() -> None:
    chart = T2Chart(1.0, 1, SIZE, kept=1.0, prior_frames=1e9)  # mean 0, covariance 1
    rng = np.random.default_rng(4)
    learned = T2Chart(1.0, 1, SIZE, kept=1.0, prior_frames=1e-3)
    rows = rng.standard_normal((60, SIZE)) @ np.array([[1.0, 0.9, 0.0], [0.0, 0.5, 0.2], [0.0, 0.0, 2.0]])
    for row in rows:
        learned.step(row[None, :])
    new = np.array([[1.0, -1.0, 3.0]])
    chart.step(new)
    learned.step(new)
    assert chart.shares == pytest.approx(new**2, rel=1e-6)
    covariance = (np.cov(rows.T) + RIDGE * np.eye(SIZE)) / (1.0 + RIDGE)
    off = new[0] - rows.mean(axis=0)
    assert learned.t2[0] == pytest.approx(off @ np.linalg.solve(covariance, off), rel=1e-3)
    for left_out in range(SIZE):
        kept = [value for value in range(SIZE) if value != left_out]
        without = off[kept] @ np.linalg.solve(covariance[np.ix_(kept, kept)], off[kept])
        assert learned.shares[0, left_out] == pytest.approx(learned.t2[0] - without, rel=1e-3)


def test_an_unknown_value_leaves_no_t2() -> None:
    chart = T2Chart(0.3, 2, SIZE, kept=0.9)
    chart.step(np.array([[1.0, np.nan, 0.0], [1.0, 1.0, 1.0]]))
    assert np.isnan(chart.t2).tolist() == [True, False]
    assert np.isnan(chart.shares).all(axis=1).tolist() == [True, False]
