"""Time left: what runs cost, learned from those that are done."""

import math

import pytest

from harness.running.progress import TimeLeft, run_cost
from scenarios.incident import Incident
from scenarios.scenario import Scenario


def test_nothing_is_known_before_the_first_run_is_done() -> None:
    assert math.isnan(TimeLeft(2).left_s([1.0]))
    assert TimeLeft(2).left_s([]) == 0


def test_the_rest_costs_what_was_learned() -> None:
    left = TimeLeft(1)
    left.add(10.0, 20.0)  # 2 s per unit; the run under way is taken for half done
    assert left.left_s([10.0, 10.0]) == pytest.approx(30.0)


def test_two_at_once_take_half_as_long() -> None:
    left = TimeLeft(2)
    left.add(10.0, 20.0)
    assert left.left_s([10.0] * 4) == pytest.approx(30.0)


def test_a_demand_in_steps_weighs_as_much_as_its_mean() -> None:
    steps = Scenario(name="s", seed=1, end_s=200, demand_vphpl=((0.0, 1000.0), (100.0, 2000.0)))
    constant = Scenario(name="c", seed=1, end_s=200, demand_vphpl=1500)
    assert run_cost(steps) == pytest.approx(run_cost(constant))


def test_a_twin_is_paid_for_from_the_first_incident_on() -> None:
    free = Scenario(name="s", seed=1, end_s=200)
    blocked = Incident(onset_s=150, duration_s=20, position_m=10, lanes=(0,))
    assert run_cost(free.model_copy(update={"incidents": (blocked,)})) == pytest.approx(1.25 * run_cost(free))
