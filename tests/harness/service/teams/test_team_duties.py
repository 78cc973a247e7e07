from functools import reduce

import pytest

from harness.service.incidents.incident_event import Event, EventKind
from harness.service.teams.team import TeamState
from harness.service.teams.team_duties import TeamDuties, duties_after
from tests.harness.service.response.response_cases import incident_event
from tests.harness.service.teams.made_teams import TRAFFIC, team_event

ASSIGNED = team_event(EventKind.TEAM_ASSIGNED)
SET_OFF = team_event(EventKind.TEAM_SET_OFF, time_s=660.0)
ARRIVED = team_event(EventKind.TEAM_ARRIVED, time_s=900.0)


def duties_of(events: list[Event]) -> TeamDuties:
    return reduce(duties_after, events, TeamDuties())


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([ASSIGNED], TeamState.ASSIGNED),
        ([ASSIGNED, SET_OFF], TeamState.UNDER_WAY),
        ([ASSIGNED, SET_OFF, ARRIVED], TeamState.ARRIVED),
        ([ASSIGNED, ARRIVED], TeamState.ARRIVED),
    ],
)
def test_a_team_is_assigned_under_way_and_there(events: list[Event], state: TeamState) -> None:
    assert duties_of(events).by_team["a"].state is state


def test_the_times_of_a_duty_are_those_of_its_events() -> None:
    duty = duties_of([ASSIGNED, SET_OFF, ARRIVED]).by_team["a"]
    assert (duty.assigned_s, duty.eta_s, duty.set_off_s, duty.arrived_s) == (630.0, 300.0, 660.0, 900.0)


def test_what_is_expected_is_as_when_it_set_off() -> None:
    again = team_event(EventKind.TEAM_SET_OFF, time_s=660.0, eta_s=420.0)
    assert duties_of([ASSIGNED, again]).by_team["a"].eta_s == 420.0


def test_a_team_that_is_released_is_free() -> None:
    assert duties_of([ASSIGNED, SET_OFF, team_event(EventKind.TEAM_RELEASED)]).by_team == {}


def test_what_is_told_of_a_team_that_is_elsewhere_by_now_changes_nothing() -> None:
    before = duties_of([ASSIGNED])
    for kind in (EventKind.TEAM_SET_OFF, EventKind.TEAM_ARRIVED, EventKind.TEAM_RELEASED):
        assert duties_of([ASSIGNED, team_event(kind, incident="A4/2")]) == before


def test_who_is_released_by_a_person_is_not_sent_there_again_until_it_is_reopened() -> None:
    by_hand = team_event(EventKind.TEAM_RELEASED, actor="kim")
    assert duties_of([ASSIGNED, by_hand]).sent_home == {("A4/1", "a")}
    assert duties_of([ASSIGNED, team_event(EventKind.TEAM_RELEASED)]).sent_home == frozenset()
    assert duties_of([ASSIGNED, by_hand, incident_event("A4/1", EventKind.REOPENED, 990.0)]) == TeamDuties()


def test_that_nobody_is_free_is_known_until_somebody_is_assigned() -> None:
    nobody = team_event(EventKind.TEAM_UNAVAILABLE, time_s=600.0)
    assert duties_of([nobody]).lacking == {("A4/1", TRAFFIC)}
    assert duties_of([nobody, ASSIGNED]).lacking == frozenset()


def test_events_of_no_team_change_nothing() -> None:
    assert duties_of([incident_event("A4/1", EventKind.OPENED, 600.0)]) == TeamDuties()
