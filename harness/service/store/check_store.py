"""Whether a store holds what it should: events without gaps, incidents that are what their events make of them, nothing damaged.

A service may write meanwhile: what looks wrong is looked at again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import StoredEvent
from harness.service.incidents.life_cycle import apply
from harness.service.store.event_store import EventStore
from harness.service.store.incident_json import incident_text
from harness.service.store.sql_store import SqlStore
from scenarios.errors import MachineError, UserError

AT_ONCE = 1000
"""Events read in one query. Chosen: half a megabyte."""
LOOKS = 3
"""Looks at an incident that a running service may change between two of them. Chosen."""


@dataclass(frozen=True, slots=True)
class StoreReport:
    """How many events, incidents and frames there are, and what is wrong with them, a line each."""

    events: int
    incidents: int
    frames: int
    problems: tuple[str, ...]


def check_store(store: SqlStore) -> StoreReport:
    """Read all of a store and return what is wrong. Raises MachineError where the database does not answer."""
    made: dict[str, Incident] = {}
    problems, expected, counter = [], 1, store.last_number()
    for stored in all_events(store):
        if stored.number != expected:
            problems.append(f"event {stored.number} follows event {expected - 1}")
        expected = stored.number + 1
        problems += _follow(made, stored)
    if not counter < expected <= store.last_number() + 1:
        problems.append(f"the counter of events stands at {store.last_number()}, the last event is {expected - 1}")
    stored_incidents = store.incident_ids()
    problems += [
        f"incident {name} has no events" for name in stored_incidents if name not in made and not store.timeline(name)
    ]
    problems += [line for incident in made.values() for line in _compare(store, incident)]
    frames = 0
    for corridor in store.corridors_with_frames():
        found, wrong = _check_corridor(store, corridor)
        frames += found
        problems += wrong
    return StoreReport(expected - 1, len(stored_incidents), frames, tuple(problems))


def all_events(store: EventStore) -> Iterator[StoredEvent]:
    """Yield all events in order."""
    number = 0
    while found := store.events_after(number, AT_ONCE):
        yield from found
        number = found[-1].number


def _follow(made: dict[str, Incident], stored: StoredEvent) -> list[str]:
    name = stored.event.incident
    if not name:
        return []
    try:
        made[name] = apply(made.get(name), stored.event)
    except (UserError, ValueError, KeyError, TypeError) as error:
        return [f"event {stored.number} of incident {name} does not fit: {error}"]
    return []


def _compare(store: SqlStore, made: Incident) -> list[str]:
    for _ in range(LOOKS):
        try:
            kept = store.incident(made.id)
        except MachineError as error:
            return [f"incident {made.id}: {error}"]
        if kept is None:
            return [f"incident {made.id} has events but is not there"]
        if incident_text(kept) == incident_text(made):
            return []
        made = reduce(apply, (each.event for each in store.timeline(made.id)), None) or made
    return [f"incident {made.id} is not what its {made.version} events make of it"]


def _check_corridor(store: SqlStore, corridor: str) -> tuple[int, list[str]]:
    count, problems, last_s = 0, [], None
    try:
        for frame in store.frames(corridor):
            count, last_s = count + 1, frame.time_s
        checkpoint = store.checkpoint(corridor)
        if checkpoint is not None and (last_s is None or checkpoint.time_s > last_s):
            problems.append(
                f"corridor {corridor!r}: the checkpoint of {checkpoint.time_s:g} s is later than its last frame"
            )
        for _ in store.journaled(corridor):
            pass
    except MachineError as error:
        problems.append(f"corridor {corridor!r}: {error}")
    return count, problems
