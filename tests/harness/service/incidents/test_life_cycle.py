"""The life of an incident."""

from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.incidents.incident import CLOSED, Incident, IncidentKind, Severity, State
from harness.service.incidents.incident_event import EventKind
from harness.service.incidents.life_cycle import FROM_CLOCK, FROM_FRAMES, FROM_TEAMS, TRANSITIONS, allowed, apply
from scenarios.errors import UserError
from tests.harness.service.incidents.made_incidents import OPENED, after, event

CLOSING = [EventKind(state.value) for state in sorted(CLOSED)]
OF_INCIDENTS = [kind for kind in EventKind if kind in {kind for table in TRANSITIONS.values() for kind in table}]


def test_an_opened_incident_is_active_and_has_the_values_of_its_event() -> None:
    incident = after()
    assert (incident.state, incident.version, incident.opened_s) == (State.ACTIVE, 1, 600.0)
    assert (incident.kind, incident.severity) == (IncidentKind.LANES_BLOCKED, Severity.MEDIUM)
    assert (incident.lanes, incident.sections, incident.queue_veh) == ((1,), (3,), 12.0)
    assert isnan(incident.tail_m)


def test_people_take_it_from_active_to_resolved() -> None:
    incident = after(EventKind.ACKNOWLEDGED, EventKind.INVESTIGATING, EventKind.RESOLVED)
    assert (incident.state, incident.version, incident.acknowledged_by) == (State.RESOLVED, 4, "kim")
    assert incident.closed_s == 780.0


def test_the_first_to_take_it_stays_the_one_who_acknowledged_it() -> None:
    taken = after(EventKind.ACKNOWLEDGED)
    assert apply(taken, replace(event(EventKind.INVESTIGATING), actor="lee")).acknowledged_by == "kim"


def test_what_is_not_allowed_names_the_state_and_what_is() -> None:
    with pytest.raises(
        UserError, match=r"road/1 is resolved: acknowledged is not possible; wanted one of note, reopened"
    ):
        apply(after(EventKind.RESOLVED), event(EventKind.ACKNOWLEDGED))


def test_an_incident_acknowledged_twice_is_refused() -> None:
    with pytest.raises(UserError, match="is acknowledged: acknowledged is not possible"):
        after(EventKind.ACKNOWLEDGED, EventKind.ACKNOWLEDGED)


@pytest.mark.parametrize("kind", [kind for kind in OF_INCIDENTS if kind is not EventKind.OPENED])
def test_nothing_but_opened_makes_an_incident(kind: EventKind) -> None:
    with pytest.raises(UserError, match="road/1 does not exist"):
        apply(None, event(kind))


def test_an_open_incident_is_not_opened_again() -> None:
    with pytest.raises(UserError, match="is active: opened is not possible"):
        apply(after(), event(EventKind.OPENED, **OPENED))


@pytest.mark.parametrize("closed", CLOSING)
@pytest.mark.parametrize("kind", FROM_FRAMES)
def test_what_frames_bring_is_noted_on_a_closed_incident_and_it_stays_closed(
    closed: EventKind, kind: EventKind
) -> None:
    before = after(closed)
    noted = apply(before, event(kind, 900.0, queue_veh=40.0))
    assert (noted.state, noted.closed_s) == (before.state, before.closed_s)
    assert (noted.version, noted.queue_veh, noted.changed_s) == (3, 40.0, 900.0)


def test_a_closed_incident_that_is_seen_again_has_no_clearance() -> None:
    assert after(EventKind.RESOLVED, EventKind.CLEARED).cleared_s == 720.0
    assert after(EventKind.RESOLVED, EventKind.CLEARED, EventKind.RETURNED).cleared_s is None


@pytest.mark.parametrize("before", [[], [EventKind.ACKNOWLEDGED]])
def test_one_that_clears_and_returns_is_where_it_was(before: list[EventKind]) -> None:
    cleared = after(*before, EventKind.CLEARED)
    assert cleared.state is State.CLEARED
    assert apply(cleared, event(EventKind.RETURNED)).state is after(*before).state


def test_one_under_investigation_stays_so_when_the_detector_clears_it() -> None:
    incident = after(EventKind.INVESTIGATING, EventKind.CLEARED)
    assert (incident.state, incident.cleared_s) == (State.INVESTIGATING, 720.0)


def test_a_cleared_incident_that_is_acknowledged_stays_cleared() -> None:
    incident = after(EventKind.CLEARED, EventKind.ACKNOWLEDGED)
    assert (incident.state, incident.acknowledged_by) == (State.CLEARED, "kim")


def test_a_reopened_incident_calls_for_everybody() -> None:
    incident = after(EventKind.ACKNOWLEDGED, EventKind.DUPLICATE, EventKind.REOPENED)
    assert (incident.state, incident.acknowledged_by, incident.duplicate_of) == (State.ACTIVE, "", "")
    assert incident.closed_s is None


def test_a_closed_incident_may_be_closed_otherwise() -> None:
    assert after(EventKind.RESOLVED, EventKind.FALSE_ALARM).state is State.FALSE_ALARM


@pytest.mark.parametrize("original", [None, "", "road/1", 7])
def test_a_duplicate_names_another_incident(original: object) -> None:
    with pytest.raises(UserError, match="names another incident in duplicate_of"):
        apply(after(), event(EventKind.DUPLICATE, duplicate_of=original))


def test_a_person_changes_no_value() -> None:
    assert apply(after(), event(EventKind.NOTE, queue_veh=99.0)).queue_veh == 12.0


def test_changed_replaces_the_values_it_carries() -> None:
    changed = apply(after(), event(EventKind.CHANGED, 690.0, severity="high", before={"severity": "medium"}))
    assert (changed.severity, changed.queue_veh, changed.changed_s) == (Severity.HIGH, 12.0, 690.0)


@pytest.mark.parametrize("kind", [EventKind.STATION_SILENT, EventKind.DETECTOR_FAILED, EventKind.CLOCK_JUMPED])
def test_events_of_the_corridor_change_no_incident(kind: EventKind) -> None:
    with pytest.raises(UserError, match="not possible"):
        apply(after(), event(kind))


def stands_again(incident: Incident) -> dict[str, object]:
    """What an undo holds that changes nothing."""
    return {name: getattr(incident, name) for name in ("state", "acknowledged_by", "closed_s")}


@pytest.mark.parametrize("kind", FROM_CLOCK)
def test_what_the_clock_brings_changes_no_state_and_is_refused_where_it_is_closed(kind: EventKind) -> None:
    assert after(kind).state is State.ACTIVE
    with pytest.raises(UserError, match=f"{kind} is not possible"):
        after(EventKind.RESOLVED, kind)


@pytest.mark.parametrize("kind", FROM_TEAMS)
def test_what_becomes_of_teams_changes_no_state_and_is_taken_in_every_one(kind: EventKind) -> None:
    assert (after(kind).state, after(kind).version) == (State.ACTIVE, 2)
    assert after(EventKind.RESOLVED, kind).state is State.RESOLVED


def test_an_undo_that_does_not_say_what_stands_again_is_refused() -> None:
    with pytest.raises(UserError, match="an undo holds what stands again"):
        after(EventKind.ACKNOWLEDGED, EventKind.UNDONE)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(OF_INCIDENTS), max_size=12))
def test_an_event_is_taken_and_counted_or_refused_as_the_table_says(kinds: list[EventKind]) -> None:
    incident = after()
    for kind in kinds:
        told = event(kind, duplicate_of="road/0", **stands_again(incident))
        if kind in TRANSITIONS[incident.state]:
            version = incident.version
            incident = apply(incident, told)
            assert incident.version == version + 1
            assert (incident.closed_s is not None) == (incident.state in CLOSED)
        else:
            with pytest.raises(UserError, match="not possible"):
                apply(incident, told)


@given(st.sampled_from(list(State)))
def test_the_buttons_of_a_state_are_events_of_persons(state: State) -> None:
    incident = replace(after(), state=state)
    others = {*FROM_FRAMES, *FROM_CLOCK, *FROM_TEAMS, EventKind.UNDONE}
    assert set(allowed(incident)) == set(TRANSITIONS[state]) - others
