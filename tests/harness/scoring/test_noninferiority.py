"""Is it no worse: answers by hand first, then that the tests err no more often than they say."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import xlogy
from scipy.stats import binom, multinomial

from harness.scoring.noninferiority import (
    Margins,
    dr_noninferiority,
    dr_p_value,
    false_alarm_noninferiority,
    ttd_noninferiority,
)

MARGINS = Margins()


def test_one_unchanged_incident_proves_nothing() -> None:
    # p_gained = 0 is the worst case: it stays unchanged with 1 - 0.2, and "gained" is more extreme still.
    assert dr_p_value(1, 0, 0, 0.2) == pytest.approx(0.8)


def test_one_gained_incident_of_one_by_hand() -> None:
    # Only "gained" is as extreme; its probability is p_g <= (1 - 0.2) / 2.
    assert dr_p_value(1, 0, 1, 0.2) == pytest.approx(0.4)


def test_nothing_changed_is_at_least_as_likely_as_no_loss_of_n() -> None:
    for incidents in (4, 36, 100):
        assert dr_p_value(incidents, 0, 0, 0.1) >= (1 - 0.1) ** incidents - 1e-12


def test_all_lost_is_certain_under_the_null() -> None:
    assert dr_p_value(5, 5, 0, 0.1) == pytest.approx(1.0)


def test_p_grows_with_what_is_lost_and_falls_with_what_is_gained() -> None:
    lost = [dr_p_value(36, each, 2, 0.1) for each in range(6)]
    assert lost == sorted(lost)
    gained = [dr_p_value(36, 2, each, 0.1) for each in range(6)]
    assert gained == sorted(gained, reverse=True)


def likeliest_gain(lost: int, gained: int, unchanged: int, margin: float) -> float:
    """The chance to gain q, by search, at which L = (q + margin)^lost q^gained (1 - 2q - margin)^unchanged is largest."""

    def surprise(q: float) -> float:
        chances = (q + margin, q, max(1 - 2 * q - margin, 0.0))
        return -float(
            sum(xlogy(count, chance) for count, chance in zip((lost, gained, unchanged), chances, strict=True))
        )

    found = minimize_scalar(surprise, bounds=(0.0, (1 - margin) / 2), method="bounded", options={"xatol": 1e-12}).x
    return min((0.0, (1 - margin) / 2, float(found)), key=surprise)


@pytest.mark.parametrize("margin", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("incidents", [1, 5, 9])
def test_p_sums_every_outcome_as_extreme_at_the_worst_chance_to_gain(incidents: int, margin: float) -> None:
    outcomes = [(lost, gained) for lost in range(incidents + 1) for gained in range(incidents + 1 - lost)]
    counts = [(lost, gained, incidents - lost - gained) for lost, gained in outcomes]
    q = np.array([likeliest_gain(*each, margin) for each in counts])
    above = np.array([lost - gained - incidents * margin for lost, gained in outcomes])
    z = above / np.sqrt(incidents * (2 * q + margin - margin**2))
    gains = np.linspace(0, (1 - margin) / 2, 101)
    chance = np.array(
        [multinomial.pmf(counts, incidents, [g + margin, g, max(1 - 2 * g - margin, 0.0)]) for g in gains]
    )
    for (lost, gained), own in zip(outcomes, z, strict=True):
        p = chance[:, z <= own + 1e-6].sum(axis=1).max()
        assert dr_p_value(incidents, lost, gained, margin) == pytest.approx(p, abs=1e-9)


def test_the_dr_test_errs_no_more_often_than_its_level() -> None:
    """Exact size at the border of the null, by the trinomial itself, over chances to gain not on the grid."""
    incidents, margin = 24, 0.15
    rejected = [
        (lost, gained)
        for lost in range(incidents + 1)
        for gained in range(incidents + 1 - lost)
        if dr_p_value(incidents, lost, gained, margin) <= 0.05
    ]
    for gain in (0.0, 0.013, 0.11, 0.29, 0.4):
        lose = gain + margin
        size = sum(
            binom.pmf(lost, incidents, lose) * binom.pmf(gained, incidents - lost, min(gain / (1 - lose), 1.0))
            for lost, gained in rejected
        )
        assert size <= 0.05 + 1e-4  # the grid of chances to gain is fine, not infinite


def test_verdicts_on_dr() -> None:
    assert dr_noninferiority(36, 0, 0, MARGINS).no_worse
    one_lost = dr_noninferiority(36, 1, 0, MARGINS)
    assert (one_lost.no_worse, one_lost.worse, one_lost.observed_worse) == (False, False, True)
    # McNemar, one-sided: 0.5 ** 6 = 0.016.
    six_lost = dr_noninferiority(36, 6, 0, MARGINS)
    assert (six_lost.no_worse, six_lost.worse) == (False, True)
    # 0.5 ** 5 = 0.031; on two sides it would be 0.063.
    assert dr_noninferiority(36, 5, 0, MARGINS).worse
    few = dr_noninferiority(4, 0, 0, MARGINS)
    assert (few.no_worse, few.worse, few.observed_worse) == (False, False, False)
    assert math.isnan(dr_noninferiority(0, 0, 0, MARGINS).bound)


def test_the_bound_on_dr_is_the_least_margin_that_would_be_shown() -> None:
    bound = dr_noninferiority(36, 2, 1, MARGINS).bound
    assert dr_p_value(36, 2, 1, bound + 0.001) <= 0.05 < dr_p_value(36, 2, 1, bound - 0.001)


def test_false_alarms_by_hand() -> None:
    # 4 + 4 alarms in equal time, margin 2: P(X <= 4 | 8, 2/3) = 0.2587, so not shown; margin 6: P(X <= 4 | 8, 6/7) = 0.016.
    assert not false_alarm_noninferiority(4, 1.0, 4, 1.0, MARGINS).no_worse
    assert false_alarm_noninferiority(4, 1.0, 4, 1.0, Margins(false_alarms=6)).no_worse
    # 0 before and 5 now: P(X >= 5 | 5, 1/2) = 1/32.
    grown = false_alarm_noninferiority(0, 1.0, 5, 1.0, MARGINS)
    assert (grown.worse, grown.observed_worse, grown.bound) == (True, True, math.inf)


def test_false_alarms_are_compared_per_time() -> None:
    twice_as_long = false_alarm_noninferiority(10, 1.0, 20, 2.0, MARGINS)
    assert not twice_as_long.observed_worse
    assert not twice_as_long.worse
    bound = twice_as_long.bound  # the least ratio of rates, not of counts, that would be shown
    assert false_alarm_noninferiority(10, 1.0, 20, 2.0, Margins(false_alarms=1.001 * bound)).no_worse
    assert not false_alarm_noninferiority(10, 1.0, 20, 2.0, Margins(false_alarms=0.999 * bound)).no_worse


def test_no_false_alarms_at_all_show_nothing() -> None:
    none = false_alarm_noninferiority(0, 1.0, 0, 1.0, MARGINS)
    assert (none.no_worse, none.worse, none.observed_worse) == (False, False, False)


def test_ttd_verdicts() -> None:
    assert ttd_noninferiority([0.0] * 10, MARGINS).no_worse
    later = ttd_noninferiority([60.0] * 10, MARGINS)
    assert (later.no_worse, later.worse, later.observed_worse) == (False, True, True)
    sooner = ttd_noninferiority([-30.0, -60.0, 0.0, -30.0], MARGINS)
    assert sooner.no_worse
    assert not sooner.observed_worse
    # Mean 24.6 s, standard error 3 s: one-sided at 5 % below 24.6 + 1.645 * 3 = 29.5 s; at 2.5 % it would be 30.5 s.
    spread = ttd_noninferiority([-5.4, 54.6] * 50, MARGINS)
    assert spread.no_worse
    assert spread.bound == pytest.approx(29.5, abs=0.3)
    one = ttd_noninferiority([30.0], MARGINS)
    assert (one.no_worse, one.worse, one.observed_worse) == (False, False, True)


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"dr": 10.0}, "is a share, above 0 and below 1, got 10 .is it a percentage"),
        ({"false_alarms": 1.0}, "a ratio above 1, got 1"),
        ({"ttd_s": 0.0}, "seconds above 0"),
        ({"alpha": 0.5}, "below 0.5"),
    ],
)
def test_margins_that_cannot_be_are_refused(margins: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Margins(**margins)
