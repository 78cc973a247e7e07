from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.incidents.incident import Incident, State
from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from harness.service.incidents.life_cycle import TRANSITIONS, apply
from harness.service.incidents.undo import UNDO_WITHIN_S, undo
from scenarios.errors import UserError
from tests.harness.service.incidents.made_incidents import OPENED, event

PERSONAL = [
    EventKind.ACKNOWLEDGED,
    EventKind.INVESTIGATING,
    EventKind.RESOLVED,
    EventKind.FALSE_ALARM,
    EventKind.REOPENED,
]
OTHER = [EventKind.NOTE, EventKind.CHANGED, EventKind.CLEARED, EventKind.RETURNED]


def timeline_of(*kinds: EventKind) -> list[StoredEvent]:
    """A timeline of events ten wall seconds apart, the first at 0; what the table refuses is left out."""
    stored = [StoredEvent(1, 0.0, event(EventKind.OPENED, 600.0, **OPENED))]
    for kind in kinds:
        if kind in TRANSITIONS[made_of(stored).state]:
            number = len(stored) + 1
            told = replace(event(kind, 600.0 + 30.0 * number), key=f"event {number}")
            stored.append(StoredEvent(number, 10.0 * (number - 1), told))
    return stored


def made_of(timeline: list[StoredEvent]) -> Incident:
    incident = apply(None, timeline[0].event)
    for each in timeline[1:]:
        incident = apply(incident, each.event)
    return incident


def undone(timeline: list[StoredEvent], wall_s: float | None = None) -> list[StoredEvent]:
    """The timeline with its last change undone."""
    data = undo(timeline, timeline[-1].wall_s if wall_s is None else wall_s)
    told = Event("undo", "road", 9999.0, EventKind.UNDONE, "road/1", "lee", data=data)
    return [*timeline, StoredEvent(len(timeline) + 1, timeline[-1].wall_s + 1.0, told)]


def test_a_resolved_incident_is_acknowledged_again_by_whom_it_was() -> None:
    incident = made_of(undone(timeline_of(EventKind.ACKNOWLEDGED, EventKind.RESOLVED)))
    assert (incident.state, incident.acknowledged_by, incident.closed_s) == (State.ACKNOWLEDGED, "kim", None)


def test_what_frames_brought_since_then_stays() -> None:
    incident = made_of(undone(timeline_of(EventKind.FALSE_ALARM, EventKind.CLEARED)))
    assert (incident.state, incident.cleared_s) == (State.CLEARED, 690.0)


@pytest.mark.parametrize(("late_s", "possible"), [(UNDO_WITHIN_S, True), (UNDO_WITHIN_S + 0.1, False)])
def test_after_a_minute_it_is_refused(late_s: float, possible: bool) -> None:
    timeline = timeline_of(EventKind.RESOLVED)
    if possible:
        assert made_of(undone(timeline, 10.0 + late_s)).state is State.ACTIVE
    else:
        with pytest.raises(UserError, match="resolved by kim is 60 s old: wanted at most 60 s"):
            undo(timeline, 10.0 + late_s)


def test_an_undo_is_not_undone() -> None:
    with pytest.raises(UserError, match="was undone by lee"):
        undo(undone(timeline_of(EventKind.RESOLVED)), 20.0)


def test_without_a_change_there_is_nothing_to_undo() -> None:
    with pytest.raises(UserError, match="no change to undo"):
        undo(timeline_of(EventKind.NOTE, EventKind.CHANGED), 20.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PERSONAL + OTHER), max_size=8), st.sampled_from(PERSONAL))
def test_an_undo_at_once_brings_back_the_incident_but_for_its_version(kinds: list[EventKind], last: EventKind) -> None:
    before = timeline_of(*kinds)
    after = timeline_of(*kinds, last)
    if len(after) == len(before):
        return
    one, other = made_of(before), made_of(undone(after))
    assert replace(other, version=one.version, changed_s=one.changed_s) == replace(one, tail_m=other.tail_m)
    assert all(later.number == earlier.number + 1 for earlier, later in pairwise(undone(after)))
