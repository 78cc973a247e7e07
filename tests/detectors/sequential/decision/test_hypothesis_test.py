"""The sequential tests of the hypotheses, on evidence given by hand."""

import numpy as np
import pytest

from detectors.sequential.decision.hypothesis_test import FULL, MOST, NULL_SHARE, WINDOW_S, HypothesisTest
from simulator.frame import Array

ON, OFF = np.array([False]), np.array([True])
KEPT = np.exp(-30.0 / WINDOW_S)


def step(test: HypothesisTest, shadow: float, deficit: float = 0.0, mild: float = 0.0) -> float:
    given: tuple[Array, Array, Array] = np.full((1, 1, 1), shadow), np.array([[0.0, deficit]]), np.full((1, 1), mild)
    return float(test.step(*given, ON)[0, 0])


@pytest.fixture
def test() -> HypothesisTest:
    return HypothesisTest((1, 1, 1, 2), 30.0)


def test_evidence_adds_up_and_is_forgotten_slowly(test: HypothesisTest) -> None:
    assert step(test, 2.0) == pytest.approx(2.0)
    assert step(test, 3.0) == pytest.approx(2.0 * KEPT + 3.0)


def test_evidence_against_ends_at_zero_so_that_a_later_onset_is_not_late(test: HypothesisTest) -> None:
    step(test, -4.0)
    assert step(test, -4.0) == 0.0
    assert step(test, 3.0) == pytest.approx(3.0)


def test_lanes_and_flow_add_up_but_one_frame_says_no_more_than_its_cap(test: HypothesisTest) -> None:
    assert step(test, 2.0, deficit=1.5) == pytest.approx(3.5)
    test.forget()
    assert step(test, 4.0, deficit=9.0) == pytest.approx(MOST)


def test_a_flow_that_is_not_cut_does_not_weaken_the_lanes(test: HypothesisTest) -> None:
    assert step(test, 3.0, deficit=-5.0) == pytest.approx(3.0)


def test_a_mild_change_explains_part_of_a_strong_one(test: HypothesisTest) -> None:
    assert step(test, 4.0, mild=2.0) == pytest.approx(4.0 - NULL_SHARE * 2.0)


def test_a_small_lasting_bias_saturates(test: HypothesisTest) -> None:
    # sum of 0.3 d^k = 0.3 / (1 - d)
    scores = [step(test, 0.3) for _ in range(200)]
    assert scores[-1] == pytest.approx(0.3 / (1 - KEPT), rel=1e-3)


def test_a_test_fills_up(test: HypothesisTest) -> None:
    assert max(step(test, 4.0) for _ in range(30)) == pytest.approx(FULL)


def test_a_section_that_is_off_begins_anew(test: HypothesisTest) -> None:
    step(test, 4.0)
    test.step(np.full((1, 1, 1), 4.0), np.zeros((1, 2)), np.zeros((1, 1)), OFF)
    assert step(test, 1.0) == pytest.approx(1.0)
