"""What the service asks of its store: one protocol, so that corridors and pages need not know the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.sources.reading import ReadingBatch
from simulator.frame import LoopFrame


class VersionConflictError(Exception):
    """Somebody else changed the incident first; `incident` is what it is now, `events` are those since the version known."""

    def __init__(self, incident: Incident, events: Sequence[StoredEvent]) -> None:
        super().__init__(f"{incident.id} is at version {incident.version}")
        self.incident, self.events = incident, tuple(events)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A corridor's detectors and incidents after the frame that ended at `time_s`, as the corridor packs them."""

    time_s: float
    state: bytes


class EventStore(Protocol):
    """Keeps what the service must know again after it was killed. All methods may be called from any thread.

    Raises MachineError where the database does not answer.
    """

    def commit_frame(
        self, corridor: str, frame: LoopFrame, events: Sequence[Event], checkpoint: bytes | None = None
    ) -> list[StoredEvent]:
        """Store a frame, its events and, given one, a checkpoint, in one transaction; return the events that are new.

        Incidents follow their events. Events whose key is stored and a frame that is stored are left as they are.
        """
        ...

    def append(self, events: Sequence[Event], version: int | None = None) -> list[StoredEvent]:
        """Store events that no frame brought (a person's; a corridor's), in one transaction; return those that are new.

        Given a `version`, raises VersionConflictError where the incident of the first event is not at it. Raises UserError for an
        incident that does not exist or a transition that is not allowed.
        """
        ...

    def events_after(self, number: int, limit: int = 1000) -> list[StoredEvent]:
        """Return up to `limit` events after the one with this number, in order."""
        ...

    def last_number(self) -> int:
        """Return the number of the last event, 0 where there is none."""
        ...

    def incident(self, incident: str) -> Incident | None:
        """Return an incident by its id."""
        ...

    def incidents(self, corridor: str | None = None, open_only: bool = False, limit: int = 200) -> list[Incident]:
        """Return incidents, those opened last first."""
        ...

    def timeline(self, incident: str) -> list[StoredEvent]:
        """Return the events of an incident, in order."""
        ...

    def frames(self, corridor: str, after_s: float | None = None, until_s: float | None = None) -> Iterator[LoopFrame]:
        """Yield stored frames that end later than `after_s` and not later than `until_s`, in order."""
        ...

    def last_frame_s(self, corridor: str) -> float | None:
        """Return the end of the last stored frame."""
        ...

    def checkpoint(self, corridor: str) -> Checkpoint | None:
        """Return the last checkpoint of a corridor."""
        ...

    def journal(self, batch: ReadingBatch) -> int:
        """Keep a pushed batch until its frames are stored; return its number. Returns when it is safe against a crash."""
        ...

    def journaled(self, corridor: str) -> Iterator[ReadingBatch]:
        """Yield the batches of a corridor that are kept, in the order in which they came."""
        ...

    def forget_journal(self, corridor: str, until_s: float) -> None:
        """Drop batches whose readings all belong to frames that end at `until_s` or before."""
        ...

    def thin(self, corridor: str, before_s: float, every: int = 10) -> int:
        """Drop frames that end before `before_s`, but every `every`-th; return how many went."""
        ...

    def close(self) -> None:
        """Let the database go."""
        ...
