import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.intervals import bootstrap_mean, poisson, wilson


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, Table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_published_intervals(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)  # four decimals are published


@given(st.integers(1, 500), st.data())
def test_wilson_is_symmetric_in_hits_and_misses(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    low, high = wilson(hits, trials)
    assert wilson(trials - hits, trials) == pytest.approx((1 - high, 1 - low), abs=1e-12)
    assert 0 <= low <= hits / trials <= high <= 1


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood, Biometrika 28 (1936), two-sided 95 %.
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_poisson_gives_garwoods_published_limits(count: int, low: float, high: float) -> None:
    assert poisson(count, 1.0) == pytest.approx((low, high), abs=6e-4)  # three decimals are published


def test_poisson_limits_leave_the_stated_chance_in_each_tail() -> None:
    low, high = poisson(7, 1.0)

    def at_most(count: int, mean: float) -> float:
        return math.fsum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(count + 1))

    assert at_most(7, high) == pytest.approx(0.025)
    assert 1 - at_most(6, low) == pytest.approx(0.025)


def test_poisson_rate_is_the_count_over_its_exposure() -> None:
    assert poisson(3, 4.0) == pytest.approx(poisson(3, 1.0).scaled(0.25))


def test_nothing_counted_has_no_interval() -> None:
    rng = np.random.default_rng(1)
    for interval in (wilson(0, 0), poisson(0, 0.0), bootstrap_mean([], rng), bootstrap_mean([12.0], rng)):
        assert math.isnan(interval.low)
        assert math.isnan(interval.high)


def test_bootstrap_is_repeatable_from_its_seed() -> None:
    values = [12.0, 40.0, 75.0, 31.0]
    first, second = (bootstrap_mean(values, np.random.default_rng(3)) for _ in range(2))
    assert first == second


def test_bootstrap_of_many_values_approaches_the_normal_interval() -> None:
    # Mean 0, deviation 1, 400 values: half width 1.96 / 20 = 0.098; 2000 resamples give it within about 5 %.
    values = np.random.default_rng(5).standard_normal(400)
    values = (values - values.mean()) / values.std()
    low, high = bootstrap_mean(values.tolist(), np.random.default_rng(6))
    assert (low, high) == pytest.approx((-0.098, 0.098), abs=0.01)


def test_equal_values_leave_no_doubt() -> None:
    assert bootstrap_mean([30.0, 30.0, 30.0], np.random.default_rng(0)) == (30.0, 30.0)


def test_swapped_hits_and_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="are they swapped"):
        wilson(20, 3)


def test_level_in_percent_is_refused() -> None:
    with pytest.raises(ValueError, match="is it a percentage"):
        bootstrap_mean([1.0, 2.0], np.random.default_rng(0), level=95)


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5])
def test_a_level_of_nothing_of_all_or_of_more_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match=f"between 0 and 1, got {level}"):
        bootstrap_mean([1.0, 2.0], np.random.default_rng(0), level=level)


def test_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more, got -1"):
        poisson(-1, 1.0)


def test_table_instead_of_values_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 2\)"):
        bootstrap_mean([[1.0, 2.0]], np.random.default_rng(0))  # type: ignore[list-item]
