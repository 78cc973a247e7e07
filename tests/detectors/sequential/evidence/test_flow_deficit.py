"""Conservation against a Poisson likelihood worked out by hand."""

from math import exp, factorial, log

import numpy as np
import pytest

from detectors.sequential.evidence.flow_deficit import flow_deficit


def deficit(total: float, expected: float, cut: float, dispersion: float = 1.0) -> float:
    return float(flow_deficit(np.array([total]), np.array([expected]), cut, np.array([dispersion]))[0])


@pytest.mark.parametrize("total", [0, 6, 12])
def test_it_is_the_log_ratio_of_two_poisson_likelihoods(total: int) -> None:
    likelihoods = [mean**total * exp(-mean) / factorial(total) for mean in (0.5 * 12.0, 12.0)]
    assert deficit(total, 12.0, 0.5) == pytest.approx(log(likelihoods[0] / likelihoods[1]))


def test_the_usual_flow_speaks_against_a_cut() -> None:
    assert deficit(12, 12.0, 0.5) < 0 < deficit(6, 12.0, 0.5)


def test_what_did_not_arrive_by_an_unknown_number_says_nothing() -> None:
    assert deficit(3, np.nan, 0.5) == 0.0
