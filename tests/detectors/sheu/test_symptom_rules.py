"""The symptom rules: groups, thresholds, texts."""

import numpy as np
import pytest

from detectors.sheu.symptom_rules import RULE_NAMES, RULES, describe, exceeded, strongest
from simulator.frame import Array, Flags


def test_the_rules_are_of_the_papers_three_groups() -> None:
    assert {rule.group for rule in RULES} == {1, 2, 3}
    assert len(set(RULE_NAMES)) == len(RULES)


def rules(first: float, second: float) -> Array:
    quantities = np.full((len(RULES), 1, 1), np.nan)
    quantities[0], quantities[1] = first, second
    return quantities


@pytest.mark.parametrize(
    ("first", "held", "wanted"),
    [(1.1, False, True), (1.0, False, False), (0.7, False, False), (0.7, True, True), (0.5, True, False)],
)
def test_a_symptom_lasts_until_below_the_release(first: float, held: bool, wanted: bool) -> None:
    before: Flags = np.array([[held]])
    assert exceeded(rules(first, np.nan), np.ones(len(RULES)), 0.6, before)[0, 0] == wanted


def test_unknown_quantities_end_a_symptom() -> None:
    assert not exceeded(rules(np.nan, np.nan), np.ones(len(RULES)), 0.6, np.array([[True]])).any()


def test_the_strongest_rule_exceeds_by_the_largest_factor_and_is_described_with_its_values() -> None:
    thresholds = np.full(len(RULES), np.inf)
    thresholds[:2] = 0.2, 3.0
    rule = strongest(rules(0.3, 6.0)[:, 0, 0], thresholds)
    assert rule == 1
    assert describe(rule, 6.0, 3.0) == (
        "fall of the lane's share downstream beyond upstream in the last frame: 6.00 above 3.00 deviations "
        "(share_differs_1)"
    )
