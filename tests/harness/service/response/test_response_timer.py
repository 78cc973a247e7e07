from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.incidents.incident import Incident, Severity
from harness.service.incidents.incident_event import EventKind
from harness.service.incidents.life_cycle import TRANSITIONS, apply
from harness.service.response.escalation_policy import read_policy
from harness.service.response.response_timer import Clock, Step, Timer, TimerState, timers_after, waits
from tests.harness.service.response.response_cases import incident_event, opened_incident, stored

POLICY = read_policy()
WALL_S = 1_000_000.0


def played(*steps: tuple[EventKind, dict[str, object]], exercise: bool = False) -> tuple[Incident, dict[Step, Timer]]:
    """The incident and its timers after OPENED and further events, 60 s apart; the wall is WALL_S + 60 * the event's place."""
    event = incident_event("A4/1", EventKind.OPENED, 600.0, severity="medium", exercise=exercise)
    incident = apply(None, event)
    timers = timers_after({}, incident, stored(1, WALL_S, event), POLICY)
    for place, (kind, data) in enumerate(steps, start=1):
        event = incident_event("A4/1", kind, 600.0 + 60 * place, **data)
        incident = apply(incident, event)
        timers = timers_after(timers, incident, stored(place + 1, WALL_S + 60 * place, event), POLICY)
    return incident, timers


def test_a_live_incident_is_due_by_the_wall() -> None:
    timers = played()[1]
    assert [(each.clock, each.due_s - WALL_S) for each in timers.values()] == [
        (Clock.WALL, 1800.0),
        (Clock.WALL, 3600.0),
    ]


def test_an_exercise_is_due_by_the_clock_of_its_data() -> None:
    timers = played(exercise=True)[1]
    assert [(each.clock, each.due_s) for each in timers.values()] == [(Clock.DATA, 2400.0), (Clock.DATA, 4200.0)]


@pytest.mark.parametrize(
    "kind", [EventKind.ACKNOWLEDGED, EventKind.INVESTIGATING, EventKind.RESOLVED, EventKind.CLEARED]
)
def test_who_takes_or_ends_it_stops_its_timers(kind: EventKind) -> None:
    assert {each.state for each in played((kind, {}))[1].values()} == {TimerState.OFF}


def test_a_reopened_one_has_its_whole_time_again() -> None:
    timers = played((EventKind.RESOLVED, {}), (EventKind.REOPENED, {}))[1]
    assert timers[Step.RESPOND].due_s == WALL_S + 120 + 1800
    assert timers[Step.RESPOND].armed == 3


def test_a_higher_severity_brings_it_forward_and_a_lower_one_changes_nothing() -> None:
    raised = played((EventKind.CHANGED, {"severity": "critical"}))[1]
    assert raised[Step.RESPOND].due_s == WALL_S + 60 + 300
    lowered = played((EventKind.CHANGED, {"severity": "critical"}), (EventKind.CHANGED, {"severity": "low"}))[1]
    assert lowered == raised


def test_a_higher_severity_never_gives_more_time_than_there_was() -> None:
    notes: list[tuple[EventKind, dict[str, object]]] = [(EventKind.NOTE, {})] * 25
    raised = played(*notes, (EventKind.CHANGED, {"severity": "high"}))[1]
    assert raised[Step.RESPOND].due_s == WALL_S + 1800


def test_what_planned_works_silence_is_not_waited_for() -> None:
    assert {each.state for each in played((EventKind.CHANGED, {"silenced_by": "works"}))[1].values()} == {
        TimerState.OFF
    }


def test_a_low_one_is_never_escalated() -> None:
    event = incident_event("A4/1", EventKind.OPENED, 600.0, severity="low")
    assert list(timers_after({}, opened_incident(severity="low"), stored(1, WALL_S, event), POLICY)) == [Step.RESPOND]


def test_one_that_has_fired_runs_again_for_a_higher_severity_only() -> None:
    incident, timers = played()
    fired = {step: replace(each, state=TimerState.FIRED) for step, each in timers.items()}
    note = incident_event("A4/1", EventKind.NOTE, 900.0)
    assert timers_after(fired, incident, stored(5, WALL_S, note), POLICY) == fired
    higher = replace(incident, severity=Severity.HIGH)
    again = timers_after(fired, higher, stored(6, WALL_S, note), POLICY)
    assert {each.state for each in again.values()} == {TimerState.WAITING}
    assert {each.key for each in again.values()}.isdisjoint(each.key for each in fired.values())


KINDS = [each for each in EventKind if each is not EventKind.UNDONE]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(list(Severity))), max_size=15))
def test_a_timer_waits_only_while_its_incident_does(steps: list[tuple[EventKind, Severity]]) -> None:
    incident, timers = played()
    for number, (kind, severity) in enumerate(steps, start=2):
        if kind not in TRANSITIONS[incident.state]:
            continue
        data = {"duplicate_of": "A4/0"} if kind is EventKind.DUPLICATE else {"severity": severity.value}
        event = incident_event("A4/1", kind, 600.0 + number, **data)
        incident = apply(incident, event)
        timers = timers_after(timers, incident, stored(number, WALL_S + number, event), POLICY)
        if waits(incident):
            assert timers[Step.RESPOND].state is TimerState.WAITING
        else:
            assert {each.state for each in timers.values()} == {TimerState.OFF}
