"""What waiting costs, by hand."""

from dataclasses import replace
from math import nan

import pytest

from harness.service.drill.incident_chain import IncidentChain
from harness.service.drill.waiting_cost import STEPS, saved_veh_h, step_s, waited_s
from simulator.earlier_clearance import ClearanceTwins, EarlierClearance

CHAIN = IncidentChain("run", 0, True, 1000.0, 1020.0, 1080.0, 1110.0, 1130.0, 1140.0, 1400.0, 1600.0)
QUADRATIC = ClearanceTwins(
    1000.0,
    1600.0,
    2000.0,
    36.0,
    (EarlierClearance(120.0, 1480.0, 36.0 * 0.8**2), EarlierClearance(300.0, 1300.0, 36.0 * 0.5**2)),
    True,
)
"""Blocked for 600 s; delay grows with the square of that time."""


@pytest.mark.parametrize(
    ("sooner_s", "saved"), [(0.0, 0.0), (120.0, 12.96), (300.0, 27.0), (600.0, 36.0), (900.0, 36.0)]
)
def test_at_a_twin_the_saving_is_the_twins_and_it_ends_with_the_whole_delay(sooner_s: float, saved: float) -> None:
    assert saved_veh_h(QUADRATIC, sooner_s) == pytest.approx(saved)


def test_between_two_twins_the_saving_is_near_the_curve_and_grows() -> None:
    steps = [saved_veh_h(QUADRATIC, float(sooner_s)) for sooner_s in range(0, 601, 30)]
    assert steps == sorted(steps)
    assert saved_veh_h(QUADRATIC, 200.0) == pytest.approx(36.0 * (1 - (400 / 600) ** 2), rel=0.05)


def test_a_wait_ends_when_the_team_is_there() -> None:
    assert waited_s(CHAIN) == 400.0


@pytest.mark.parametrize("team_s", [nan, 1700.0])
def test_nobody_before_the_lanes_are_free_is_a_wait_to_their_end(team_s: float) -> None:
    assert waited_s(replace(CHAIN, team_s=team_s)) == 600.0


def test_the_steps_of_a_wait_are_the_wait() -> None:
    assert [step_s(CHAIN, step) for step in STEPS] == [20.0, 60.0, 30.0, 20.0, 10.0, 260.0]


def test_a_step_that_never_came_took_what_was_left() -> None:
    missed = replace(CHAIN, alarm_s=nan, opened_s=nan, seen_s=nan, acknowledged_s=nan, team_s=nan)
    assert [step_s(missed, step) for step in STEPS] == [20.0, 580.0, 0.0, 0.0, 0.0, 0.0]


def test_evidence_that_is_not_known_is_part_of_the_first_alarm() -> None:
    assert [step_s(replace(CHAIN, evidence_s=nan), step) for step in STEPS[:2]] == [0.0, 80.0]


def test_a_step_before_the_one_it_follows_took_nothing() -> None:
    odd = replace(CHAIN, evidence_s=1090.0)  # a detector alarmed at 1080 s, before the earliest evidence that is known
    assert [step_s(odd, step) for step in STEPS] == [90.0, 0.0, 20.0, 20.0, 10.0, 260.0]


def test_lanes_free_later_would_have_saved_nothing() -> None:
    assert saved_veh_h(QUADRATIC, -60.0) == 0.0


def test_what_is_no_step_of_waiting_is_refused() -> None:
    with pytest.raises(ValueError, match="cleared_s is no step"):
        step_s(CHAIN, "cleared_s")
