"""Changes of incidents by people, as events: who, when, with which note, at which version."""

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import uuid4

from fastapi import HTTPException

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.incidents.life_cycle import allowed
from harness.service.incidents.undo import undo
from harness.service.store.event_store import VersionConflictError
from harness.service.web.access_tokens import LONGEST_NAME, Person
from harness.service.web.api_models import Change, KnownIncident, MassAcknowledgement
from harness.service.web.web_context import WebContext
from scenarios.errors import UserError


class ChangeName(StrEnum):
    """What a person does, as the last part of the address."""

    ACKNOWLEDGE = "acknowledge"
    INVESTIGATE = "investigate"
    NOTE = "note"
    RESOLVE = "resolve"
    FALSE_ALARM = "false-alarm"
    DUPLICATE = "duplicate"
    PLANNED = "planned"
    TEST = "test"
    REOPEN = "reopen"
    UNDO = "undo"


CHANGES = {
    ChangeName.ACKNOWLEDGE: EventKind.ACKNOWLEDGED,
    ChangeName.INVESTIGATE: EventKind.INVESTIGATING,
    ChangeName.NOTE: EventKind.NOTE,
    ChangeName.RESOLVE: EventKind.RESOLVED,
    ChangeName.FALSE_ALARM: EventKind.FALSE_ALARM,
    ChangeName.DUPLICATE: EventKind.DUPLICATE,
    ChangeName.PLANNED: EventKind.PLANNED,
    ChangeName.TEST: EventKind.TEST,
    ChangeName.REOPEN: EventKind.REOPENED,
    ChangeName.UNDO: EventKind.UNDONE,
}
"""The event that each change is."""


def change(context: WebContext, incident: Incident, name: ChangeName, asked: Change, person: Person) -> Incident:
    """Store a change, tell everybody, and return the incident after it.

    Raises VersionConflictError where somebody else was quicker or the state does not allow it, HTTPException for what the
    request lacks, MachineError.
    """
    store, kind = context.view.store, CHANGES[name]
    if kind is EventKind.NOTE and not asked.note:
        raise HTTPException(422, "note: wanted a text")
    if kind is EventKind.DUPLICATE and (
        asked.duplicate_of in ("", incident.id) or not store.incident(asked.duplicate_of)
    ):
        raise HTTPException(422, "duplicate_of: wanted the id of another incident")
    if asked.version == incident.version and kind not in (*allowed(incident), EventKind.UNDONE):
        raise VersionConflictError(incident, ())
    data: Mapping[str, Any] = {"duplicate_of": asked.duplicate_of} if kind is EventKind.DUPLICATE else {}
    if kind is EventKind.UNDONE and asked.version == incident.version:
        try:
            data = undo(store.timeline(incident.id), time.time())
        except UserError as error:
            raise HTTPException(422, f"undo: {error}") from None
    # The corridor's clock, which goes on while an incident does not change.
    time_s = max(incident.changed_s, store.last_frame_s(incident.corridor) or incident.changed_s)
    event = Event(
        key=f"person {uuid4().hex}",
        corridor=incident.corridor,
        time_s=time_s,
        kind=kind,
        incident=incident.id,
        actor=actor(person, asked.by),
        note=asked.note,
        data=data,
    )
    try:
        context.tell(store.append([event], asked.version))
    except UserError as error:  # another change came between our look and the store's
        now = store.incident(incident.id)
        if now is None:
            raise HTTPException(404, "no such incident") from error
        raise VersionConflictError(now, ()) from error
    return store.incident(incident.id) or incident


def acknowledge_all(
    context: WebContext, asked: MassAcknowledgement, person: Person
) -> tuple[list[Incident], list[tuple[KnownIncident, str, Incident | None]]]:
    """Acknowledge each; return those that are, and those that are not with the reason and what they are now."""
    done: list[Incident] = []
    refused: list[tuple[KnownIncident, str, Incident | None]] = []
    for each in asked.incidents:
        incident = context.view.store.incident(each.id)
        if incident is None:
            refused.append((each, "no such incident", None))
            continue
        wanted = Change(version=each.version, note=asked.note, by=asked.by)
        try:
            done.append(change(context, incident, ChangeName.ACKNOWLEDGE, wanted, person))
        except VersionConflictError as error:
            now = error.incident
            refused.append((each, f"it is {now.state} at version {now.version}", now))
    return done, refused


def actor(person: Person, by: str) -> str:
    """Return the name that stands in the timeline: the token's, or what the person says where no token is needed."""
    return person.name if person.signed_in else (" ".join(by.split())[:LONGEST_NAME] or person.name)
