"""How sure a threshold is: what it raised on its own runs, and what that shows."""

import pytest

from detectors.calibration.aims import AIMS
from detectors.calibration.rates_seen import RateSeen, exact_rate, rates_lines, rates_seen, rates_text
from detectors.calibration.thresholds import thresholds_for
from tests.detectors.calibration.conftest import run_of, spikes


def test_no_alarm_in_a_day_shows_a_rate_below_the_quantile_of_an_exponential() -> None:
    low, high = exact_rate(0, 1.0)
    assert low == 0
    assert high == pytest.approx(3.6889, abs=1e-4)  # -ln(0.025)
    assert exact_rate(0, 1.0, level=0.9)[1] == pytest.approx(2.9957, abs=1e-4)  # the rule of three: -ln(0.05)


def test_an_aim_is_shown_only_once_the_time_without_an_alarm_is_long_enough() -> None:
    assert not RateSeen(1.0, 0, 3.6).shown
    assert RateSeen(1.0, 0, 3.7).shown
    assert "would show it" not in RateSeen(1.0, 0, 3.7).text


def test_two_hours_say_that_they_cannot_know_a_rate_of_one_in_ten_days() -> None:
    scores = [spikes([float(value) for value in range(1, 25)])]  # two hours of one section: 1/84 corridor-days
    runs = [run_of(240)]
    thresholds = thresholds_for(runs, scores)
    rarest, _, most = rates_seen(thresholds, runs, scores)
    assert rarest.exposure == pytest.approx(2 / 24 / 7)
    assert rarest.text.startswith(
        "0.1 per corridor-day: none in 0.012 corridor-days, so at most 310 (95 %); 37 corridor-days"
    )
    assert most.aim == 10


def test_false_alarms_seen_are_those_of_each_threshold_on_its_own_runs() -> None:
    runs, scores = [run_of(40)], [spikes([1.0, 2.0, 3.0, 4.0])]
    seen = rates_seen({0.1: 3.5, 1.0: 2.5, 10.0: 0.5}, runs, scores)
    assert [(each.aim, each.false_alarms) for each in seen] == [(0.1, 1), (1.0, 2), (10.0, 4)]


def test_the_text_in_provenance_gives_a_line_for_each_aim() -> None:
    texts = rates_text([RateSeen(aim, 3, 5.0) for aim in AIMS])
    assert [line.split(" per ")[0] for line in rates_lines(texts)] == ["0.1", "1", "10"]
