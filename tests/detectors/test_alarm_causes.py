"""What an alarm is of, by hand: rates of the three things that raise alarms."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.alarm_causes import (
    INCIDENT_DAYS,
    PRIORS,
    Evidence,
    EvidenceTracker,
    Priors,
    causes_of_loop_alarm,
    causes_of_section_alarm,
    false_alarm_rates,
)
from detectors.detector import Decision, Estimate
from detectors.faults.healthy_loop_rates import LoopRates
from detectors.sequential.training.sequential_training import INCIDENT_SHARE

SIMPLE = Priors(incidents=0.2, faults=0.1, fails_loop=0.5, alarms_section=0.25, found=0.8)


def evidence(rare: list[float], lately: list[float] | None = None, growth: float = 1.0, hidden: int = -1) -> Evidence:
    """Two sections, three stations, two lanes."""
    loops = np.zeros(6, dtype=bool)
    if hidden >= 0:
        loops[hidden] = True
    grown = np.ones(6)
    grown[3] = growth
    return Evidence(np.array(rare), np.array(lately or rare), loops, loops, np.full(6, 0.05), grown)


def test_the_shipped_priors_are_those_that_were_measured() -> None:
    """11 of 480 loops beside an incident failed, 3 of 120 faulty loops raised an alarm, 64 of 120 were found."""
    assert pytest.approx(11 / 480, abs=0.0005) == PRIORS.fails_loop
    assert pytest.approx(3 / 120, abs=0.0005) == PRIORS.alarms_section
    assert pytest.approx(64 / 120, abs=0.005) == PRIORS.found
    assert pytest.approx(1 / 7) == PRIORS.incidents  # one a day on seven sections
    assert PRIORS.faults == 0.05


def test_an_alarm_of_a_section_by_hand() -> None:
    """Incident 0.2; faulty 0.1 x 0.25 x 4 loops = 0.1; nothing 0.1: 1/2, 1/4, 1/4."""
    assert causes_of_section_alarm(evidence([0.1, np.inf]), 0, SIMPLE) == pytest.approx((0.5, 0.25, 0.25))


def test_sums_that_grow_point_to_a_loop_more_than_to_an_incident() -> None:
    """Growth 5 of one of four loops: its mean is 2. Incident 0.2 (0.5 + 0.5 x 2) = 0.3; faulty 0.025 x 8 = 0.2; nothing 0.1."""
    assert causes_of_section_alarm(evidence([0.1, np.inf], growth=5.0), 0, SIMPLE) == pytest.approx(
        (3 / 6, 2 / 6, 1 / 6)
    )


def test_a_hidden_loop_did_not_raise_the_alarm() -> None:
    """Three loops are left: faulty 0.075."""
    found = causes_of_section_alarm(evidence([0.1, np.inf], growth=50.0, hidden=3), 0, SIMPLE)
    assert found == pytest.approx((0.2 / 0.375, 0.075 / 0.375, 0.1 / 0.375))


def test_with_every_loop_hidden_it_is_no_loop() -> None:
    all_hidden = evidence([0.1, np.inf])
    hidden = replace(all_hidden, hidden=np.ones(6, dtype=bool))
    assert causes_of_section_alarm(hidden, 0, SIMPLE) == pytest.approx((2 / 3, 0, 1 / 3))


def test_an_alarm_of_a_loop_by_hand() -> None:
    """Nothing suspected on either side: H = 0.05 twice. Incident 0.2 x 0.5 x 0.1 = 0.01; faulty 0.08 (0.75 + 0.25 x 0.05) =
    0.061; nothing 0.05."""
    found = causes_of_loop_alarm(evidence([np.inf, np.inf]), 2, SIMPLE)
    assert found == pytest.approx((0.01 / 0.121, 0.061 / 0.121, 0.05 / 0.121))
    assert found.most_likely == "faulty loop"


def test_at_the_end_of_the_road_there_is_one_section() -> None:
    found = causes_of_loop_alarm(evidence([np.inf, np.inf]), 0, SIMPLE)
    assert found == pytest.approx((0.005 / 0.116, 0.061 / 0.116, 0.05 / 0.116))


def test_a_loop_alarm_beside_a_sure_incident_is_of_the_incident() -> None:
    """f = 1 per day, an incident of 1/144 day: H = 144. Incident 0.1 x 144.05; faulty 0.08 (0.75 + 0.25 x 72.025)."""
    found = causes_of_loop_alarm(evidence([np.inf, np.inf], lately=[np.inf, 1.0]), 2, SIMPLE)
    total = 14.405 + 1.5005 + 0.05
    assert found == pytest.approx((14.405 / total, 1.5005 / total, 0.05 / total))
    assert found.most_likely == "incident"


def test_probabilities_add_up_to_one() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        doubted = rng.random(6) < 0.3
        rare, lately = rng.uniform(0.01, 9, (2, 2))
        seen = Evidence(rare, lately, doubted, doubted & (rng.random(6) < 0.5), rng.random(6), rng.random(6) * 9)
        for causes in (
            *(causes_of_section_alarm(seen, k) for k in range(2)),
            *(causes_of_loop_alarm(seen, k) for k in range(6)),
        ):
            assert sum(causes) == pytest.approx(1)
            assert min(causes) >= 0


def test_a_section_without_alarm_is_refused() -> None:
    with pytest.raises(ValueError, match="wanted a section under alarm, got section 1"):
        causes_of_section_alarm(evidence([0.1, np.inf]), 1)


def estimate(posterior: list[float] | None) -> Estimate:
    none, lanes = np.full(3, np.nan), np.full((3, 1), np.nan)
    given = None if posterior is None else np.array(posterior)
    return Estimate(30.0, lanes > 0, lanes, lanes, lanes, none, none, none, none, none, none, ("", "", ""), given)


def test_an_alarm_is_as_rare_as_its_threshold_or_its_posterior_says() -> None:
    decision = Decision(30.0, np.zeros(3), np.array([True, True, False]))
    assert false_alarm_rates(decision, None).tolist() == [1 / 7, 1 / 7, np.inf]
    assert false_alarm_rates(decision, estimate(None)).tolist() == [1 / 7, 1 / 7, np.inf]
    rates = false_alarm_rates(decision, estimate([0.9, 0.1, 0.5]))
    assert rates == pytest.approx([1 / 63, 1 / 7, 1 / 7])  # a posterior of 0.1 would be 9/7: more than calibrated
    assert false_alarm_rates(decision, estimate([0.9, np.nan, np.nan]))[1:].tolist() == [1 / 7, np.inf]


def test_what_was_suspected_is_remembered_for_a_quarter_of_an_hour() -> None:
    tracker, quiet = EvidenceTracker(), np.zeros(4, dtype=bool)
    rates = LoopRates(np.ones(4), np.ones(4))
    lately = []
    for k in range(40):
        alarm = np.array([k == 2])
        decision = Decision(30.0 * k, np.zeros(1), alarm)
        lately.append(float(tracker.step(decision, None, quiet, quiet, rates).lately[0]))
    assert [k for k, each in enumerate(lately) if each < np.inf] == list(range(2, 33))


def test_the_prior_is_that_of_the_posterior_of_sequential() -> None:
    assert PRIORS.incidents * INCIDENT_DAYS == pytest.approx(INCIDENT_SHARE)
