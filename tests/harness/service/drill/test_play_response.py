"""Simulated people at work on the incidents of a made road, through the store and the response of the service."""

from dataclasses import replace
from math import isnan

import pytest

from harness.service.drill.desk_setting import teams_along
from harness.service.drill.reaction_times import Reaction
from harness.service.teams.expected_arrival import AROUND, AROUND_MPS
from tests.harness.service.drill.made_response import FREE_MPS, ROAD, kept, played


def test_each_step_follows_the_one_before_by_what_was_drawn() -> None:
    (one,) = played(kept(5), [0])
    assert one.seen_s == 300.0 + 20.0
    assert one.acknowledged_s == 320.0 + 10.0
    assert one.asked_s == 330.0 + 45.0
    assert one.set_off_s == 375.0 + 60.0
    assert one.closed == "resolved"


def test_the_team_drives_to_where_the_lanes_are_blocked_on_the_speeds_of_the_road() -> None:
    (one,) = played(kept(5), [0])
    assert one.team_s - one.set_off_s == pytest.approx(4000.0 / FREE_MPS)


def test_of_two_teams_the_one_that_is_there_first_goes() -> None:
    (one,) = played(kept(5), [0], teams=3)
    assert [team.homes[0].position_m for team in teams_along(ROAD, 3)] == [0.0, 3200.0, 6400.0]
    assert one.team_s - one.set_off_s == pytest.approx(800.0 / FREE_MPS)


def test_a_team_whose_entry_is_downstream_goes_round_by_streets() -> None:
    (one,) = played(kept(0), [0], teams=1)
    assert one.team_s - one.set_off_s == pytest.approx(4000.0 / FREE_MPS)
    assert AROUND / AROUND_MPS > 1 / FREE_MPS  # so nobody goes round who can drive


def test_one_operator_handles_one_incident_at_a_time_and_two_handle_two() -> None:
    first, second = played(kept(1, 11), [0, 1], operators=1)
    assert abs(first.seen_s - second.seen_s) == 20.0 + 10.0 + 45.0
    first, second = played(kept(1, 11), [0, 1], operators=2)
    assert first.seen_s == second.seen_s


def test_what_has_a_team_already_is_closed_as_a_duplicate() -> None:
    handled = played(kept(1, 11), [0, 0], operators=1)
    assert sorted(each.closed for each in handled) == ["duplicate", "resolved"]
    assert sum(isnan(each.team_s) for each in handled) == 1


def test_what_is_false_is_closed_so_and_nobody_drives() -> None:
    (one,) = played(kept(5), [None])
    assert (one.closed, isnan(one.asked_s), isnan(one.team_s)) == ("false_alarm", True, True)


def test_a_false_one_judged_wrongly_sends_a_team_in_vain() -> None:
    (one,) = played(kept(5), [None], reaction=Reaction(20.0, 10.0, 45.0, 60.0, False))
    assert (one.closed, isnan(one.team_s)) == ("false_alarm", False)


def test_a_true_one_judged_wrongly_gets_no_team() -> None:
    (one,) = played(kept(5), [0], reaction=Reaction(20.0, 10.0, 45.0, 60.0, False))
    assert (one.closed, isnan(one.team_s)) == ("false_alarm", True)


def test_what_is_over_when_it_is_judged_gets_no_team() -> None:
    (one,) = played(kept(5), [0], clearance_s=374.0)
    assert (one.closed, isnan(one.asked_s)) == ("resolved", True)


def test_without_teams_the_chain_ends_with_the_call() -> None:
    (one,) = played(kept(5), [0], teams=0)
    assert (isnan(one.asked_s), isnan(one.team_s), one.no_team) == (False, True, False)


def test_a_team_that_is_taken_is_told_as_lacking() -> None:
    handled = played(kept(1, 11), [0, 1], operators=2, teams=1)
    assert [each.no_team for each in handled].count(True) == 1
    late = max(each.team_s for each in handled)
    assert late > 1200.0  # it stays where it is until those lanes are free


def test_nobody_in_time_is_late_and_escalates_by_the_policy() -> None:
    slow = Reaction(500.0, 10.0, 45.0, 60.0, True)  # critical: 300 and 600 s
    (one,) = played(kept(5), [0], reaction=slow, severity="critical")
    assert (one.late, one.escalated) == (True, False)
    (one,) = played(kept(5), [0], reaction=replace(slow, seen_s=700.0), severity="critical")
    assert (one.late, one.escalated) == (True, True)


def test_two_plays_are_the_same() -> None:
    assert played(kept(1, 11), [0, None], operators=2, teams=2) == played(kept(1, 11), [0, None], operators=2, teams=2)
