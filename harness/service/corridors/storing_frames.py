"""A frame stored with its events, whatever the store refuses: a frame is never lost because of an event."""

from collections.abc import Sequence

from structlog.typing import FilteringBoundLogger

from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.store.event_store import EventStore
from scenarios.errors import MachineError, UserError
from simulator.frame import LoopFrame


def commit(
    store: EventStore,
    corridor: str,
    frame: LoopFrame,
    events: Sequence[Event],
    state: bytes | None,
    log: FilteringBoundLogger,
) -> list[StoredEvent]:
    """Store a frame, its events and a state; return the events that are new.

    Where the store refuses the events together, each is stored by itself, and those that it refuses alone are logged. Where it
    does not answer and keeps nothing until it does, the frame is lost, which is logged too.
    """
    try:
        return store.commit_frame(corridor, frame, events, state)
    except UserError as error:
        log.error("the store refuses a frame's events", time_s=frame.time_s, error=str(error))
    except MachineError as error:
        log.error("a frame is not stored", time_s=frame.time_s, error=str(error))
        return []
    stored: list[StoredEvent] = []
    for event in events:
        try:
            stored += store.append((event,))
        except (UserError, MachineError) as error:
            log.error("an event is not stored", key=event.key, error=str(error))
    try:
        store.commit_frame(corridor, frame, (), state)
    except (UserError, MachineError) as error:
        log.error("a frame is not stored", time_s=frame.time_s, error=str(error))
    return stored
