"""Events in the database: numbered without gaps, each stored once, their incidents following in the same transaction.

Whoever stores events locks the counter's row first (on SQLite: is the only writer) and holds it until its transaction ends. So
numbers become visible in order, also with several writers, and a reader that asks for what comes after n misses none.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from harness.service.incidents.incident import CLOSED, Incident
from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from harness.service.incidents.incident_values import as_json
from harness.service.incidents.life_cycle import apply
from harness.service.store.event_store import VersionConflictError
from harness.service.store.incident_json import incident_of, incident_text
from harness.service.store.storable import check_event
from harness.service.store.tables import counters, events, incidents
from scenarios.errors import UserError

KEYS_AT_ONCE = 500
"""Keys asked for in one statement. Chosen: SQLite took no more than 999 values for long."""


def store_events(
    connection: Connection, given: Sequence[Event], wall_s: float, version: int | None
) -> list[StoredEvent]:
    """Store those events that are not stored yet, and what they make of their incidents; return them.

    Raises UserError for a transition that is not allowed, VersionConflictError where the incident of the first is not at `version`.
    """
    if not given:
        return []
    for event in given:
        check_event(event)
    last = last_number(connection, lock=True)
    known = _known_keys(connection, [event.key for event in given])
    fresh: dict[str, Event] = {}
    for event in given:
        if event.key not in known:
            fresh.setdefault(event.key, as_stored(event))
    if not fresh:
        return []
    if version is not None:
        _check_version(connection, given[0].incident, version)
    stored = [StoredEvent(last + number, wall_s, event) for number, event in enumerate(fresh.values(), start=1)]
    _follow(connection, stored)
    connection.execute(insert(events), [_row(each) for each in stored])
    connection.execute(update(counters).where(counters.c.name == "events").values(value=stored[-1].number))
    return stored


def last_number(connection: Connection, lock: bool = False) -> int:
    """Return the number of the last event, 0 where there is none; `lock`: nobody else stores one until the transaction ends."""
    wanted = select(counters.c.value).where(counters.c.name == "events")
    found: int = connection.execute(wanted.with_for_update() if lock else wanted).scalar_one()
    return found


def stored_events(rows: Iterable[Row[Any]]) -> list[StoredEvent]:
    """Return the events of rows of the table."""
    return [
        StoredEvent(
            row.number,
            row.wall_s,
            Event(
                key=row.key,
                corridor=row.corridor,
                time_s=row.time_s,
                kind=EventKind(row.kind),
                incident=row.incident,
                actor=row.actor,
                note=row.note,
                data=json.loads(row.data),
            ),
        )
        for row in rows
    ]


def read_incident(connection: Connection, incident: str) -> Incident | None:
    """Return an incident by its id."""
    body = connection.execute(select(incidents.c.body).where(incidents.c.id == incident)).scalar_one_or_none()
    return None if body is None else incident_of(body)


def incident_events(connection: Connection, incident: str) -> list[StoredEvent]:
    """Return the events of an incident, in order."""
    return stored_events(
        connection.execute(select(events).where(events.c.incident == incident).order_by(events.c.number))
    )


def _known_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    parts = [keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE)]
    return {
        key
        for part in parts
        for key in connection.execute(select(events.c.key).where(events.c.key.in_(part))).scalars()
    }


def _check_version(connection: Connection, incident: str, version: int) -> None:
    now = read_incident(connection, incident)
    if now is None:
        raise UserError(f"{incident or 'an incident without id'} does not exist")
    if now.version != version:
        raise VersionConflictError(now, incident_events(connection, incident)[max(version, 0) :])


def _follow(connection: Connection, stored: Sequence[StoredEvent]) -> None:
    """Write what the events make of their incidents; the caller holds the lock, so nobody else changes them."""
    before: dict[str, Incident | None] = {}
    after: dict[str, Incident] = {}
    opened: dict[str, int] = {}
    for each in stored:
        name = each.event.incident
        if not name:
            continue
        if name not in before:
            before[name] = read_incident(connection, name)
            opened[name] = each.number
        after[name] = apply(after.get(name, before[name]), each.event)
    for name, incident in after.items():
        values = {"version": incident.version, "is_open": incident.state not in CLOSED, "body": incident_text(incident)}
        if before[name] is not None:
            connection.execute(update(incidents).where(incidents.c.id == name).values(**values))
            continue
        fixed = {
            "id": name,
            "corridor": incident.corridor,
            "opened_s": incident.opened_s,
            "opened_number": opened[name],
        }
        connection.execute(insert(incidents).values(**fixed, **values))


def as_stored(event: Event) -> Event:
    """Return the event as it will be read from the store, its data in JSON's types."""
    return replace(event, time_s=float(event.time_s), data=as_json(event.data))


def _row(stored: StoredEvent) -> dict[str, Any]:
    event = stored.event
    return {
        "number": stored.number,
        "key": event.key,
        "corridor": event.corridor,
        "incident": event.incident,
        "time_s": event.time_s,
        "wall_s": stored.wall_s,
        "kind": event.kind.value,
        "actor": event.actor,
        "note": event.note,
        "data": json.dumps(event.data, allow_nan=False, separators=(",", ":")),
    }
