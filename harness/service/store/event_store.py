"""What the service asks of its store: one protocol, so that corridors and pages need not know the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.sources.reading import ReadingBatch
from harness.service.store.lease import Lease
from harness.service.store.store_state import StoreState
from scenarios.corridor import Corridor
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
        self,
        corridor: str,
        frame: LoopFrame,
        events: Sequence[Event],
        checkpoint: bytes | None = None,
        lease: Lease | None = None,
    ) -> list[StoredEvent]:
        """Store a frame, its events and, given one, a checkpoint, in one transaction; return the events that are new.

        Incidents follow their events. Events whose key is stored and a frame that is stored are left as they are. Given a `lease`,
        raises LeaseLostError, and stores nothing, where another worker has taken it.
        """
        ...

    def append(
        self, events: Sequence[Event], version: int | None = None, lease: Lease | None = None
    ) -> list[StoredEvent]:
        """Store events that no frame brought (a person's; a corridor's), in one transaction; return those that are new.

        Given a `version`, raises VersionConflictError where the incident of the first event is not at it. Raises UserError for an
        incident that does not exist or a transition that is not allowed. Events that are stored already are no conflict.
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
        """Drop batches whose stamps, as the source gave them, are all `until_s` or earlier.

        Where stamps are the start of an interval, a corridor whose frames are stored until t passes t less its period.
        """
        ...

    def thin(self, corridor: str, before_s: float, every: int = 10) -> int:
        """Drop frames that end before `before_s`, but every `every`-th (0: all) and those after the last checkpoint.

        Returns how many went. Thinning again drops no more of the same frames.
        """
        ...

    def keep_corridor(self, corridor: Corridor) -> None:
        """Keep the stations of a corridor beside its frames, in the place of those known by its name."""
        ...

    def corridors(self) -> Mapping[str, Corridor]:
        """Return the corridors that were kept, by name."""
        ...

    def state(self) -> StoreState:
        """Return how the store is: all in the database, or some of it in a spool until the database answers again."""
        ...

    def close(self) -> None:
        """Let the database go."""
        ...
