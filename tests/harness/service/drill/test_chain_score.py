"""The figures of chains, by hand."""

from dataclasses import replace
from math import inf, isnan, nan

import pytest

from harness.reporting.text_table import plain_text
from harness.service.drill.chain_score import ChainScore
from harness.service.drill.chain_tables import CHAIN_COLUMNS, chain_figures, chain_rows, chain_sentence, chain_tables
from harness.service.drill.incident_chain import ChainedRun, IncidentChain
from harness.service.drill.play_response import HandledIncident, Shift
from simulator.earlier_clearance import ClearanceTwins, EarlierClearance

FOUND = IncidentChain("found", 0, True, 1000.0, 1020.0, 1080.0, 1110.0, 1130.0, 1140.0, 1400.0, 1600.0)
MISSED = IncidentChain("missed", 0, True, 500.0, 530.0, nan, nan, nan, nan, nan, 800.0)
UNNOTICED = replace(MISSED, run="unnoticed", counted=False)
LINEAR = ClearanceTwins(1000.0, 1600.0, 1900.0, 30.0, (EarlierClearance(120.0, 1480.0, 24.0),), True)
SHORT = ClearanceTwins(500.0, 800.0, nan, 10.0, (), True)
HANDLED = (
    HandledIncident("a", 0, 1130.0, 1140.0, 1190.0, 1250.0, 1400.0, "resolved", False, False, False),
    HandledIncident("b", None, 2000.0, 2010.0, 2060.0, 2100.0, 2300.0, "false_alarm", True, True, True),
    HandledIncident("c", 0, 2000.0, 2010.0, nan, nan, nan, "false_alarm", False, False, False),
)


def score(twins: bool = True) -> ChainScore:
    runs = (ChainedRun((FOUND,), HANDLED), ChainedRun((MISSED,), ()), ChainedRun((UNNOTICED,), ()))
    return ChainScore(runs, {"found": {0: LINEAR}, "missed": {0: SHORT}} if twins else {}, Shift(2, 3, 1))


def test_times_are_from_onset_and_of_those_for_which_the_step_came() -> None:
    assert score().from_onset("evidence_s").values == (20.0, 30.0)
    assert score().from_onset("team_s").values == (400.0,)
    assert score().from_onset("cleared_s").values == (600.0, 300.0)
    assert score().from_onset("recovered_s").values == (900.0,)


def test_a_miss_loses_all_that_its_incident_cost() -> None:
    assert score().waiting.values == pytest.approx((20.0, 10.0))
    assert score().waiting_of(MISSED) == 10.0


def test_the_alarm_of_a_miss_costs_what_its_wait_does_after_the_evidence() -> None:
    assert score().cost("alarm_s").values == pytest.approx((3.0, 9.0))
    assert score().cost("opened_s").values == pytest.approx((1.5, 0.0))


def test_a_minute_is_worth_the_mean_over_the_minutes_of_its_twin() -> None:
    assert score().minute(120.0).values == (3.0,)
    assert score().minute(300.0).values == ()


def test_what_people_did_is_counted() -> None:
    found = score()
    assert (found.reached.part, found.reached.whole) == (1, 2)
    assert (found.wrongly_closed, found.false, found.in_vain) == (1, 1, 1)


def test_a_team_that_comes_when_the_lanes_are_free_or_later_has_reached_nothing() -> None:
    late = (replace(FOUND, team_s=1600.0), replace(FOUND, team_s=1601.0), replace(FOUND, team_s=1599.0))
    found = ChainScore((ChainedRun(late, ()),), {}, Shift(2, 3, 1)).reached
    assert (found.part, found.whole) == (1, 3)


def test_a_false_one_that_nobody_saw_or_drove_to_cost_nobody_anything() -> None:
    unseen = replace(HANDLED[1], seen_s=nan, set_off_s=nan)
    unmoved = replace(HANDLED[1], set_off_s=nan)
    found = ChainScore((ChainedRun((), (unseen, unmoved, HANDLED[0])),), {}, Shift(2, 3, 1))
    assert (found.false, found.in_vain, found.wrongly_closed) == (1, 0, 0)


def test_the_sentence_tells_when_a_team_was_there_and_what_waiting_cost() -> None:
    assert "a team was there 400 s after onset (median of 1), at 1 of 2 incidents" in chain_sentence(score())
    assert "15.0 (10.0 to 20.0) of 20.0 (10.0 to 30.0) vehicle-hours an incident were lost" in chain_sentence(score())


def test_without_twins_no_vehicle_hours_are_told() -> None:
    assert "vehicle-hours" not in chain_sentence(score(twins=False))
    assert [table.caption for table in chain_tables(score(twins=False))][1] == "What people did"
    assert isnan(score(twins=False).waiting.mean)


def test_what_had_not_recovered_is_told_beside_the_delay() -> None:
    text = " ".join("\n".join(map(plain_text, chain_tables(score()))).split())
    assert "1 incident had not by the end of what was simulated, and cost more than is counted." in text


def test_each_true_incident_has_a_row() -> None:
    rows = list(chain_rows(score()))
    assert [row["run"] for row in rows] == ["found", "missed", "unnoticed"]
    assert rows[0]["saved_120s_earlier_veh_h"] == 6.0
    assert {name for row in rows for name in row} <= set(CHAIN_COLUMNS)


def test_the_figures_have_their_counts_and_no_infinity() -> None:
    steps = chain_figures(score())["steps"]
    assert [steps[step]["from_onset_s"]["count"] for step in ("alarm_s", "recovered_s")] == [1, 1]
    assert all(abs(each["from_onset_s"]["median"]) < inf for each in steps.values())
