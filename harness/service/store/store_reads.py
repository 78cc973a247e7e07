"""What is asked of a store, answered by the database, or from memory while it does not answer."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import StoredEvent
from harness.service.sources.reading import ReadingBatch
from harness.service.store.database_errors import NoAnswerError
from harness.service.store.event_store import Checkpoint
from harness.service.store.outage import Outage
from harness.service.store.sql_store import SqlStore
from harness.service.store.store_memory import StoreMemory
from simulator.frame import LoopFrame

Answer = TypeVar("Answer")


class StoreReads:
    """The reading half of a store whose database may not answer. Raises MachineError for what memory does not hold."""

    def __init__(self, store: SqlStore, outage: Outage) -> None:
        self._store, self._outage = store, outage

    def events_after(self, number: int, limit: int = 1000) -> list[StoredEvent]:
        """Return events after a number, in order."""
        return self.ask(
            lambda store: store.events_after(number, limit), lambda memory: memory.events_after(number, limit)
        )

    def last_number(self) -> int:
        """Return the number of the last event."""
        return self.ask(lambda store: store.last_number(), lambda memory: memory.last_number)

    def incident(self, incident: str) -> Incident | None:
        """Return an incident by its id."""
        return self.ask(lambda store: store.incident(incident), lambda memory: memory.incident(incident))

    def incidents(self, corridor: str | None = None, open_only: bool = False, limit: int = 200) -> list[Incident]:
        """Return incidents, those opened last first; without the database all open ones, and the last of the others."""
        return self.ask(
            lambda store: store.incidents(corridor, open_only, limit),
            lambda memory: memory.incidents(corridor, open_only, limit),
        )

    def timeline(self, incident: str) -> list[StoredEvent]:
        """Return the events of an incident, in order."""
        return self.ask(lambda store: store.timeline(incident), lambda memory: memory.timeline(incident))

    def frames(self, corridor: str, after_s: float | None = None, until_s: float | None = None) -> Iterator[LoopFrame]:
        """Yield stored frames in order."""
        if self._outage.is_on:
            with self._outage.lock:
                return self._outage.memory.frames(corridor, after_s, until_s)
        return self._watched(self._store.frames(corridor, after_s, until_s))

    def last_frame_s(self, corridor: str) -> float | None:
        """Return the end of the last frame."""
        last_s = self.ask(lambda store: store.last_frame_s(corridor), lambda memory: memory.last_frame_s(corridor))
        with self._outage.lock:
            self._outage.memory.see_last_frame(corridor, last_s)
        return last_s

    def checkpoint(self, corridor: str) -> Checkpoint | None:
        """Return the last checkpoint of a corridor."""
        found = self.ask(lambda store: store.checkpoint(corridor), lambda memory: memory.checkpoint(corridor))
        with self._outage.lock:
            self._outage.memory.see_checkpoint(corridor, found)
        return found

    def journaled(self, corridor: str) -> Iterator[ReadingBatch]:
        """Yield the batches that are kept. Raises MachineError where the database does not answer: some are there."""
        return self._watched(self._store.journaled(corridor))

    def ask(self, ask: Callable[[SqlStore], Answer], remember: Callable[[StoreMemory], Answer]) -> Answer:
        """Ask the database; where it does not answer, from now on memory."""
        if not self._outage.is_on:
            try:
                return ask(self._store)
            except NoAnswerError as error:
                self._outage.begin(error)
        with self._outage.lock:
            return remember(self._outage.memory)

    def _watched(self, found: Iterator[Answer]) -> Iterator[Answer]:
        try:
            yield from found
        except NoAnswerError as error:
            self._outage.begin(error)
            raise
