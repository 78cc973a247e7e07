"""Discharge of a queue's head: the likelihood by hand, and the test over frames."""

from math import log

import numpy as np
import pytest

from detectors.sequential.evidence.discharge_drop import CUT, DISPERSION, FULL, DischargeTest, discharge_drop

HEAD, NONE = np.array([True]), np.array([False])


def test_half_the_usual_discharge_of_sixty_vehicles_is_evidence() -> None:
    drop = discharge_drop(np.array([30.0]), np.array([60.0]), HEAD)
    assert drop[0] == pytest.approx((30 * log(CUT) + (1 - CUT) * 60) / DISPERSION)
    assert drop[0] > 5


def test_a_usual_discharge_speaks_against() -> None:
    assert discharge_drop(np.array([60.0]), np.array([60.0]), HEAD)[0] < -3


def test_without_a_head_nothing_is_said() -> None:
    assert discharge_drop(np.array([0.0]), np.array([60.0]), NONE)[0] == 0.0


def test_evidence_adds_up_while_a_head_stands_and_fades_after() -> None:
    test, low, usual = DischargeTest(1, 30.0), np.array([36.0]), np.array([60.0])
    sums = [float(test.step(low, usual, HEAD, NONE)[0]) for _ in range(3)]
    assert sums == sorted(sums)
    faded = [float(test.step(low, usual, NONE, NONE)[0]) for _ in range(4)]
    assert faded[-1] < 0.15 * sums[-1]


def test_the_test_fills_up_and_a_new_road_has_none() -> None:
    test, nothing, usual = DischargeTest(1, 30.0), np.zeros(1), np.array([60.0])
    for _ in range(20):
        full = test.step(nothing, usual, HEAD, NONE)
    assert full[0] == FULL
    assert test.step(nothing, usual, HEAD, HEAD)[0] == 0.0
