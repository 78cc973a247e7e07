"""Percentiles of a statistic, and the verdict of the real median on the simulated range."""

import math

import pytest

from harness.studies.realism.spread import share_inside, spread_of, verdict

SIMULATED = spread_of([float(value) for value in range(101)])


def test_percentiles_are_those_of_the_units() -> None:
    assert SIMULATED.percentiles == pytest.approx((5.0, 25.0, 50.0, 75.0, 95.0))
    assert SIMULATED.units == 101


@pytest.mark.parametrize(("value", "expected"), [(4.9, "below"), (5.0, "inside"), (95.0, "inside"), (95.1, "above")])
def test_the_verdict_is_the_median_s_place(value: float, expected: str) -> None:
    assert verdict(spread_of([value]), SIMULATED) == expected


def test_two_simulated_units_give_no_verdict() -> None:
    assert verdict(spread_of([1.0]), spread_of([1.0, 2.0])) == "no data"
    assert math.isnan(share_inside([1.0], spread_of([1.0, 2.0])))


def test_the_share_of_real_units_inside_is_counted() -> None:
    assert share_inside([0.0, 50.0, 60.0, 99.0], SIMULATED) == 0.5
