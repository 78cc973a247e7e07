"""Proportions, rates and means with their intervals."""

import math

import pytest

from harness.scoring.intervals import poisson, wilson
from harness.scoring.rates import Proportion, Rate, Sample


def test_nothing_counted_is_undefined_not_zero() -> None:
    for figure in (Proportion(0, 0), Rate(0, 0.0)):
        assert math.isnan(figure.value)
        assert math.isnan(figure.interval.low)
    empty = Sample(())
    assert all(math.isnan(value) for value in (empty.mean, empty.median, empty.p90, *empty.interval))


def test_a_proportion_has_the_wilson_interval_of_its_counts() -> None:
    assert Proportion(81, 263).value == 81 / 263
    assert Proportion(81, 263).interval == wilson(81, 263)


def test_a_rate_per_another_unit_scales_with_its_interval() -> None:
    monthly = Rate(3, 60.0).per(30.0)
    assert monthly.value == 1.5
    assert monthly.interval == poisson(3, 2.0)


def test_a_sample_by_hand() -> None:
    sample = Sample((10.0, 20.0, 30.0, 100.0))
    assert (sample.mean, sample.median) == (40, 25)
    assert sample.p90 == pytest.approx(79)  # 30 + 0.7 x 70


def test_the_interval_of_a_mean_is_the_same_at_every_call_and_differs_by_seed() -> None:
    values = tuple(float(value) for value in range(20))
    assert Sample(values).interval == Sample(values).interval
    assert Sample(values).interval != Sample(values, seed=1).interval
