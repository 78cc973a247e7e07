"""What simulated people draw."""

import math

import numpy as np
import pytest

from harness.service.drill.reaction_times import RIGHT, SEEN, Lognormal, reaction, stated


def test_the_median_of_many_draws_is_the_median_that_is_stated() -> None:
    rng = np.random.default_rng(1)
    drawn = [SEEN.draw(rng) for _ in range(4000)]
    assert np.median(drawn) == pytest.approx(SEEN.median_s, rel=0.05)


def test_nine_of_ten_draws_are_below_the_lognormal_quantile() -> None:
    rng, time = np.random.default_rng(2), Lognormal(20.0, 0.8)
    below = sum(time.draw(rng) < 20.0 * math.exp(0.8 * 1.2816) for _ in range(4000))
    assert below / 4000 == pytest.approx(0.9, abs=0.015)


def test_the_same_generator_draws_the_same_reaction() -> None:
    assert reaction(np.random.default_rng(7)) == reaction(np.random.default_rng(7))
    assert reaction(np.random.default_rng(7)) != reaction(np.random.default_rng(8))


def test_as_many_are_judged_rightly_as_is_stated() -> None:
    rightly = sum(reaction(np.random.default_rng(seed)).rightly for seed in range(1000))
    assert rightly / 1000 == pytest.approx(RIGHT, abs=0.02)


def test_the_distributions_are_stated_with_their_figures() -> None:
    assert "seen 20 s (0.8)" in stated()
    assert "95 % judged rightly" in stated()
