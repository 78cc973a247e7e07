"""The severity of an incident."""

from dataclasses import replace
from math import inf, isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.incidents.incident import Severity
from harness.service.incidents.severity_score import (
    CLASSES,
    WEIGHTS,
    growth_mps,
    severity_class,
    severity_parts,
    severity_score,
)
from tests.harness.service.incidents.made_facts import FACTS

BOUNDS = (0.5, 0.7, 0.9)
SHARES = st.floats(0.0, 1.0)


def test_the_weights_add_up_to_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


def test_the_parts_of_known_facts() -> None:
    facts = replace(FACTS, posterior=0.8, lanes=(0, 1, 2), lanes_there=4, queue_m=1000.0, demand_vphpl=800.0)
    assert severity_parts(facts, 1.5) == {"posterior": 0.8, "lanes": 1.0, "queue": 0.5, "growth": 0.5, "flow": 0.5}


def test_a_part_that_is_not_known_is_left_out() -> None:
    facts = replace(FACTS, posterior=nan, lanes=(), queue_m=1000.0, demand_vphpl=nan)
    assert severity_parts(facts, nan) == {"queue": 0.5}


def test_a_queue_that_dissolves_grows_by_nothing() -> None:
    assert severity_parts(FACTS, -4.0)["growth"] == 0.0


def test_without_a_known_part_there_is_no_score_and_it_is_low() -> None:
    assert isnan(severity_score({}))
    assert severity_class(nan, BOUNDS) is Severity.LOW


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (0.0, "low"),
        (0.499, "low"),
        (0.5, "medium"),
        (0.7, "high"),
        (0.899, "high"),
        (0.9, "critical"),
        (1.0, "critical"),
    ],
)
def test_the_bounds_belong_to_the_higher_class(score: float, severity: str) -> None:
    assert severity_class(score, BOUNDS).value == severity


def test_a_class_is_held_within_the_margin_below_its_bound() -> None:
    assert severity_class(0.66, BOUNDS, Severity.HIGH, 0.05) is Severity.HIGH
    assert severity_class(0.64, BOUNDS, Severity.HIGH, 0.05) is Severity.MEDIUM


def test_the_growth_is_that_between_the_first_and_the_last_length() -> None:
    assert growth_mps([(0.0, 100.0), (30.0, 500.0), (60.0, 220.0)]) == 2.0
    assert isnan(growth_mps([(0.0, 100.0)]))


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(WEIGHTS)), SHARES, min_size=1))
def test_a_score_is_within_its_parts(parts: dict[str, float]) -> None:
    assert min(parts.values()) - 1e-12 <= severity_score(parts) <= max(parts.values()) + 1e-12


@settings(max_examples=50, deadline=None)
@given(SHARES, SHARES, st.sampled_from(CLASSES))
def test_a_higher_score_is_no_lower_class(one: float, other: float, before: Severity) -> None:
    low, high = sorted((one, other))
    classes = [CLASSES.index(severity_class(score, BOUNDS, before, 0.05)) for score in (low, high)]
    assert classes[0] <= classes[1]


@settings(max_examples=50, deadline=None)
@given(st.floats(0.0, inf, exclude_max=True), st.floats(allow_nan=False, allow_infinity=False))
def test_parts_are_shares(queue_m: float, growth: float) -> None:
    assert all(0.0 <= value <= 1.0 for value in severity_parts(replace(FACTS, queue_m=queue_m), growth).values())
