"""What a process remembers of its store, so that pages are answered while the database does not answer.

It holds the last events, all open incidents and the last ones, and per corridor the last frames, the end of the last one and the
last checkpoint. What is asked for beyond that raises MachineError: nothing is answered in part as if it were all.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from math import inf

from harness.service.incidents.incident import CLOSED, Incident
from harness.service.incidents.incident_event import SERVICE, Event, EventKind, StoredEvent
from harness.service.incidents.life_cycle import apply
from harness.service.store.event_store import Checkpoint, EventStore
from scenarios.errors import MachineError
from simulator.frame import LoopFrame

EVENTS_KEPT = 5000
"""Events remembered. Chosen: a busy day of a district, 5 MB; with fewer, pages that were away longer get no answer."""
INCIDENTS_KEPT = 1000
"""Incidents remembered, beside all open ones. Chosen: more than a page lists."""
FRAMES_KEPT = 60
"""Frames remembered of each corridor. Chosen: half an hour; 4,000 stations of 4 lanes make 23 MB of them."""


@dataclass(slots=True)
class _CorridorMemory:
    frames: deque[LoopFrame] = field(default_factory=deque)
    complete_after_s: float | None = None
    """All frames that end later than this are in `frames`."""
    last_s: float | None = None
    checkpoint: Checkpoint | None = None


class StoreMemory:
    """What is remembered. One thread at a time may use it."""

    def __init__(self) -> None:
        self.last_number = 0
        self._events: deque[StoredEvent] = deque()
        self._keys: set[str] = set()
        self._incidents: dict[str, Incident] = {}
        self._most_incidents = 2 * INCIDENTS_KEPT
        self._corridors: dict[str, _CorridorMemory] = {}

    def load(self, store: EventStore) -> None:
        """Remember the store's last events and incidents instead of those known before. Raises MachineError."""
        last = store.last_number()
        events = store.events_after(max(0, last - EVENTS_KEPT), EVENTS_KEPT + 1000)
        incidents = [
            *store.incidents(open_only=True, limit=10 * INCIDENTS_KEPT),
            *store.incidents(limit=INCIDENTS_KEPT),
        ]
        self._events, self._keys = deque(), set()
        self._incidents = {each.id: each for each in incidents}
        self._forget_incidents()
        self.last_number = max(0, last - EVENTS_KEPT)
        self.add_events(events)

    def add_events(self, events: Iterable[StoredEvent]) -> None:
        """Remember events; those with a number that is known are left out, and those before a gap are forgotten."""
        for each in events:
            if each.number <= self.last_number:
                continue
            if each.number != self.last_number + 1:
                self._events.clear()
                self._keys.clear()
            self._events.append(each)
            self._keys.add(each.event.key)
            self.last_number = each.number
        while len(self._events) > EVENTS_KEPT:
            self._keys.discard(self._events.popleft().event.key)

    def put_incident(self, incident: Incident) -> None:
        """Remember an incident, unless a later version is known."""
        known = self._incidents.get(incident.id)
        if known is None or known.version <= incident.version:
            self._incidents[incident.id] = incident
        if len(self._incidents) > self._most_incidents:
            self._forget_incidents()

    def followed(self, events: Iterable[Event]) -> list[Incident]:
        """Return what events make of their incidents, without remembering it; what the service says of unknown ones is left out.

        Raises UserError as the store does, MachineError for what a person did to an incident that is not remembered.
        """
        after: dict[str, Incident] = {}
        for event in events:
            known = after.get(event.incident) or self._incidents.get(event.incident)
            if event.incident and known is None and event.kind is not EventKind.OPENED:
                if event.actor != SERVICE:
                    self.incident(event.incident)  # raises
                continue
            if event.incident:
                after[event.incident] = apply(known, event)
        return list(after.values())

    def numbers(self, after: int) -> dict[str, int]:
        """Return the numbers of remembered events after a number, by key."""
        return {each.event.key: each.number for each in self._events if each.number > after}

    def knows(self, key: str) -> bool:
        """Return whether an event of this key is remembered."""
        return key in self._keys

    def add_frame(self, corridor: str, frame: LoopFrame, checkpoint: bytes | None) -> None:
        """Remember a frame that is stored or waits to be, and the checkpoint that came with it."""
        memory = self._corridors.setdefault(corridor, _CorridorMemory())
        if memory.last_s is None or frame.time_s > memory.last_s:
            if not memory.frames:
                memory.complete_after_s = memory.last_s if memory.last_s is not None else frame.time_s
            memory.frames.append(frame)
            memory.last_s = frame.time_s
            if len(memory.frames) > FRAMES_KEPT:
                memory.complete_after_s = memory.frames.popleft().time_s
        if checkpoint is not None and (memory.checkpoint is None or memory.checkpoint.time_s <= frame.time_s):
            memory.checkpoint = Checkpoint(frame.time_s, checkpoint)

    def see_last_frame(self, corridor: str, last_s: float | None) -> None:
        """Remember what the store said of a corridor's last frame."""
        memory = self._corridors.setdefault(corridor, _CorridorMemory())
        if last_s is not None and (memory.last_s is None or last_s > memory.last_s):
            memory.last_s = last_s

    def see_checkpoint(self, corridor: str, checkpoint: Checkpoint | None) -> None:
        """Remember what the store said of a corridor's checkpoint."""
        memory = self._corridors.setdefault(corridor, _CorridorMemory())
        if checkpoint is not None and (memory.checkpoint is None or checkpoint.time_s > memory.checkpoint.time_s):
            memory.checkpoint = checkpoint

    def events_after(self, number: int, limit: int) -> list[StoredEvent]:
        """Return events as the store does. Raises MachineError for those before what is remembered."""
        if number < self.last_number - len(self._events):
            raise MachineError(f"the events after {number} are in the database, which does not answer")
        start = max(0, len(self._events) - (self.last_number - number))
        return list(islice(self._events, start, start + limit)) if number < self.last_number else []

    def incident(self, incident: str) -> Incident:
        """Return an incident. Raises MachineError for one that is not remembered: it may be in the database."""
        known = self._incidents.get(incident)
        if known is None:
            raise MachineError(f"incident {incident!r} is not known here, and the database does not answer")
        return known

    def incidents(self, corridor: str | None, open_only: bool, limit: int) -> list[Incident]:
        """Return incidents as the store does: all open ones, and of the closed ones those that are remembered."""
        order = {each.event.incident: each.number for each in self._events if each.event.kind is EventKind.OPENED}
        found = [
            each
            for each in self._incidents.values()
            if corridor in (None, each.corridor) and not (open_only and each.state in CLOSED)
        ]
        return sorted(found, key=lambda each: (each.opened_s, order.get(each.id, 0)), reverse=True)[:limit]

    def timeline(self, incident: str) -> list[StoredEvent]:
        """Return the events of an incident. Raises MachineError where not all are remembered."""
        found = [each for each in self._events if each.event.incident == incident]
        if len(found) != self.incident(incident).version:
            raise MachineError(f"the first events of incident {incident} are in the database, which does not answer")
        return found

    def events_since(self, incident: Incident, version: int) -> list[StoredEvent]:
        """Return the events of an incident since a version, as far as they are remembered."""
        found = [each for each in self._events if each.event.incident == incident.id]
        return found[max(0, len(found) - max(0, incident.version - version)) :]

    def frames(self, corridor: str, after_s: float | None, until_s: float | None) -> Iterator[LoopFrame]:
        """Return frames as the store does. Raises MachineError where earlier ones than are remembered are asked for."""
        memory = self._corridors.get(corridor)
        if memory is None or not memory.frames or memory.complete_after_s is None:
            raise MachineError(f"the frames of {corridor} are in the database, which does not answer")
        if after_s is None or after_s < memory.complete_after_s:
            raise MachineError(
                f"frames of {corridor} up to {memory.complete_after_s:g} s are in the database, which does not answer"
            )
        until_s = inf if until_s is None else until_s
        return iter([each for each in memory.frames if after_s < each.time_s <= until_s])

    def last_frame_s(self, corridor: str) -> float | None:
        """Return the end of the last frame. Raises MachineError where it is not remembered."""
        return self._corridor(corridor, "frames").last_s

    def checkpoint(self, corridor: str) -> Checkpoint | None:
        """Return the last checkpoint. Raises MachineError where it is not remembered."""
        return self._corridor(corridor, "checkpoint").checkpoint

    def _forget_incidents(self) -> None:
        """Forget closed incidents but the INCIDENTS_KEPT opened last; look again when so many more are known."""
        closed = sorted(
            (each for each in self._incidents.values() if each.state in CLOSED), key=lambda each: each.opened_s
        )
        for each in closed[:-INCIDENTS_KEPT]:
            del self._incidents[each.id]
        self._most_incidents = len(self._incidents) + INCIDENTS_KEPT

    def _corridor(self, corridor: str, what: str) -> _CorridorMemory:
        if corridor not in self._corridors:
            raise MachineError(f"the {what} of {corridor} are in the database, which does not answer")
        return self._corridors[corridor]
