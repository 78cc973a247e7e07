"""Undo of the last change of a person, within a minute: what stands again is what there would be without that change.

    undone = undo(timeline, wall_s)      # the data of an UNDONE event, itself an event like any other

Conventions: the minute is one of wall time, also where traffic is played faster: it is a person's slip that is mended. Notes,
and what frames, timers and teams bring, are no changes; they stay. One undo is not undone, and what was undone is not undone again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import EventKind, StoredEvent
from harness.service.incidents.life_cycle import FROM_CLOCK, FROM_FRAMES, FROM_TEAMS, TRANSITIONS, apply
from scenarios.errors import UserError

UNDO_WITHIN_S = 60.0
"""Wall time in which a change may be undone, s. Chosen: longer, and others have acted upon it."""
_NO_CHANGE = (*FROM_FRAMES, *FROM_CLOCK, *FROM_TEAMS, EventKind.NOTE)


def undo(timeline: Sequence[StoredEvent], wall_s: float) -> Mapping[str, Any]:
    """Return the data of the event that undoes the last change in a timeline. Raises UserError where there is none, or too late."""
    changes = [each for each in timeline if each.event.kind not in _NO_CHANGE]
    if not changes:
        raise UserError("there is no change to undo")
    last = changes[-1]
    if last.event.kind is EventKind.UNDONE:
        raise UserError(f"the last change was undone by {last.event.actor}; there is nothing more to undo")
    age_s = wall_s - last.wall_s
    if age_s > UNDO_WITHIN_S:
        raise UserError(
            f"{last.event.kind.value} by {last.event.actor} is {age_s:.0f} s old: wanted at most {UNDO_WITHIN_S:.0f} s "
            "(change it otherwise, or reopen the incident)"
        )
    before = _without(timeline, last)
    return {
        "undoes": last.event.key,
        "kind": last.event.kind.value,
        "state": before.state.value,
        "acknowledged_by": before.acknowledged_by,
        "closed_s": before.closed_s,
        "duplicate_of": before.duplicate_of,
    }


def _without(timeline: Sequence[StoredEvent], left_out: StoredEvent) -> Incident:
    """Return what the timeline makes of the incident without one event; what is not possible without it is left out too."""
    incident = apply(None, timeline[0].event)
    for each in timeline[1:]:
        if each is not left_out and each.event.kind in TRANSITIONS[incident.state]:
            incident = apply(incident, each.event)
    return incident
