"""In which order simulated people and teams work, by hand: seen 20 s after an operator is free, judged 55 s later, off in 60 s."""

from dataclasses import replace
from math import isnan

import pytest

from harness.service.drill.play_response import HandledIncident
from harness.service.drill.reaction_times import Reaction
from harness.service.teams.expected_arrival import AROUND, AROUND_MPS
from tests.harness.service.drill.made_response import FREE_MPS, QUICK, ROAD, kept, played
from tests.harness.service.incidents.made_steps import frame

WRONGLY = replace(QUICK, rightly=False)


def from_frame(starts: dict[int, int]) -> dict[int, list[int]]:
    """Alarms in sections from a frame of each on, to the fortieth."""
    return {number: [each for each, first in starts.items() if number >= first] for number in range(8, 41)}


def in_order(handled: tuple[HandledIncident, ...]) -> list[HandledIncident]:
    """What was handled, in the order in which it was seen."""
    return sorted(handled, key=lambda each: each.seen_s)


def test_the_severest_that_waits_is_taken_first() -> None:
    for severities, first in ((("low", "critical"), 1), (("critical", "low"), 0)):
        handled = in_order(played(kept(1, 11), [0, 1], severity=severities))
        assert [each.seen_s for each in handled] == [320.0, 395.0]
        assert handled[0].of == first


def test_of_those_as_severe_the_one_opened_first_is_taken() -> None:
    # While one operator is busy with the first, from 270 s on, two others open: the one at the far end first.
    alarms = from_frame({5: 9, 11: 10, 1: 11})
    handled = in_order(played(alarms, [0, 1, 2], severity="high"))
    assert [each.of for each in handled] == [0, 1, 2]
    assert [each.seen_s for each in handled] == [290.0, 365.0, 440.0]


def test_an_operator_who_looks_when_it_is_over_is_free_for_the_next_and_it_is_taken_again_when_it_returns() -> None:
    # Section 5 alarms at 300 s, is cleared 180 s later, and returns at 720 s; section 11 alarms from 390 s on.
    alarms = {number: [11] * (number >= 13) + [5] * (number in (10, *range(24, 41))) for number in range(10, 41)}
    slow = replace(QUICK, seen_s=300.0)
    handled = in_order(played(alarms, [0, 1], reaction=(slow, QUICK), severity=("critical", "high")))
    # At 600 s the first is over: the operator takes the other one, judges it at 675 s, and takes the first again at 720 s.
    assert [(each.of, each.seen_s) for each in handled] == [(1, 620.0), (0, 1020.0)]


def test_what_is_over_at_the_moment_of_judgement_is_over() -> None:
    (one,) = played(kept(5), [0], clearance_s=375.0)
    assert (one.closed, isnan(one.asked_s)) == ("resolved", True)
    (one,) = played(kept(5), [0], clearance_s=375.5)
    assert one.asked_s == 375.0


def test_a_team_that_was_promised_elsewhere_before_it_set_off_does_not_drive_to_the_first() -> None:
    # The first is judged at 375 s; at 405 s the critical one takes its team, which would have set off at 435 s.
    handled = played(from_frame({1: 10, 11: 11}), [0, 1], operators=2, severity=("low", "critical"))
    set_off_s = {each.of: each.set_off_s for each in handled}
    assert set_off_s[1] == 465.0
    assert set_off_s[0] == 1200.0 + 60.0  # the lanes of both are free at 1200 s


def test_a_team_that_comes_late_leaves_at_once_and_time_goes_on() -> None:
    handled = played(kept(1, 5, 11), [0, 1, 2], operators=3)
    first, second, third = sorted(handled, key=lambda each: each.team_s)
    assert first.team_s < 1200.0
    assert second.set_off_s == 1200.0 + 60.0
    assert third.set_off_s == second.team_s + 60.0
    assert second.team_s - second.set_off_s == pytest.approx(4000.0 / FREE_MPS)


def test_a_team_sent_in_vain_is_free_when_it_sees_that_nothing_is_there() -> None:
    handled = played(from_frame({1: 10, 11: 11}), [None, 0], operators=2, reaction=(WRONGLY, QUICK), severity="high")
    vain = next(each for each in handled if each.of is None)
    true = next(each for each in handled if each.of is not None)
    assert vain.closed == "false_alarm"
    assert true.set_off_s == vain.team_s + 60.0


def test_two_false_ones_are_no_duplicates() -> None:
    handled = played(kept(1, 11), [None, None], operators=2, teams=2, reaction=WRONGLY)
    assert [each.closed for each in handled] == ["false_alarm", "false_alarm"]
    assert not any(isnan(each.team_s) for each in handled)


def test_a_team_drives_around_a_queue_to_the_entry_of_another_team() -> None:
    # Stations 0 to 3 stand in a queue at 5 m/s. The second team's entry, 3200 m downstream, lies past it: the first team
    # drives there by streets, as the second one is at work.
    slow = [frame(ROAD, 30.0 * number, slow=range(4)) for number in range(1, 46)]
    handled = played(kept(5, 7, 11), [0, 1, 2], operators=3, teams=3, frames=slow)
    last = max(handled, key=lambda each: each.team_s - each.set_off_s)
    along_s = 3200.0 / 5.0
    around_s = AROUND * 3200.0 / AROUND_MPS
    assert around_s < along_s
    assert around_s < last.team_s - last.set_off_s < along_s


def test_each_reaction_is_its_own() -> None:
    late = Reaction(50.0, 20.0, 45.0, 60.0, True)
    handled = in_order(played(kept(1, 11), [0, 1], operators=2, reaction=(QUICK, late)))
    assert [each.acknowledged_s for each in handled] == [330.0, 370.0]
