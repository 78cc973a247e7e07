"""Aims that calibration takes, and the threshold of an aim."""

from math import inf, nan

import pytest

from detectors.calibration.aims import Aim
from detectors.calibration.thresholds import threshold_at
from scenarios.errors import UserError


@pytest.mark.parametrize("field", ["false_per_corridor_day", "missed_s", "grace_s", "recovery_s"])
@pytest.mark.parametrize("value", [-1.0, nan, inf])
def test_impossible_aims_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field} is 0 or more, got {value}"):
        Aim(**{field: value})


THRESHOLDS = {10.0: 1.0, 0.1: 3.0, 1.0: 2.0}


def test_the_threshold_is_that_of_the_aim() -> None:
    assert threshold_at(THRESHOLDS, 1.0, "snd") == 2.0


@pytest.mark.parametrize("per", ["corridor-day", "loop-month"])
def test_an_aim_without_a_threshold_is_refused_with_the_aims_there_are(per: str) -> None:
    with pytest.raises(UserError, match=rf"snd is calibrated for 0\.1, 1, 10 false alarms per {per}, got 3"):
        threshold_at(THRESHOLDS, 3.0, "snd", per)
